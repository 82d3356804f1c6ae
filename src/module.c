/*
 * module.c: what makes the library one that PostgreSQL loads.
 */
#include "cloudtrail.h"

#include "utils/builtins.h"

PG_MODULE_MAGIC_EXT(.name = "cloudtrail", .version = CLOUDTRAIL_VERSION);

CLOUDTRAIL_FUNCTION(cloudtrail_version);

/* Version of the library. */
Datum
cloudtrail_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(CLOUDTRAIL_VERSION));
}
