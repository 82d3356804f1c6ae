/*
 * activity_sum.c: daily sums of events, by what their headers say.
 *
 * Events are of the same kind if the texts of their headers that a sum is of
 * are the same bytes: these are taken apart once for each kind.  The sums are
 * written by activity_write.c, or returned as rows if INSERT has to write them
 * or they do not fit into memory: then those of the same kind have to be added.
 */
#include "activity_sum.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "event_table.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "management.h"
#include "miscadmin.h"
#include "nodes/params.h"
#include "trail.h"
#include "utils/array.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

CLOUDTRAIL_FUNCTION(cloudtrail_sum_events);

#define SH_PREFIX		sums
#define SH_ELEMENT_TYPE	Sum
#define SH_KEY_TYPE		const SumKind *
#define SH_KEY			kind
#define SH_HASH_KEY(table, key)	\
	hash_bytes((const unsigned char *) (key), (int) sum_kind_size(key))
#define SH_EQUAL(table, a, b)	\
	((a)->size == (b)->size && memcmp(a, b, sum_kind_size(a)) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(table, element)	(element)->hash
#define SH_SCOPE		static inline
#define SH_DEFINE
#define SH_DECLARE
#include "lib/simplehash.h"

/* The texts that the sums of each table are of. */
static const uint8 texts_of[SUM_TABLES] = {
	[SUM_ACTIVITY] = 1 << CT_STORED_EVENT_NAME | 1 << CT_STORED_EVENT_SOURCE |
		1 << CT_STORED_AWS_REGION | 1 << CT_STORED_ERROR_CODE | 1 << CT_STORED_ACCOUNT_ID,
	[SUM_ACTIONS] = 1 << CT_STORED_EVENT_NAME | 1 << CT_STORED_EVENT_SOURCE |
		1 << CT_STORED_ERROR_CODE,
	[SUM_PRINCIPALS] = 1 << CT_STORED_ACCOUNT_ID | 1 << CT_STORED_PRINCIPAL_ARN,
};

/* The flags that they are of, or that tell how their texts read. */
static const uint16 flags_of[SUM_TABLES] = {
	[SUM_ACTIVITY] = 3 << CT_STORED_READ_ONLY_SHIFT | CT_STORED_AMAZONAWS_COM |
		CT_STORED_PACKED_ACCOUNT,
	[SUM_ACTIONS] = CT_STORED_AMAZONAWS_COM,
	[SUM_PRINCIPALS] = CT_STORED_PACKED_ACCOUNT,
};

/* What an event says. */
typedef struct SummedEvent
{
	int32		day;
	unsigned	flags;
	bool		is_management;
	ct_slice	texts[SUMMED_TEXTS];
} SummedEvent;

/* Sums while events come in. */
typedef struct Summing
{
	DestReceiver receiver;
	const Trail *trail;
	const bool *wanted;			/* for each day from the first on */
	int32		first_day;
	int32		day_count;
	MemoryContext context;		/* of the sums */
	MemoryContext event_context;	/* of one event */
	Size		memory;			/* that they may take */
	sums_hash  *sums[SUM_TABLES];
	SumKind    *kind;			/* room for one */
	Size		kind_room;
	ReturnSetInfo *to;
	bool		returned;		/* some were returned already */
} Summing;

/* Begins to sum up. */
static void
begin_sums(Summing *summing)
{
	MemoryContextReset(summing->context);
	for (int i = 0; i < SUM_TABLES; i++)
		summing->sums[i] = sums_create(summing->context, 1024, NULL);
	summing->kind = NULL;
	summing->kind_room = 0;
}

/* Makes the kind of a sum in the room for one. */
static const SumKind *
make_kind(Summing *summing, SumTable table, int32 day, unsigned flags, bool of_management,
		  const ct_slice texts[SUMMED_TEXTS])
{
	Size		size = 0;
	SumKind    *kind;

	for (int i = 0; i < SUMMED_TEXTS; i++)
		size += texts[i].len;
	if (offsetof(SumKind, texts) + size > summing->kind_room)
	{
		summing->kind_room = 2 * (offsetof(SumKind, texts) + size);
		summing->kind = MemoryContextAlloc(summing->context, summing->kind_room);
	}
	kind = summing->kind;
	memset(kind, 0, offsetof(SumKind, texts));
	kind->day = day;
	kind->flags = (uint16) (flags & flags_of[table]);
	kind->table = (uint8) table;
	kind->of_management = of_management;
	for (int i = 0; i < SUMMED_TEXTS; i++)
	{
		kind->lengths[i] = SUM_TEXT_NULL;
		if (texts[i].ptr == NULL || !(texts_of[table] >> i & 1))
			continue;
		kind->lengths[i] = (uint32) texts[i].len;
		memcpy(kind->texts + kind->size, texts[i].ptr, texts[i].len);
		kind->size += (uint32) texts[i].len;
	}
	return kind;
}

/* Adds to the sum of a kind. */
static void
add_to_sum(Summing *summing, const SumKind *kind, const Sum *more)
{
	bool		found;
	Sum		   *sum = sums_insert(summing->sums[kind->table], kind, &found);

	if (!found)
	{
		SumKind    *copy = MemoryContextAlloc(summing->context, sum_kind_size(kind));

		memcpy(copy, kind, sum_kind_size(kind));
		sum->kind = copy;
		sum->events = sum->errors = 0;
		sum->first = more->first;
		sum->last = more->last;
	}
	sum->events += more->events;
	sum->errors += more->errors;
	sum->first = Min(sum->first, more->first);
	sum->last = Max(sum->last, more->last);
}

/* Returns all sums as rows, and begins again. */
static void
return_sums(Summing *summing)
{
	MemoryContext old = MemoryContextSwitchTo(summing->event_context);

	for (int i = 0; i < SUM_TABLES; i++)
	{
		sums_iterator iterator;
		const Sum  *sum;

		sums_start_iterate(summing->sums[i], &iterator);
		while ((sum = sums_iterate(summing->sums[i], &iterator)) != NULL)
		{
			CHECK_FOR_INTERRUPTS();
			return_sum(sum, summing->to);
			MemoryContextReset(summing->event_context);
		}
	}
	MemoryContextSwitchTo(old);
	summing->returned = true;
	begin_sums(summing);
}

/* The sums of a table, in an array. */
static const Sum **
listed_sums(sums_hash *sums)
{
	const Sum **list = palloc(Max(sums->members, 1) * sizeof(Sum *));
	sums_iterator iterator;
	const Sum  *sum;
	int			count = 0;

	sums_start_iterate(sums, &iterator);
	while ((sum = sums_iterate(sums, &iterator)) != NULL)
		list[count++] = sum;
	return list;
}

/* Adds the sums of actions, which are made of those by account and Region. */
static void
sum_up_actions(Summing *summing)
{
	sums_iterator iterator;
	const Sum  *sum;

	sums_start_iterate(summing->sums[SUM_ACTIVITY], &iterator);
	while ((sum = sums_iterate(summing->sums[SUM_ACTIVITY], &iterator)) != NULL)
	{
		const SumKind *kind = sum->kind;
		ct_slice	texts[SUMMED_TEXTS];

		CHECK_FOR_INTERRUPTS();
		sum_texts(kind, texts);
		add_to_sum(summing, make_kind(summing, SUM_ACTIONS, kind->day, kind->flags, false, texts),
				   sum);
	}
}

/* Writes all sums, or returns them. */
static void
finish_sums(Summing *summing)
{
	SumWriter	writer;

	if (!summing->returned && begin_sum_write(&writer, summing->trail))
	{
		sum_up_actions(summing);
		for (int i = 0; i < SUM_TABLES; i++)
			write_sums(&writer, i, listed_sums(summing->sums[i]), summing->sums[i]->members);
		end_sum_write(&writer);
		return;
	}
	return_sums(summing);
}

/* The ARN of the principal as all events of its account have it. */
static ct_slice
whole_arn(ct_slice arn)
{
	char	   *text;

	if (arn.ptr == NULL)
		return arn;
	text = palloc(arn.len + 1);
	text[0] = '\0';
	memcpy(text + 1, arn.ptr, arn.len);
	return (ct_slice) {text, arn.len + 1};
}

/* Takes the texts from the record that the header does not have. */
static void
complete(SummedEvent *said, Datum event, const ct_stored *stored)
{
	const ct_record *rec = event_record(event);
	ct_scratch	scratch = event_scratch(rec);

	for (int i = 0; i < SUMMED_TEXTS; i++)
	{
		if (!stored->elsewhere[i])
			continue;
		switch (i)
		{
			case CT_STORED_EVENT_NAME:
				said->texts[i] = ct_text(rec, CT_FIELD_event_name, &scratch);
				break;
			case CT_STORED_EVENT_SOURCE:
				said->texts[i] = ct_text(rec, CT_FIELD_event_source, &scratch);
				said->flags &= ~CT_STORED_AMAZONAWS_COM;
				break;
			case CT_STORED_AWS_REGION:
				said->texts[i] = ct_text(rec, CT_FIELD_aws_region, &scratch);
				break;
			case CT_STORED_ERROR_CODE:
				said->texts[i] = ct_text(rec, CT_FIELD_error_code, &scratch);
				break;
			case CT_STORED_ACCOUNT_ID:
				said->texts[i] = ct_account_id(rec, &scratch);
				break;
			case CT_STORED_PRINCIPAL_ARN:
				said->texts[i] = whole_arn(ct_principal_arn(rec, &scratch));
				break;
		}
	}
}

/* Reads what an event says. */
static void
read_event(SummedEvent *said, Datum event)
{
	char		buf[CT_STORED_DECODED_MAX];
	ct_slice	arn;
	ct_stored	stored;
	bool		whole = true;

	if (!event_header(event, &stored))
		elog(ERROR, "an event has no header");
	said->is_management = is_management(event, &stored);
	said->flags = stored.flags;
	for (int i = 0; i < SUMMED_TEXTS; i++)
	{
		said->texts[i] = stored.text[i];
		whole = whole && !stored.elsewhere[i];
	}
	arn = stored.text[CT_STORED_PRINCIPAL_ARN];
	if (arn.len > 0 && ct_stored_leaves_out_region(arn))
		said->texts[CT_STORED_PRINCIPAL_ARN] =
			whole_arn(ct_stored_text_of(&stored, CT_STORED_PRINCIPAL_ARN, buf));
	if (!whole)
		complete(said, event, &stored);
}

/* Takes an event. */
static bool
take_event(TupleTableSlot *slot, DestReceiver *self)
{
	Summing    *summing = (Summing *) self;
	MemoryContext old;
	SummedEvent said;
	Sum			one = {.events = 1};
	int64		day;

	CHECK_FOR_INTERRUPTS();
	slot_getallattrs(slot);
	if (slot->tts_isnull[0])
		return true;
	one.first = one.last = DatumGetTimestampTz(slot->tts_values[0]);
	day = day_of_time(one.first) - summing->first_day;
	if (day < 0 || day >= summing->day_count || !summing->wanted[day])
		return true;
	said.day = (int32) (day + summing->first_day);
	old = MemoryContextSwitchTo(summing->event_context);
	if (slot->tts_isnull[2])
		said = (SummedEvent) {.day = said.day, .is_management = true};
	else
		read_event(&said, slot->tts_values[2]);
	one.errors = said.texts[CT_STORED_ERROR_CODE].ptr != NULL;
	add_to_sum(summing, make_kind(summing, SUM_ACTIVITY, said.day, said.flags, said.is_management,
								  said.texts), &one);
	add_to_sum(summing, make_kind(summing, SUM_PRINCIPALS, said.day, said.flags, false,
								  said.texts), &one);
	MemoryContextSwitchTo(old);
	MemoryContextReset(summing->event_context);
	if (MemoryContextMemAllocated(summing->context, false) > summing->memory)
		return_sums(summing);
	return true;
}

/* Checks what is read: the owner may have changed it since the trail was entered. */
static void
begin_events(DestReceiver *self, int operation, TupleDesc columns)
{
	const Summing *summing = (const Summing *) self;

	if (TupleDescAttr(columns, 0)->atttypid != TIMESTAMPTZOID ||
		TupleDescAttr(columns, 2)->atttypid != summing->trail->event_type)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("columns of table \"%s.raw_events\" are of other types", summing->trail->name)));
}

