/*
 * fdw_columns.c: the columns that foreign tables over log files may have.
 *
 * They are those of the field table, by name and type, and two more: the
 * event itself, and the source, which names its file.
 */
#include "fdw.h"

#include "catalog/pg_type.h"
#include "foreign/foreign.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#define CT_FIELD(name, path, type, comment) \
	extern PGDLLEXPORT Datum cloudtrail_##name(PG_FUNCTION_ARGS);
#define CT_INNER(name, path)
#define CT_DERIVED(name, type, comment) \
	extern PGDLLEXPORT Datum cloudtrail_##name(PG_FUNCTION_ARGS);
#include "core/event/fieldlist.h"
#undef CT_FIELD
#undef CT_INNER
#undef CT_DERIVED

#define TYPE_text			TEXTOID
#define TYPE_timestamptz	TIMESTAMPTZOID
#define TYPE_boolean		BOOLOID
#define TYPE_jsonb			JSONBOID
#define TYPE_integer		INT4OID
#define TYPE_uuid			UUIDOID
#define TYPE_inet			INETOID
#define TYPE_text_array		TEXTARRAYOID

/* What it takes to form a column, against others. */
#define COST_PLACE		1
#define COST_DERIVED	2
#define COST_JSONB		10
#define COST_EVENT		20

typedef struct LogField
{
	const char *name;
	Oid			type;
	LogColumnKind kind;
	PGFunction	read;
	ct_field	place;			/* CT_FIELD_COUNT if there are several */
	int			cost;
} LogField;

/* How a field that is read from one place becomes a column. */
#define KIND(type, place) \
	((type) == TEXTOID ? LOG_TEXT : (place) == CT_FIELD_event_time ? LOG_TIME : LOG_FIELD)

static const LogField fields[] = {
#define CT_FIELD(name, path, type, comment) \
	{#name, TYPE_##type, KIND(TYPE_##type, CT_FIELD_##name), cloudtrail_##name, CT_FIELD_##name, \
	TYPE_##type == JSONBOID ? COST_JSONB : COST_PLACE},
#define CT_INNER(name, path)
#define CT_DERIVED(name, type, comment) \
	{#name, TYPE_##type, LOG_FIELD, cloudtrail_##name, CT_FIELD_COUNT, COST_DERIVED},
#include "core/event/fieldlist.h"
#undef CT_FIELD
#undef CT_INNER
#undef CT_DERIVED
};

/* The columns about which names of files tell. */
static const struct
{
	const char *name;
	LogSubject	subject;
}			subjects[] = {
	{"event_time", LOG_SUBJECT_TIME},
	{"account_id", LOG_SUBJECT_ACCOUNT},
	{"aws_region", LOG_SUBJECT_REGION},
};

/* What a file's name tells of a field. */
static LogSubject
subject_of(const char *field)
{
	for (int i = 0; i < (int) lengthof(subjects); i++)
	{
		if (strcmp(subjects[i].name, field) == 0)
			return subjects[i].subject;
	}
	return LOG_SUBJECT_NONE;
}

Oid
log_event_type(Oid server)
{
	ForeignDataWrapper *fdw = GetForeignDataWrapper(GetForeignServer(server)->fdwid);

	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("cloudtrail_event"),
						   ObjectIdGetDatum(get_func_namespace(fdw->fdwhandler)));
}

void
append_log_columns(StringInfo out, const char *event_type)
{
	for (int i = 0; i < (int) lengthof(fields); i++)
		appendStringInfo(out, "%s %s, ", fields[i].name, format_type_be(fields[i].type));
	appendStringInfo(out, "event %s, source %s", event_type, format_type_be(TEXTOID));
}

/* Finds what a column of a name is, and its type; false if there is no such. */
static bool
find_column(const char *name, Oid event_type, LogColumn *column, Oid *type)
{
	if (strcmp(name, "event") == 0)
	{
		*column = (LogColumn) {.kind = LOG_EVENT, .cost = COST_EVENT};
		*type = event_type;
		return true;
	}
	if (strcmp(name, "source") == 0)
	{
		*column = (LogColumn) {.kind = LOG_SOURCE, .subject = LOG_SUBJECT_SOURCE,
							   .cost = COST_PLACE};
		*type = TEXTOID;
		return true;
	}
	for (int i = 0; i < (int) lengthof(fields); i++)
	{
		if (strcmp(fields[i].name, name) == 0)
		{
			*column = (LogColumn) {fields[i].kind, subject_of(name), fields[i].read,
								   fields[i].place, fields[i].cost};
			*type = fields[i].type;
			return true;
		}
	}
	return false;
}

/* Reports a column that log files do not have. */
static void
report_unknown_column(Relation table, const char *name, Oid event_type)
{
	StringInfoData known;

	initStringInfo(&known);
	append_log_columns(&known, format_type_be(event_type));
	ereport(ERROR,
			(errcode(ERRCODE_FDW_COLUMN_NAME_NOT_FOUND),
			 errmsg("column \"%s\" of foreign table \"%s\" is not a field of CloudTrail events",
					name, RelationGetRelationName(table)),
			 errhint("There are: %s.", known.data)));
}

LogColumn *
log_columns(Relation table)
{
	TupleDesc	tupdesc = RelationGetDescr(table);
	Oid			event_type = log_event_type(GetForeignTable(RelationGetRelid(table))->serverid);
	LogColumn  *columns = palloc0(Max(tupdesc->natts, 1) * sizeof(LogColumn));

	for (int i = 0; i < tupdesc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(tupdesc, i);
		const char *name = NameStr(attribute->attname);
		Oid			type;

		if (attribute->attisdropped)
			continue;
		if (!find_column(name, event_type, &columns[i], &type))
			report_unknown_column(table, name, event_type);
		if (attribute->atttypid != type || attribute->atttypmod != -1)
			ereport(ERROR,
					(errcode(ERRCODE_FDW_INVALID_DATA_TYPE),
					 errmsg("column \"%s\" of foreign table \"%s\" must be of type %s",
							name, RelationGetRelationName(table), format_type_be(type)),
					 errdetail("It is of type %s.",
							   format_type_with_typemod(attribute->atttypid,
														attribute->atttypmod))));
	}
	return columns;
}
