/*
 * module.c: what makes the library one that PostgreSQL loads.
 */
#include "cloudtrail.h"

#include "core/base/interrupt.h"
#include "import.h"
#include "miscadmin.h"
#include "plan_jit.h"
#include "utils/builtins.h"
#include "utils/guc.h"

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
	DefineCustomBoolVariable("cloudtrail.fast_import",
							 "Imports log files without SQL for each event, if that makes no difference.",
							 "If off, cloudtrail_import() does what cloudtrail_import_by_sql() does.",
							 &cloudtrail_fast_import, true, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable("cloudtrail.jit",
							 "Lets PostgreSQL compile statements over trails and log files just in time.",
							 "If off, they run as if jit were off; other statements are not touched.",
							 &cloudtrail_jit, false, PGC_USERSET, 0, NULL, NULL, NULL);
	MarkGUCPrefixReserved("cloudtrail");
	cloudtrail_watch_statements();
}

/* Version of the library. */
Datum
cloudtrail_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(CLOUDTRAIL_VERSION));
}
