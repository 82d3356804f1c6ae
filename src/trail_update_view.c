/*
 * trail_update_view.c: views of a trail that are to be defined again.
 *
 * CREATE OR REPLACE VIEW keeps what depends on a view, and its privileges, but
 * cannot take a column away or change it.  Such a view is dropped and made
 * again, unless something of the user's depends on it.
 */
#include "trail_update.h"

#include "catalog/namespace.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/guc.h"

/* Commands that let the trail's views show nothing, in the same columns. */
#define EMPTY_VIEWS \
	"SELECT format('CREATE OR REPLACE VIEW %%s AS SELECT %%s', t.oid::regclass," \
	" string_agg(format('NULL::%%s%%s AS %%I', format_type(a.atttypid, a.atttypmod)," \
	" (SELECT format(' COLLATE %%I.%%I', n.nspname, l.collname)" \
	" FROM pg_collation AS l JOIN pg_namespace AS n ON n.oid = l.collnamespace" \
	" WHERE l.oid = a.attcollation AND l.oid <> y.typcollation), a.attname), ', ' ORDER BY a.attnum))" \
	" FROM %2$s.cloudtrail_trail_relations() AS r JOIN pg_class AS t ON t.relname = r.relation" \
	" JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 JOIN pg_type AS y ON y.oid = a.atttypid" \
	" WHERE t.relnamespace = %1$u AND t.relkind = 'v' GROUP BY t.oid"

/* The views whose columns those of today's do not begin with. */
#define CHANGED_VIEWS \
	"WITH changed AS (SELECT t.oid, t.relname, t.relowner, t.reltype, t.relacl, m.oid AS model" \
	" FROM pg_class AS t JOIN pg_class AS m ON m.relname = t.relname" \
	" WHERE t.relnamespace = %1$u AND t.relkind = 'v' AND m.relnamespace = %2$u AND EXISTS (" \
	" SELECT FROM pg_attribute AS a LEFT JOIN pg_attribute AS b ON b.attrelid = m.oid AND b.attnum = a.attnum" \
	" AND b.attname = a.attname AND b.attcollation = a.attcollation" \
	" AND b.atttypid = a.atttypid AND b.atttypmod = a.atttypmod" \
	" WHERE a.attrelid = t.oid AND a.attnum > 0 AND b.attnum IS NULL)) "

/* What depends on a view that is to be dropped, or on its row type, and is not dropped with it. */
#define DEPENDENTS \
	"SELECT c.relname, CASE WHEN r.rulename = '_RETURN' THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)" \
	" ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END AS dependent" \
	" FROM changed AS c JOIN pg_depend AS d ON d.deptype IN ('n', 'a')" \
	" AND (d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid" \
	" OR d.refclassid = 'pg_type'::regclass AND d.refobjid IN (SELECT y.oid FROM pg_type AS y" \
	" WHERE c.reltype IN (y.oid, y.typelem)))" \
	" LEFT JOIN pg_rewrite AS r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid" \
	" WHERE NOT EXISTS (SELECT FROM changed AS o WHERE r.rulename = '_RETURN' AND o.oid = r.ev_class)" \
	" ORDER BY 1, 2 LIMIT 1"

/* The commands that give their privileges again, as far as the columns are still there. */
#define GRANTS \
	"SELECT format('GRANT %%s%%s ON %%s TO %%s%%s', g.privilege_type, ' (' || quote_ident(g.attname) || ')'," \
	" g.oid::regclass, CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END," \
	" CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' END)" \
	" FROM (SELECT c.oid, c.relowner, NULL::name AS attname, e.* FROM changed AS c, aclexplode(c.relacl) AS e" \
	" UNION ALL SELECT c.oid, c.relowner, a.attname, e.* FROM changed AS c" \
	" JOIN pg_attribute AS a ON a.attrelid = c.oid" \
	" JOIN pg_attribute AS m ON m.attrelid = c.model AND m.attname = a.attname, aclexplode(a.attacl) AS e) AS g" \
	" WHERE g.grantee <> g.relowner"

/* The command that drops them. */
#define DROP_VIEWS \
	"SELECT 'DROP VIEW ' || string_agg(c.oid::regclass::text, ', ') FROM changed AS c HAVING count(*) > 0"

/* Reports an error if something of the user's depends on a view that is to be dropped. */
static void
check_dependents(const TrailUpdate *update, Oid views)
{
	SPITupleTable *table;
	char	   *dependent;

	cloudtrail_run(psprintf(CHANGED_VIEWS DEPENDENTS, update->trail->schema, views));
	table = SPI_tuptable;
	if (SPI_processed == 0)
		return;
	dependent = SPI_getvalue(table->vals[0], table->tupdesc, 2);
	ereport(ERROR,
			(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
			 errmsg("cannot update view \"%s\" of trail %s because %s depends on it",
					SPI_getvalue(table->vals[0], table->tupdesc, 1), update->trail->name,
					dependent),
			 errdetail("The columns of the view changed."),
			 errhint("Drop %s, call cloudtrail_update_trail() again, and create it as the new columns allow.",
					 dependent)));
}

void
cloudtrail_empty_views(const TrailUpdate *update)
{
	int			level = cloudtrail_begin_comparison();

	cloudtrail_run_each(psprintf(EMPTY_VIEWS, update->trail->schema, update->trail->extension));
	AtEOXact_GUC(true, level);
}

/* Makes the views in another schema, of the trail's tables. */
static Oid
make_views(const TrailUpdate *update, const char *name)
{
	int			level;
	ListCell   *cell;

	cloudtrail_run(psprintf("CREATE SCHEMA %s", quote_identifier(name)));
	level = NewGUCNestLevel();
	(void) set_config_option("search_path",
							 psprintf("%s, %s, %s, pg_temp", quote_identifier(name),
									  update->trail->name, update->trail->extension),
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	foreach(cell, cloudtrail_trail_statements())
	{
		const TrailStatement *statement = lfirst(cell);

		if (IsA(statement->raw->stmt, ViewStmt))
			cloudtrail_run_statement(statement);
	}
	AtEOXact_GUC(true, level);
	return get_namespace_oid(name, false);
}

List *
cloudtrail_drop_changed_views(const TrailUpdate *update)
{
	char	   *name = cloudtrail_choose_scratch_name("views", update->trail->schema);
	Oid			views = make_views(update, name);
	int			level = cloudtrail_begin_comparison();
	List	   *grants;

	check_dependents(update, views);
	grants = cloudtrail_texts(psprintf(CHANGED_VIEWS GRANTS, update->trail->schema, views));
	cloudtrail_run_each(psprintf(CHANGED_VIEWS DROP_VIEWS, update->trail->schema, views));
	cloudtrail_run(psprintf("DROP SCHEMA %s CASCADE", quote_identifier(name)));
	AtEOXact_GUC(true, level);
	return grants;
}
