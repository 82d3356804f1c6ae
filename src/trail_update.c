/*
 * trail_update.c: bringing a trail up to date after an upgrade of the extension.
 *
 * The statements that make a trail are run again, each so that it replaces
 * what is there, or adds what is missing; what the user wrote into tables
 * stays.  All of it is done, or nothing.
 */
#include "trail_update.h"

#include "catalog/namespace.h"
#include "commands/policy.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

CLOUDTRAIL_FUNCTION(cloudtrail_update_trail);

/* Drops the policy that a statement makes, if it is there. */
static void
drop_policy(const CreatePolicyStmt *create)
{
	Oid			table = RangeVarGetRelid(create->table, AccessExclusiveLock, false);

	if (OidIsValid(get_relation_policy_oid(table, create->policy_name, true)))
		cloudtrail_run(psprintf("DROP POLICY %s ON %s", quote_identifier(create->policy_name),
								quote_identifier(create->table->relname)));
}

/* Makes statistics that are missing, or are others, of all events and of each partition. */
static void
update_statistics(const TrailUpdate *update, const TrailStatement *statement)
{
	CreateStatsStmt *create = (CreateStatsStmt *) statement->raw->stmt;
	TrailStatement partitions = {copyObject(statement->raw), statement->all};

	cloudtrail_drop_changed_statistics(update, create);
	create->if_not_exists = true;
	cloudtrail_run_statement(statement);
	cloudtrail_add_statistics(update, &partitions);
}

/* Runs a statement of the definition on a trail that may have its object already. */
static void
update_object(TrailUpdate *update, const TrailStatement *statement)
{
	Node	   *tree = statement->raw->stmt;

	switch (nodeTag(tree))
	{
		case T_CreateStmt:
			/* Done before views were compared. */
			return;
		case T_ViewStmt:
			((ViewStmt *) tree)->replace = true;
			break;
		case T_IndexStmt:
			cloudtrail_drop_changed_index(update, (IndexStmt *) tree);
			((IndexStmt *) tree)->if_not_exists = true;
			break;
		case T_CreateStatsStmt:
			update_statistics(update, statement);
			return;
		case T_CreateTrigStmt:

			/*
			 * cloudtrail_update_partitions() makes them: one that was not changed stays, enabled
			 * or not.
			 */
			return;
		case T_CreatePolicyStmt:
			drop_policy((CreatePolicyStmt *) tree);
			break;
		default:
			break;
	}
	cloudtrail_run_statement(statement);
}

/* Makes the tables of a trail in a schema for comparison, with what an update compares. */
static void
make_model(TrailUpdate *update)
{
	int			level;
	ListCell   *cell;

	cloudtrail_run(psprintf("CREATE SCHEMA %s", quote_identifier(update->model_name)));
	level = cloudtrail_begin_definition(update->model_name);
	foreach(cell, cloudtrail_trail_statements())
	{
		const TrailStatement *statement = lfirst(cell);
		const Node *tree = statement->raw->stmt;

		if (IsA(tree, CreateStmt) || IsA(tree, IndexStmt) || IsA(tree, CreateStatsStmt) ||
			IsA(tree, CreateTrigStmt))
			cloudtrail_run_statement(statement);
	}
	AtEOXact_GUC(true, level);
	update->model = get_namespace_oid(update->model_name, false);
}

/* Makes the trail's tables what they are today. */
static void
update_tables(TrailUpdate *update)
{
	ListCell   *cell;

	foreach(cell, cloudtrail_trail_statements())
	{
		const TrailStatement *statement = lfirst(cell);
		const Node *tree = statement->raw->stmt;

		if (IsA(tree, CreateStmt) && !cloudtrail_update_table(update, (const CreateStmt *) tree))
			cloudtrail_run_statement(statement);
	}
}

/* Works out again what must follow from the events and may not. */
static void
refresh(const TrailUpdate *update)
{
	const Trail *trail = update->trail;
	Oid			caller;
	int			context;

	/*
	 * An owner for whom row-level security is forced is not shown all events, but they all count.
	 */
	GetUserIdAndSecContext(&caller, &context);
	SetUserIdAndSecContext(caller, context | SECURITY_NOFORCE_RLS);
	if (update->stale_facts)
		cloudtrail_run(psprintf("SELECT %s.cloudtrail_refresh_facts(%u)", trail->extension,
								trail->schema));
	if (update->stale_sums)
		cloudtrail_run(psprintf("SELECT %s.cloudtrail_mark_all_days(%u)", trail->extension,
								trail->schema));
	SetUserIdAndSecContext(caller, context);
}

/* Brings the objects of a trail up to date. */
static void
update_objects(TrailUpdate *update)
{
	int			level;
	List	   *grants;
	ListCell   *cell;

	make_model(update);
	level = cloudtrail_begin_definition(update->schema);
	cloudtrail_empty_views(update);
	update_tables(update);
	grants = cloudtrail_drop_changed_views(update);
	foreach(cell, cloudtrail_trail_statements())
		update_object(update, lfirst(cell));
	cloudtrail_comment_columns(update->schema);
	cloudtrail_update_partitions(update);
	cloudtrail_run_commands(grants);
	cloudtrail_run(psprintf("DROP SCHEMA %s CASCADE", quote_identifier(update->model_name)));
	refresh(update);
	AtEOXact_GUC(true, level);
}

char *
cloudtrail_choose_scratch_name(const char *purpose, Oid trail)
{
	char	   *name;
	uint32		n = 0;

	do
		name = psprintf("cloudtrail %s %u of %u", purpose, ++n, trail);
	while (OidIsValid(get_namespace_oid(name, true)));
	return name;
}

/* Brings the tables and views of a trail up to date after an upgrade of the extension. */
Datum
cloudtrail_update_trail(PG_FUNCTION_ARGS)
{
	Trail		trail;
	TrailUpdate update = {.trail = &trail};
	int			level;

	cloudtrail_open_trail(PG_GETARG_OID(0), &trail);
	cloudtrail_check_owner(&trail);
	if (trail.owner != GetUserId())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("must be owner of trail %s", trail.name),
				 errhint("Use SET ROLE %s first.",
						 quote_identifier(GetUserNameFromId(trail.owner, false)))));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	cloudtrail_check_extension_schema();
	update.schema = cloudtrail_schema_name(trail.schema);
	update.model_name = cloudtrail_choose_scratch_name("update", trail.schema);
	level = NewGUCNestLevel();
	cloudtrail_define_here();
	update_objects(&update);
	AtEOXact_GUC(true, level);
	SPI_finish();
	PG_RETURN_VOID();
}