/* Nothing is to be done after the events. */
static void
end_events(DestReceiver *self)
{
}

/* Notes which days are to be summed up; false if none. */
static bool
note_days(Summing *summing, ArrayType *array)
{
	Datum	   *days;
	bool	   *nulls;
	int			count;
	int32		last;
	bool	   *wanted;

	deconstruct_array(array, DATEOID, sizeof(DateADT), true, TYPALIGN_INT, &days, &nulls, &count);
	if (count == 0)
		return false;
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("days must not be null")));
	summing->first_day = last = DatumGetDateADT(days[0]);
	for (int i = 1; i < count; i++)
	{
		summing->first_day = Min(summing->first_day, DatumGetDateADT(days[i]));
		last = Max(last, DatumGetDateADT(days[i]));
	}
	if (!IS_VALID_DATE(summing->first_day) || !IS_VALID_DATE(last) || DATE_NOT_FINITE(last) ||
		DATE_NOT_FINITE(summing->first_day) || (int64) last - summing->first_day > 366)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("days must be within a year")));
	summing->day_count = last - summing->first_day + 1;
	summing->wanted = wanted = palloc0(summing->day_count * sizeof(bool));
	for (int i = 0; i < count; i++)
		wanted[DatumGetDateADT(days[i]) - summing->first_day] = true;
	return true;
}

