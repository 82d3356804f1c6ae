/*
 * trail_update_table.c: tables of a trail, their columns, constraints, indexes
 * and statistics, as today's definition has them.
 */
#include "trail_update.h"

#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

/* The columns that the trail's table has not, or has otherwise. */
#define CHANGED_COLUMNS \
	"SELECT m.attname, format_type(m.atttypid, m.atttypmod), pg_get_expr(d.adbin, d.adrelid), m.attnotnull," \
	" t.attname IS NULL, format_type(t.atttypid, t.atttypmod), pg_get_expr(e.adbin, e.adrelid), t.attnotnull" \
	" FROM pg_attribute AS m LEFT JOIN pg_attrdef AS d ON d.adrelid = m.attrelid AND d.adnum = m.attnum" \
	" LEFT JOIN (pg_attribute AS t LEFT JOIN pg_attrdef AS e ON e.adrelid = t.attrelid AND e.adnum = t.attnum)" \
	" ON t.attrelid = %2$u AND t.attname = m.attname AND t.attnum > 0 AND NOT t.attisdropped" \
	" WHERE m.attrelid = %1$u AND m.attnum > 0 AND NOT m.attisdropped" \
	" AND (m.atttypid, m.atttypmod, m.attnotnull, pg_get_expr(d.adbin, d.adrelid)) IS DISTINCT FROM" \
	" (t.atttypid, t.atttypmod, t.attnotnull, pg_get_expr(e.adbin, e.adrelid)) ORDER BY m.attnum"

enum
{
	NAME = 1, TYPE, DEFAULT_VALUE, NOT_NULL, IS_MISSING, OLD_TYPE, OLD_DEFAULT, OLD_NOT_NULL
};

/* The commands that give the trail's table the constraints that the model's has. */
#define DROP_CONSTRAINTS \
	"SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', t.conrelid::regclass, t.conname)" \
	" FROM pg_constraint AS m JOIN pg_constraint AS t ON t.conrelid = %2$u AND t.conname = m.conname" \
	" WHERE m.conrelid = %1$u AND m.contype IN ('c', 'p', 'u')" \
	" AND pg_get_constraintdef(m.oid) <> pg_get_constraintdef(t.oid) ORDER BY m.conname"
#define ADD_CONSTRAINTS \
	"SELECT format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', '%2$u'::regclass, m.conname, pg_get_constraintdef(m.oid))" \
	" FROM pg_constraint AS m WHERE m.conrelid = %1$u AND m.contype IN ('c', 'p', 'u')" \
	" AND NOT EXISTS (SELECT FROM pg_constraint AS t WHERE t.conrelid = %2$u AND t.conname = m.conname)" \
	" ORDER BY m.conname"

/* A table that is being compared with the model's. */
typedef struct TableUpdate
{
	TrailUpdate *update;
	Oid			table;
	Oid			model;
	char	   *name;			/* qualified */
	bool	   *stale;			/* if its rows can be worked out again: whether they must be */
	bool		emptied;
} TableUpdate;

/* One of its columns: fields of a row of CHANGED_COLUMNS. */
typedef struct TableColumn
{
	char	   *fields[OLD_NOT_NULL + 1];
} TableColumn;

/* Whether a field is true. */
static bool
is_true(const TableColumn *column, int field)
{
	return column->fields[field] != NULL && column->fields[field][0] == 't';
}

/* Whether two fields are the same. */
static bool
same_fields(const TableColumn *column, int a, int b)
{
	const char *x = column->fields[a];
	const char *y = column->fields[b];

	return x == NULL || y == NULL ? x == y : strcmp(x, y) == 0;
}

/* Whether a table has a row that meets a condition. */
static bool
has_row(const TableUpdate *table, const char *condition)
{
	cloudtrail_run(psprintf("SELECT FROM %s WHERE %s LIMIT 1", table->name, condition));
	return SPI_processed > 0;
}

