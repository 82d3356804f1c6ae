/*
 * module.c: what makes the library one that PostgreSQL loads.
 */
#include "cloudtrail.h"

#include "core/interrupt.h"
#include "miscadmin.h"
#include "utils/builtins.h"

PG_MODULE_MAGIC_EXT(.name = "cloudtrail", .version = CLOUDTRAIL_VERSION);

CLOUDTRAIL_FUNCTION(cloudtrail_version);

extern PGDLLEXPORT void _PG_init(void);

/* Ends a query that was canceled, out of a loop of the core. */
static void
check_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

/* Called when the library is loaded. */
void
_PG_init(void)
{
	ct_interrupts = check_interrupts;
}

/* Version of the library. */
Datum
cloudtrail_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(CLOUDTRAIL_VERSION));
}
