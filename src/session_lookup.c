/*
 * session_lookup.c: finds the records that a session's chain is made of.
 *
 * The tables can be anybody's: the types of what they give are checked before
 * C reads it.
 */
#include "session_lookup.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "kept_plan.h"
#include "lib/stringinfo.h"
#include "session_statement.h"
#include "trail.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

void
begin_lookups(Lookups *lookups, Oid credentials)
{
	lookups->credentials = credentials;
	lookups->has_spi = false;
	lookups->found.count = 0;
	memset(lookups->tables, 0, sizeof(lookups->tables));
}

void
end_lookups(Lookups *lookups)
{
	for (size_t i = 0; i < lengthof(lookups->tables); i++)
		close_table_scan(&lookups->tables[i]);
	if (lookups->has_spi)
		SPI_finish();
	lookups->has_spi = false;
}

/* Adds a condition to a query. */
static void
add_condition(StringInfo sql, const Condition *condition)
{
	const char *column = condition->column;
	int			parameter = condition->parameter + 1;

	switch (condition->test)
	{
		case NO_TEST:
			break;
		case IS:
			appendStringInfo(sql, "%s OPERATOR(pg_catalog.=) $%d", column, parameter);
			break;
		case IS_OR_EMPTY:
			appendStringInfo(sql, "coalesce(%s, '') OPERATOR(pg_catalog.=) $%d", column, parameter);
			break;
		case IS_IF_KNOWN:
			/* No index of the column can do that. */
			appendStringInfo(sql, "coalesce(%s, $%d) OPERATOR(pg_catalog.=) $%d", column,
							 parameter, parameter);
			break;
		case IS_NOT:
			appendStringInfo(sql, "%s OPERATOR(pg_catalog.<>) $%d", column, parameter);
			break;
		case IS_WORD:
			appendStringInfo(sql, "%s OPERATOR(pg_catalog.=) '%s'", column, condition->other);
			break;
		case IS_COLUMN:
			appendStringInfo(sql, "%s OPERATOR(pg_catalog.=) %s", column, condition->other);
			break;
		case IS_KNOWN:
			appendStringInfo(sql, "%s IS NOT NULL", column);
			break;
		case IS_FIRST:
			appendStringInfo(sql, "%s OPERATOR(pg_catalog.<=) 1", column);
			break;
		case FROM:
			appendStringInfo(sql, "%s OPERATOR(pg_catalog.>=) $%d", column, parameter);
			break;
		case TO:
			appendStringInfo(sql, "%s OPERATOR(pg_catalog.<=) $%d", column, parameter);
			break;
	}
}

/* Adds conditions to a query. */
static void
add_conditions(StringInfo sql, const Condition *condition)
{
	for (const char *word = " WHERE "; condition->test != NO_TEST; condition++, word = " AND ")
	{
		appendStringInfoString(sql, word);
		add_condition(sql, condition);
	}
}

/* Adds the columns that name the caller. */
static void
add_caller(StringInfo sql)
{
	for (int i = 0; i < CALLER_COLUMNS; i++)
		appendStringInfo(sql, "%s%s", i == 0 ? "" : ", ", cloudtrail_caller_columns[i]);
}

/*
 * The query of a statement.  A plan of a single node starts in a third of the
 * time that one with a sort takes.
 */
static char *
query_of(SessionStatement statement, const char *table)
{
	const StatementText *text = &cloudtrail_statements[statement];
	StringInfoData sql;
	int			count;
	const SessionColumn *columns = statement_columns(statement, &count);

	initStringInfo(&sql);
	for (int i = 0; i < count; i++)
		appendStringInfo(&sql, "%s%s", i == 0 ? "SELECT " : ", ", columns[i].name);
	if (text->by_caller)
	{
		appendStringInfoString(&sql, " FROM (SELECT DISTINCT ON (");
		add_caller(&sql);
		appendStringInfo(&sql, ") * FROM (SELECT * FROM %s WHERE ", table);
		/* The index of the first condition, whatever the planner knows. */
		add_condition(&sql, &text->conditions[0]);
		appendStringInfoString(&sql, " OFFSET 0) AS c");
		add_conditions(&sql, &text->conditions[1]);
		appendStringInfoString(&sql, " ORDER BY ");
		add_caller(&sql);
		appendStringInfoString(&sql, ", event_time, event_key) AS c");
	}
	else
	{
		appendStringInfo(&sql, " FROM %s", table);
		add_conditions(&sql, text->conditions);
	}
	return sql.data;
}

/* How many parameters a statement has, and of which types. */
static int
parameters_of(SessionStatement statement, Oid *types)
{
	int			count = 0;

	for (const Condition *c = cloudtrail_statements[statement].conditions; c->test != NO_TEST; c++)
	{
		if (c->test == IS_WORD || c->test == IS_COLUMN || c->test == IS_KNOWN ||
			c->test == IS_FIRST)
			continue;
		types[c->parameter] = c->test == FROM || c->test == TO ? TIMESTAMPTZOID : TEXTOID;
		count = Max(count, c->parameter + 1);
	}
	return count;
}

/* Keeps what a query found. */
static void
keep_rows(SessionStatement statement, Candidates *found)
{
	int			count;
	const SessionColumn *columns = statement_columns(statement, &count);
	Oid			types[LINK_COLUMNS];

	for (int i = 0; i < count; i++)
		types[i] = columns[i].type;
	cloudtrail_check_types(SPI_tuptable, count, types);
	found->count = (int) SPI_processed;
	for (int row = 0; row < found->count; row++)
		heap_deform_tuple(SPI_tuptable->vals[row], SPI_tuptable->tupdesc,
						  found->rows[row].values, found->rows[row].nulls);
}

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
						quote_qualified_identifier(cloudtrail_schema_name(schema), "secret_facts"))));
	return facts;
}

/* The table that a statement is about. */
static Oid
table_of(const Lookups *lookups, SessionStatement statement)
{
	return cloudtrail_statements[statement].of_facts ? facts_beside(lookups->credentials) :
		lookups->credentials;
}

/* Runs a statement by SQL. */
static void
look_up_by_sql(Lookups *lookups, SessionStatement statement, const Datum *values)
{
	Oid			types[PARAMETERS_MAX];
	KeptStatement lookup = {.count = parameters_of(statement, types), .types = types};
	Oid			read = table_of(lookups, statement);

	if (!lookups->has_spi)
		SPI_connect();
	lookups->has_spi = true;
	lookup.text = query_of(statement, cloudtrail_table_name(read));
	cloudtrail_read_table(read, &lookup, values, CANDIDATES_MAX + 1);
	keep_rows(statement, &lookups->found);
}

int
look_up(Lookups *lookups, SessionStatement statement, const Datum *values)
{
	TableScan  *table = &lookups->tables[cloudtrail_statements[statement].of_facts];

	if (!table->is_tried)
		open_table_scan(table, table_of(lookups, statement));
	if (!look_up_by_index(table, statement, values, &lookups->found))
		look_up_by_sql(lookups, statement, values);
	return lookups->found.count;
}