/* Makes a parameter of the time when a day begins. */
static void
set_day(ParamListInfo params, int number, int64 day)
{
	params->params[number].value = TimestampTzGetDatum(day * USECS_PER_DAY);
	params->params[number].isnull = false;
	params->params[number].pflags = PARAM_FLAG_CONST;
	params->params[number].ptype = TIMESTAMPTZOID;
}

/* Reads the events of the days, as the query that calls sees them. */
static void
read_events(Summing *summing, const Trail *trail)
{
	char	   *query = psprintf("SELECT t.event_time, t.event_key, t.event FROM %s.raw_events AS t"
								 " WHERE t.event_time OPERATOR(pg_catalog.>=) $1"
								 " AND t.event_time OPERATOR(pg_catalog.<) $2", trail->name);
	SPIExecuteOptions options = {
		.params = makeParamList(2),.read_only = true,.dest = &summing->receiver
	};
	int			code;

	set_day(options.params, 0, summing->first_day);
	set_day(options.params, 1, (int64) summing->first_day + summing->day_count);
	SPI_connect();
	code = SPI_execute_extended(query, &options);
	if (code < 0)
		elog(ERROR, "SPI_execute_extended failed: %s", SPI_result_code_string(code));
	SPI_finish();
}

/*
 * Sums events of a trail up by day and kind, and by day and principal; returns
 * what INSERT has to write.
 */
Datum
cloudtrail_sum_events(PG_FUNCTION_ARGS)
{
	Trail		trail;
	Summing		summing = {
		.receiver = {take_event, begin_events, end_events, end_events, DestNone},
		.trail = &trail,
		/* The tables of sums take a third of that, empty. */
		.memory = Max(maintenance_work_mem, 1024) * (Size) 1024
	};

	InitMaterializedSRF(fcinfo, 0);
	cloudtrail_enter(PG_GETARG_OID(0), &trail);
	summing.to = (ReturnSetInfo *) fcinfo->resultinfo;
	if (!note_days(&summing, PG_GETARG_ARRAYTYPE_P(1)))
		return (Datum) 0;
	summing.context = AllocSetContextCreate(CurrentMemoryContext, "cloudtrail sums",
											ALLOCSET_DEFAULT_SIZES);
	summing.event_context = AllocSetContextCreate(CurrentMemoryContext, "cloudtrail sum",
												  ALLOCSET_DEFAULT_SIZES);
	begin_sums(&summing);
	read_events(&summing, &trail);
	finish_sums(&summing);
	return (Datum) 0;
}