/* Where it is noted that rows must be worked out again; NULL of a table whose rows cannot be. */
static bool *
derived_from_events(TrailUpdate *update, const char *relation)
{
	static const char *const sums[] = {"activity", "action_activity", "principal_activity",
	"changed_days"};

	if (strcmp(relation, "secret_facts") == 0 || strcmp(relation, "issued_credentials") == 0)
		return &update->stale_facts;
	for (int i = 0; i < (int) lengthof(sums); i++)
	{
		if (strcmp(relation, sums[i]) == 0)
			return &update->stale_sums;
	}
	return NULL;
}

/*
 * Empties a table whose rows are worked out again, since they say nothing, or
 * another thing, of a column.
 */
static void
empty_if_derived(TableUpdate *table)
{
	if (table->stale == NULL || table->emptied)
		return;
	cloudtrail_run(psprintf("DELETE FROM %s", table->name));
	table->emptied = *table->stale = true;
}

/* Adds a column. */
static void
add_table_column(TableUpdate *table, const TableColumn *column)
{
	const char *name = column->fields[NAME];
	const char *type = column->fields[TYPE];
	const char *value = column->fields[DEFAULT_VALUE];
	bool		not_null = is_true(column, NOT_NULL);

	empty_if_derived(table);
	if (not_null && value == NULL && has_row(table, "true"))
		ereport(ERROR,
				(errcode(ERRCODE_NOT_NULL_VIOLATION),
				 errmsg("column \"%s\" of table %s is missing and cannot be added", name,
						table->name),
				 errdetail("It has no default, and each row of the table needs a value."),
				 errhint("Use ALTER TABLE %s ADD COLUMN %s %s, give each row a value, and call cloudtrail_update_trail() again.",
						 table->name, quote_identifier(name), type)));
	cloudtrail_run(psprintf("ALTER TABLE %s ADD COLUMN %s %s%s%s%s", table->name,
							quote_identifier(name), type,
							value != NULL ? " DEFAULT " : "", value != NULL ? value : "",
							not_null ? " NOT NULL" : ""));
}

/* Changes a column in one way. */
static void
alter_column(const TableUpdate *table, const TableColumn *column, const char *how, const char *what)
{
	cloudtrail_run(psprintf("ALTER TABLE %s ALTER COLUMN %s %s%s", table->name,
							quote_identifier(column->fields[NAME]), how, what));
}

/* Forbids nulls in a column. */
static void
forbid_nulls(const TableUpdate *table, const TableColumn *column)
{
	const char *name = column->fields[NAME];

	if (has_row(table, psprintf("%s IS NULL", quote_identifier(name))))
		ereport(ERROR,
				(errcode(ERRCODE_NOT_NULL_VIOLATION),
				 errmsg("column \"%s\" of table %s contains null values", name, table->name),
				 errhint("Give each row a value there, and call cloudtrail_update_trail() again.")));
	alter_column(table, column, "SET NOT NULL", "");
}

/* Changes a column to what the model's is. */
static void
change_column(TableUpdate *table, const TableColumn *column)
{
	const char *value = column->fields[DEFAULT_VALUE];

	if (!same_fields(column, TYPE, OLD_TYPE))
	{
		empty_if_derived(table);
		if (column->fields[OLD_DEFAULT] != NULL)
			alter_column(table, column, "DROP DEFAULT", "");
		alter_column(table, column, "TYPE ", column->fields[TYPE]);
		if (value != NULL)
			alter_column(table, column, "SET DEFAULT ", value);
	}
	else if (!same_fields(column, DEFAULT_VALUE, OLD_DEFAULT))
		alter_column(table, column, value != NULL ? "SET DEFAULT " : "DROP DEFAULT",
					 value != NULL ? value : "");
	if (is_true(column, NOT_NULL) && !is_true(column, OLD_NOT_NULL))
		forbid_nulls(table, column);
	if (!is_true(column, NOT_NULL) && is_true(column, OLD_NOT_NULL))
		alter_column(table, column, "DROP NOT NULL", "");
}

