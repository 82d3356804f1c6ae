/*
 * lookup_alike.c: whether what looks like a full ARN is a partial one, for views
 * that ask it of every event.
 *
 * A query of the view secret_lookalikes in each part of a view would be planned
 * in each, and run for each event.
 */
#include "lookup_rows.h"

#include "catalog/pg_type.h"
#include "lookup_memory.h"
#include "trail.h"

CLOUDTRAIL_FUNCTION(cloudtrail_is_lookalike);

/* So many ARNs are looked up singly, each by an index: more, among all lookalikes. */
#define SINGLE_ARNS_MAX	500

static QueryMemories memories = {.view = "secret_lookalikes"};

/* Reads the lookalikes with an ARN, all if that is NULL, into a memory context. */
static void *
read_lookalikes(FunctionCallInfo fcinfo, const Datum *arn, MemoryContext result)
{
	static const Oid types[] = {TEXTOID};
	KeptStatement statement = {
		.text = psprintf("SELECT partial_arn, secret_arn FROM %s%s",
						 cloudtrail_table_name(PG_GETARG_OID(0)),
						 arn != NULL ? " WHERE partial_arn OPERATOR(pg_catalog.=) $1" : ""),
		.count = arn != NULL ? lengthof(types) : 0,
		.types = types,
		/* Every ARN is looked up in the same way. */
		.options = CURSOR_OPT_GENERIC_PLAN
	};

	return read_view(fcinfo, &statement, arn, keep_text_rows, result);
}

/* Reads the lookalikes with the ARN that is asked for. */
static void *
read_arn(FunctionCallInfo fcinfo, MemoryContext result)
{
	Datum		arn = PG_GETARG_DATUM(1);

	return read_lookalikes(fcinfo, &arn, result);
}

/* Reads all lookalikes. */
static void *
read_all(FunctionCallInfo fcinfo, MemoryContext result)
{
	return read_lookalikes(fcinfo, NULL, result);
}

/* Whether what looks like a full ARN is the partial one of a secret, or of that with a full ARN. */
Datum
cloudtrail_is_lookalike(PG_FUNCTION_ARGS)
{
	bool		of_secret = !PG_ARGISNULL(2);
	const TextRows *rows;
	TextRow		asked = {0};

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_BOOL(false);
	rows = find_in_view(fcinfo, &memories, read_arn, SINGLE_ARNS_MAX, read_all);
	if (rows->count == 0)
		PG_RETURN_BOOL(false);
	asked.columns[0] = slice_of_text(PG_GETARG_DATUM(1));
	if (of_secret)
		asked.columns[1] = slice_of_text(PG_GETARG_DATUM(2));
	PG_RETURN_BOOL(has_text_row(rows, &asked, of_secret ? 2 : 1));
}
