/*
 * trail_follow.c: what a trail has beside its events follows every change of
 * them: facts about secrets and about credentials, and the days whose sums do
 * not hold any more.
 *
 * The triggers act as the owner of the trail, as those of foreign keys do, on
 * tables that are found by schema and name and checked to be the owner's.
 * Every function, type and operator of the statements below is qualified.
 */
#include "trail.h"

#include "commands/trigger.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

CLOUDTRAIL_FUNCTION(cloudtrail_follow_events);

/* The columns of a fact: those of its event, and those that cloudtrail_secret_facts() returns. */
static const char fact_columns[] = {
	"event_time, event_key"
#define CT_FACT(name, type, comment) ", " #name
#include "core/secret/factlist.h"
#undef CT_FACT
};

/* Those of a credential. */
static const char credential_columns[] = {
	"event_time, event_key"
#define CT_CREDENTIAL(name, type, comment) ", " #name
#include "core/event/credentiallist.h"
#undef CT_CREDENTIAL
};

/* Runs a statement in which %1$s is the trail's schema, %2$s the extension's, and %3$s columns. */
static void
run_with_columns(const Trail *trail, const char *statement, const char *columns)
{
	char	   *sql = psprintf(statement, trail->name, trail->extension, columns);

	cloudtrail_run(sql);
	pfree(sql);
}

/* Runs a statement without columns. */
static void
run_for_trail(const Trail *trail, const char *statement)
{
	run_with_columns(trail, statement, "");
}

/* Removes the facts of events that are gone. */
static void
remove_facts(const Trail *trail)
{
	run_for_trail(trail,
				  "DELETE FROM %1$s.secret_facts AS f USING removed AS r"
				  " WHERE %2$s.cloudtrail_has_facts(r.event)"
				  " AND f.event_time OPERATOR(pg_catalog.=) r.event_time"
				  " AND f.event_key OPERATOR(pg_catalog.=) r.event_key");
	run_for_trail(trail,
				  "DELETE FROM %1$s.issued_credentials AS f USING removed AS r"
				  " WHERE %2$s.cloudtrail_issues_credentials(r.event)"
				  " AND f.event_time OPERATOR(pg_catalog.=) r.event_time"
				  " AND f.event_key OPERATOR(pg_catalog.=) r.event_key");
}

/* Adds the facts of events that came. */
static void
add_facts(const Trail *trail)
{
	run_with_columns(trail,
					 "INSERT INTO %1$s.secret_facts (%3$s) SELECT i.event_time, i.event_key, f.*"
					 " FROM inserted AS i, LATERAL %2$s.cloudtrail_secret_facts(i.event) AS f"
					 " WHERE %2$s.cloudtrail_has_facts(i.event)", fact_columns);
	run_with_columns(trail,
					 "INSERT INTO %1$s.issued_credentials (%3$s) SELECT i.event_time, i.event_key, f.*"
					 " FROM inserted AS i, LATERAL %2$s.cloudtrail_issued_credential(i.event) AS f"
					 " WHERE %2$s.cloudtrail_issues_credentials(i.event)", credential_columns);
}

/* Marks the days of a transition table. */
static void
mark_days(const Trail *trail, const char *transition_table)
{
	char	   *sql = psprintf("INSERT INTO %s.changed_days"
							   " SELECT DISTINCT (pg_catalog.timezone('UTC', t.event_time))::pg_catalog.date"
							   " FROM %s AS t", trail->name, transition_table);

	cloudtrail_run(sql);
	pfree(sql);
}

/* Removes what stands beside events after all of them, or all of a partition, went at once. */
static void
follow_truncate(const Trail *trail, bool whole)
{
	if (whole)
	{
		run_for_trail(trail, "DELETE FROM %1$s.secret_facts");
		run_for_trail(trail, "DELETE FROM %1$s.issued_credentials");
		run_for_trail(trail, "DELETE FROM %1$s.activity");
		run_for_trail(trail, "DELETE FROM %1$s.action_activity");
		run_for_trail(trail, "DELETE FROM %1$s.principal_activity");
		run_for_trail(trail, "DELETE FROM %1$s.changed_days");
		return;
	}
	/* This reads the events, with the rights of the owner. */
	if (superuser_arg(trail->owner))
		cloudtrail_check_children(trail, trail->raw_events);
	run_for_trail(trail,
				  "DELETE FROM %1$s.secret_facts AS f WHERE NOT EXISTS (SELECT FROM %1$s.raw_events AS t"
				  " WHERE t.event_time OPERATOR(pg_catalog.=) f.event_time"
				  " AND t.event_key OPERATOR(pg_catalog.=) f.event_key)");
	run_for_trail(trail,
				  "DELETE FROM %1$s.issued_credentials AS f WHERE NOT EXISTS (SELECT FROM %1$s.raw_events AS t"
				  " WHERE t.event_time OPERATOR(pg_catalog.=) f.event_time"
				  " AND t.event_key OPERATOR(pg_catalog.=) f.event_key)");

	/*
	 * Not all days, as cloudtrail_mark_all_days() marks: those with events that are not summed up
	 * are marked already, and activity has the days of the other sums, too.
	 */
	run_for_trail(trail, "INSERT INTO %1$s.changed_days SELECT DISTINCT day FROM %1$s.activity");
}

/* Follows one statement's change of the events. */
static void
follow(const Trail *trail, TriggerData *change)
{
	if (TRIGGER_FIRED_BY_TRUNCATE(change->tg_event))
	{
		follow_truncate(trail, RelationGetRelid(change->tg_relation) == trail->raw_events);
		return;
	}
	if (SPI_register_trigger_data(change) != SPI_OK_TD_REGISTER)
		elog(ERROR, "SPI_register_trigger_data failed");
	if (change->tg_oldtable != NULL)
	{
		remove_facts(trail);
		mark_days(trail, "removed");
	}
	if (change->tg_newtable != NULL)
	{
		add_facts(trail);
		mark_days(trail, "inserted");
	}
}

/* Reports an error if a trigger is not the one that the extension makes. */
static void
check_trigger(FunctionCallInfo fcinfo)
{
	TriggerData *change = (TriggerData *) fcinfo->context;
	Trigger    *trigger;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("cloudtrail_follow_events() was not called as a trigger")));
	trigger = change->tg_trigger;
	if (!TRIGGER_FIRED_AFTER(change->tg_event) || !TRIGGER_FIRED_FOR_STATEMENT(change->tg_event) ||
		(trigger->tgoldtable != NULL && strcmp(trigger->tgoldtable, "removed") != 0) ||
		(trigger->tgnewtable != NULL && strcmp(trigger->tgnewtable, "inserted") != 0))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger \"%s\" is not one that cloudtrail_create_trail() makes",
						trigger->tgname)));
}

/* Trigger after each statement that changes events: facts and sums follow. */
Datum
cloudtrail_follow_events(PG_FUNCTION_ARGS)
{
	TriggerData *change = (TriggerData *) fcinfo->context;
	Trail		trail;
	Acting		before;

	check_trigger(fcinfo);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	cloudtrail_trail_of_events(change->tg_relation, &trail);
	cloudtrail_act_as(trail.owner, &before);
	follow(&trail, change);
	cloudtrail_act_as_before(&before);
	SPI_finish();
	return PointerGetDatum(NULL);
}
