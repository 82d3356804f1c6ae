/*
 * fdw_options.c: the options of foreign tables over log files.
 */
#include "fdw.h"

#include "access/reloptions.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_foreign_table.h"
#include "commands/defrem.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

CLOUDTRAIL_FUNCTION(cloudtrail_fdw_validator);

/* A month of an interval is at most this many days. */
#define LONGEST_MONTH	31

static const char *const option_names[] = {"path", "late", "on_error", "prune"};

void
check_may_name_files(void)
{
	if (!has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to set the option \"path\" of a foreign table"),
				 errdetail("Only roles with privileges of the role \"%s\" may set it.",
						   "pg_read_server_files")));
}

/* Whether tables have an option. */
static bool
is_option(const char *name)
{
	for (int i = 0; i < (int) lengthof(option_names); i++)
	{
		if (strcmp(name, option_names[i]) == 0)
			return true;
	}
	return false;
}

/* Reads how late files may be delivered, in microseconds; more than there are means without end. */
static int64
read_late(const char *text)
{
	Interval   *interval = DatumGetIntervalP(DirectFunctionCall3(interval_in, CStringGetDatum(text),
																 ObjectIdGetDatum(InvalidOid),
																 Int32GetDatum(-1)));
	int64		days = (int64) interval->month * LONGEST_MONTH + interval->day;

	if (days < 0 || interval->time < 0)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				 errmsg("option \"%s\" must not be negative", "late")));
	if (days > PG_INT32_MAX || interval->time > PG_INT64_MAX - days * USECS_PER_DAY)
		return PG_INT64_MAX;
	return days * USECS_PER_DAY + interval->time;
}

/* Reads what to do about damage. */
static bool
read_on_error(const char *text)
{
	if (strcmp(text, "stop") != 0 && strcmp(text, "warn") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				 errmsg("invalid value for option \"%s\": \"%s\"", "on_error", text),
				 errhint("Valid values are \"warn\" and \"stop\".")));
	return text[0] == 's';
}

/* Checks that a path is one of the whole server. */
static char *
read_path(const char *text)
{
	if (!is_absolute_path(text))
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				 errmsg("option \"%s\" must be an absolute path", "path")));
	return pstrdup(text);
}

/* Reads one option. */
static void
read_option(LogOptions *options, DefElem *option)
{
	if (strcmp(option->defname, "path") == 0)
		options->path = read_path(defGetString(option));
	else if (strcmp(option->defname, "late") == 0)
		options->late = read_late(defGetString(option));
	else if (strcmp(option->defname, "on_error") == 0)
		options->stop = read_on_error(defGetString(option));
	else if (strcmp(option->defname, "prune") == 0)
		options->prune = defGetBoolean(option);
}

/* The options of a list, and the defaults of others. */
static LogOptions *
read_options(List *list)
{
	LogOptions *options = palloc0(sizeof(LogOptions));
	ListCell   *lc;

	options->late = USECS_PER_DAY;
	options->prune = true;
	foreach(lc, list)
		read_option(options, lfirst(lc));
	return options;
}

LogOptions *
log_options(Oid table)
{
	LogOptions *options = read_options(GetForeignTable(table)->options);

	if (options->path == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_DYNAMIC_PARAMETER_VALUE_NEEDED),
				 errmsg("option \"%s\" is required for foreign tables of cloudtrail_fdw", "path")));
	return options;
}

/* Checks the options of a foreign table, or of what else takes options. */
Datum
cloudtrail_fdw_validator(PG_FUNCTION_ARGS)
{
	List	   *list = untransformRelOptions(PG_GETARG_DATUM(0));
	Oid			catalog = PG_GETARG_OID(1);
	LogOptions *options;
	ListCell   *lc;

	foreach(lc, list)
	{
		DefElem    *option = lfirst(lc);

		if (catalog != ForeignTableRelationId)
			ereport(ERROR,
					(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
					 errmsg("invalid option \"%s\"", option->defname),
					 errhint("Only foreign tables of cloudtrail_fdw have options.")));
		if (!is_option(option->defname))
			ereport(ERROR,
					(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
					 errmsg("invalid option \"%s\"", option->defname),
					 errhint("Valid options are \"path\", \"late\", \"on_error\" and \"prune\".")));
	}
	options = read_options(list);
	if (options->path != NULL)
		check_may_name_files();
	else if (catalog == ForeignTableRelationId)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_DYNAMIC_PARAMETER_VALUE_NEEDED),
				 errmsg("option \"%s\" is required for foreign tables of cloudtrail_fdw", "path")));
	PG_RETURN_VOID();
}
