/*
 * session_lookup.c: finds the records that a session's chain is made of.
 *
 * The tables can be anybody's: the types of what they give are checked before
 * C reads it.
 */
#include "session_lookup.h"

#include "catalog/pg_type.h"
#include "kept_plan.h"
#include "trail.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#define COLUMNS \
	"event_time, event_key, event_name, account_id, aws_region, issued_key, issued_id, source_identity," \
	" shared_event_id, caller, caller_account, caller_id, caller_name, caller_key, caller_created_at," \
	" caller_in_console, origin, origin_kind, origin_method, issued_sign_in, caller_sign_in, permission_set"
#define EQUAL		" OPERATOR(pg_catalog.=) "

/* The types of COLUMNS, and of those of a fact. */
static const Oid link_types[] = {
	TIMESTAMPTZOID, UUIDOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID,
	TEXTOID, TEXTOID,
	TEXTOID, TEXTOID, TIMESTAMPTZOID, BOOLOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID
};
static const Oid fact_types[] = {
	TEXTOID, TIMESTAMPTZOID, BOOLOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID
};

/* In these %s is the table of credentials, or that of facts. */
static const struct
{
	const char *sql;
	int			nargs;
	Oid			types[6];
}			statements[STATEMENT_COUNT] = {

	/*
	 * By the index of the key, whatever the planner knows: one role may have been assumed any
	 * number of times.  A plan of a single node starts in a third of the time that one with a sort
	 * takes.
	 */
	[BY_KEY] = {"SELECT " COLUMNS " FROM %s WHERE issued_key" EQUAL "$1 AND coalesce(issued_id, '')" EQUAL "$2"
	" AND account_id" EQUAL "$3", 3, {TEXTOID, TEXTOID, TEXTOID}},
	[BY_ROOT_KEY] = {"SELECT " COLUMNS " FROM %s WHERE issued_key" EQUAL "$1 AND coalesce(issued_id, '')" EQUAL "$2"
		" AND event_name" EQUAL "'AssumeRoot' AND account_id" EQUAL "caller_account"
	" AND account_id OPERATOR(pg_catalog.<>) $3", 3, {TEXTOID, TEXTOID, TEXTOID}},
	[BY_ID] = {"SELECT " COLUMNS " FROM %s WHERE issued_id" EQUAL "$1 AND coalesce(issued_name, '')" EQUAL "$2"
		" AND account_id" EQUAL "$3 AND event_time OPERATOR(pg_catalog.>=) $4"
		" AND event_time OPERATOR(pg_catalog.<=) $5", 5,
	{TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID}},
	/* Each caller once: a sign-in session is renewed four times an hour. */
	[BY_SIGN_IN] = {"SELECT " COLUMNS " FROM (SELECT DISTINCT ON (caller_account, caller_id, caller_name, caller_key,"
		" origin, origin_kind) * FROM (SELECT * FROM %s WHERE issued_sign_in" EQUAL "$1 OFFSET 0) AS c"
		" WHERE issued_id" EQUAL "$2 AND account_id" EQUAL "$3 ORDER BY caller_account, caller_id, caller_name,"
	" caller_key, origin, origin_kind, event_time, event_key) AS c", 3, {TEXTOID, TEXTOID, TEXTOID}},
	[BY_PORTAL] = {"SELECT " COLUMNS " FROM %s WHERE issued_id" EQUAL "$1 AND permission_set" EQUAL "$2"
		" AND event_name" EQUAL "'GetRoleCredentials' AND event_time OPERATOR(pg_catalog.>=) $3"
	" AND event_time OPERATOR(pg_catalog.<=) $4", 4, {TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID}},
	[BY_CALLER] = {"SELECT " COLUMNS " FROM %s WHERE issued_id" EQUAL "$1 AND caller_id" EQUAL "$2"
		" AND account_id" EQUAL "$3 AND caller_account" EQUAL "$3 AND event_time OPERATOR(pg_catalog.>=) $4"
		" AND event_time OPERATOR(pg_catalog.<=) $5 AND coalesce(caller_name, '')" EQUAL "$6", 6,
	{TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID}},
	[BY_OTHERS] = {"SELECT account_id FROM %s WHERE issued_key" EQUAL "$1"
	" AND account_id OPERATOR(pg_catalog.<>) $2 LIMIT 1", 2, {TEXTOID, TEXTOID}},
	[BY_CALL] = {"SELECT access_key_id, session_created_at, from_console, origin, origin_kind, origin_method,"
		" sign_in_session_arn"
		" FROM %s WHERE shared_event_id" EQUAL "$1 AND account_id" EQUAL "$2 AND actor_account" EQUAL "$2"
		" AND principal_id" EQUAL "$3 AND access_key_id IS NOT NULL LIMIT 1", 3,
	{TEXTOID, TEXTOID, TEXTOID}},
};

/* The table of facts that lies beside one of credentials. */
static Oid
facts_beside(Oid credentials)
{
	Oid			schema = get_rel_namespace(credentials);
	Oid			facts = get_relname_relid("secret_facts", schema);

	if (!OidIsValid(facts))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("table \"%s\" does not exist",
						quote_qualified_identifier(get_namespace_name(schema), "secret_facts"))));
	return facts;
}

/*
 * Runs a statement; returns how many rows it found, whose columns are of the
 * types that they should be.
 */
int
look_up(Oid credentials, Statement statement, Datum *values)
{
	Oid			table = statement == BY_CALL ? facts_beside(credentials) : credentials;
	KeptStatement lookup = {
		.count = statements[statement].nargs,
		.types = statements[statement].types
	};
	TableReader reader;
	int			result;

	lookup.text = psprintf(statements[statement].sql, cloudtrail_table_name(table));
	cloudtrail_begin_reading(table, &reader);
	result = run_kept_plan(&lookup, values, NULL, true, CANDIDATES_MAX + 1);
	cloudtrail_end_reading(&reader);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "cannot look up a session");
	if (statement == BY_CALL)
		cloudtrail_check_types(SPI_tuptable, lengthof(fact_types), fact_types);
	else if (statement != BY_OTHERS)
		cloudtrail_check_types(SPI_tuptable, lengthof(link_types), link_types);
	return (int) SPI_processed;
}

char *
text_column(int row, int column)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);
}

Datum
column_value(int row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, isnull);
}

bool
bool_column(int row, int column)
{
	bool		isnull;
	Datum		value = column_value(row, column, &isnull);

	return !isnull && DatumGetBool(value);
}

bool
time_column(int row, int column, TimestampTz *time)
{
	bool		isnull;
	Datum		value = column_value(row, column, &isnull);

	*time = isnull ? 0 : DatumGetTimestampTz(value);
	return !isnull;
}