/* Makes the columns of a table what the model's are; further ones, which are the user's, stay. */
static void
update_columns(TableUpdate *table)
{
	SPITupleTable *rows;
	TableColumn *columns;
	uint64		count;

	cloudtrail_run(psprintf(CHANGED_COLUMNS, table->model, table->table));
	rows = SPI_tuptable;
	count = SPI_processed;
	columns = palloc0((count + 1) * sizeof(TableColumn));
	for (uint64 row = 0; row < count; row++)
	{
		for (int field = NAME; field <= OLD_NOT_NULL; field++)
			columns[row].fields[field] = SPI_getvalue(rows->vals[row], rows->tupdesc, field);
	}
	for (uint64 row = 0; row < count; row++)
	{
		if (is_true(&columns[row], IS_MISSING))
			add_table_column(table, &columns[row]);
		else
			change_column(table, &columns[row]);
	}
}

/* Makes the default partition one again. */
static void
attach_default(TrailUpdate *update, Oid table, const char *name)
{
	if (get_rel_relispartition(table))
		return;
	cloudtrail_run(psprintf("ALTER TABLE %s.raw_events ATTACH PARTITION %s DEFAULT",
							update->trail->name, name));
	update->stale_facts = update->stale_sums = true;
}

bool
cloudtrail_update_table(TrailUpdate *update, const CreateStmt *create)
{
	const char *relation = create->relation->relname;
	TableUpdate table = {
		.update = update,
		.table = get_relname_relid(relation, update->trail->schema),
		.model = get_relname_relid(relation, update->model),
		.name = quote_qualified_identifier(update->schema, relation),
		.stale = derived_from_events(update, relation)
	};
	int			level;

	if (!OidIsValid(table.table))
		return false;
	/* A partition has what the whole table has. */
	if (create->partbound != NULL)
	{
		attach_default(update, table.table, table.name);
		return true;
	}
	level = cloudtrail_begin_comparison();
	update_columns(&table);
	cloudtrail_run_each(psprintf(DROP_CONSTRAINTS, table.model, table.table));
	cloudtrail_run_each(psprintf(ADD_CONSTRAINTS, table.model, table.table));
	AtEOXact_GUC(true, level);
	return true;
}

/* SQL that gives a definition, as an expression prints it of the model, as it is in the trail. */
static char *
moved(const TrailUpdate *update, const char *expression)
{
	return psprintf("replace(%s, %s, %s)", expression,
					quote_literal_cstr(psprintf("%s.", quote_identifier(update->model_name))),
					quote_literal_cstr(psprintf("%s.", quote_identifier(update->schema))));
}

void
cloudtrail_drop_changed_index(const TrailUpdate *update, const IndexStmt *create)
{
	int			level = cloudtrail_begin_comparison();

	cloudtrail_run_each(psprintf(
								 "SELECT format('DROP INDEX %%s', t.oid::regclass)"
								 " FROM pg_class AS t JOIN pg_index AS i ON i.indexrelid = t.oid, pg_class AS m"
								 " WHERE t.relname = %1$s AND t.relnamespace = %2$u AND m.relname = %1$s AND m.relnamespace = %3$u"
								 " AND (NOT i.indisvalid OR pg_get_indexdef(t.oid) <> %4$s)",
								 quote_literal_cstr(create->idxname), update->trail->schema,
								 update->model,
								 moved(update, "pg_get_indexdef(m.oid)")));
	AtEOXact_GUC(true, level);
}

void
cloudtrail_drop_changed_statistics(const TrailUpdate *update, const CreateStatsStmt *create)
{
	int			level = cloudtrail_begin_comparison();

	cloudtrail_run_each(psprintf(
								 "SELECT format('DROP STATISTICS %%s.%%I', t.stxnamespace::regnamespace, t.stxname)"
								 " FROM pg_statistic_ext AS t, pg_statistic_ext AS m"
								 " WHERE t.stxname = %1$s AND t.stxnamespace = %2$u AND m.stxname = %1$s AND m.stxnamespace = %3$u"
								 " AND pg_get_statisticsobjdef(t.oid) <> %4$s",
								 quote_literal_cstr(strVal(llast(create->defnames))),
								 update->trail->schema, update->model,
								 moved(update, "pg_get_statisticsobjdef(m.oid)")));
	AtEOXact_GUC(true, level);
}
