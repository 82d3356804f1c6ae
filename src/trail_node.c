/*
 * trail_node.c: a trail beside Citus stays whole on the node that it was made on.
 *
 * Its facts follow its events by triggers, and both are joined in every view.
 * Citus does not fire the triggers of a table that it has distributed, so such
 * a trail would go on without new facts: it is refused instead.  Nothing of
 * Citus is needed to build or to run this.
 */
#include "trail.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_namespace.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

/* Citus's list of the tables that it manages, by the oid of the table, and its parameter. */
#define MANAGED_TABLES	"pg_dist_partition"
#define MANAGED_INDEX	"pg_dist_partition_logical_relid_index"
#define PROPAGATION		"citus.enable_ddl_propagation"

/* Whether Citus manages a table. */
static bool
is_managed(Oid managed_tables, Oid table)
{
	Oid			index = get_relname_relid(MANAGED_INDEX, PG_CATALOG_NAMESPACE);
	Relation	list = table_open(managed_tables, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	bool		found;

	ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(table));
	scan = systable_beginscan(list, index, OidIsValid(index), NULL, 1, &key);
	found = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(list, AccessShareLock);
	return found;
}

bool
cloudtrail_is_distributed(Oid table)
{
	/* Only superusers who allow changes of system tables can have put another there. */
	Oid			managed_tables = get_relname_relid(MANAGED_TABLES, PG_CATALOG_NAMESPACE);

	return OidIsValid(managed_tables) && is_managed(managed_tables, table);
}

void
cloudtrail_check_whole(const Trail *trail, Oid table)
{
	if (cloudtrail_is_distributed(table))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("table \"%s\" of trail %s is distributed", get_rel_name(table), trail->name),
				 errdetail("A trail stays whole on one node, because facts and sums follow its events there."),
				 errhint("Use undistribute_table() and cloudtrail_update_trail(), and give each node a trail of its own.")));
}

void
cloudtrail_define_here(void)
{
	if (GetConfigOption(PROPAGATION, true, false) != NULL)
		(void) set_config_option(PROPAGATION, "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
								 true, 0, false);
}
