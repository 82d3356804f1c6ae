/*
 * survey.c: what a log file holds, in one pass before its events are taken.
 */
#include "cloudtrail.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "items.h"
#include "management.h"
#include "miscadmin.h"
#include "row.h"
#include "survey.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

CLOUDTRAIL_FUNCTION(cloudtrail_survey);

/*
 * Partitions for so many months, and one more for so many events, are worth
 * their time: a small file of events from a thousand months is forged.
 */
#define MONTHS_ANYWAY		24
#define EVENTS_FOR_MONTH	100

/* What stands between events may be this much of a file, else the manifest has a hash of them. */
#define GAPS_MAX(len)	(4096 + (len) / 16)

/* Memory is had in steps of this size. */
#define STEP			(64 * 1024)

/* Marks the month of a time, in UTC. */
static void
mark_month(Survey *survey, int64 time)
{
	struct pg_tm tm;
	fsec_t		fsec;
	int			month;

	if (time >= survey->month_start && time < survey->month_end)
		return;
	if (timestamp2tm(time - EPOCH_SHIFT, NULL, &tm, &fsec, NULL, NULL) != 0)
		return;
	month = (tm.tm_year - FIRST_YEAR) * MONTHS_PER_YEAR + tm.tm_mon - 1;
	survey->month_start = (date2j(tm.tm_year, tm.tm_mon, 1) - UNIX_EPOCH_JDATE) * USECS_PER_DAY;
	/* 28 days later it may still be the same month, which does no harm. */
	survey->month_end = survey->month_start + 28 * USECS_PER_DAY;
	if (month >= 0 && month < MONTHS)
		survey->months[month] = true;
}

/* Adds bytes to the manifest, which grows in large steps. */
static void
put_bytes(Survey *survey, const void *bytes, Size len)
{
	appendBinaryStringInfo(&survey->manifest, bytes, (int) len);
}

/* Adds an event to the manifest; false if it does not stand in the file as it is kept. */
static bool
put_event(Survey *survey, const ct_record *rec)
{
	const char *end = survey->content + survey->len;
	uint8		bytes[CT_MANIFEST_ENTRY_MAX];

	if (survey->hash == NULL)
	{
		ct_slice	gap = {survey->event_end, (Size) (rec->json - survey->event_end)};
		bool		put_gap;

		if (rec->json < survey->event_end || rec->json > end ||
			rec->length > (Size) (end - rec->json))
			return false;
		survey->gaps += gap.len;
		if (survey->gaps > GAPS_MAX(survey->len))
			return false;
		put_bytes(survey, bytes, ct_manifest_gap(&survey->writer, gap, &put_gap, bytes));
		if (put_gap)
			put_bytes(survey, gap.ptr, gap.len);
		survey->event_end = rec->json + rec->length;
	}
	else
	{
		uint64		length = rec->length;

		for (int i = 0; i < 8; i++, length >>= 8)
			bytes[i] = (uint8) length;
		if (!EVP_DigestUpdate(survey->hash, bytes, 8) ||
			!EVP_DigestUpdate(survey->hash, rec->json, rec->length))
			ereport(ERROR,
					(errcode(ERRCODE_OUT_OF_MEMORY),
					 errmsg("could not compute a hash")));
	}
	put_bytes(survey, bytes, ct_manifest_event(&survey->writer, rec, bytes));
	return true;
}

bool
survey_item(Survey *survey, const ct_item *item)
{
	const char *kind;

	survey->items++;
	switch (item->kind)
	{
		case CT_ITEM_EVENT:
			survey->events++;
			survey->insights += ct_has(item->rec, CT_FIELD_insight_details);
			survey->has_management = survey->has_management || is_management_record(item->rec);
			mark_month(survey, item->rec->event_time);
			return put_event(survey, item->rec);
		case CT_ITEM_NOTICE:
			survey->others++;
			kind = item_kind(item);
			if (survey->other == NULL || strcmp(kind, survey->other) < 0)
				survey->other = kind;
			return true;
		default:
			survey->rejects++;
			return true;
	}
}

bool
finish_survey(Survey *survey)
{
	uint8		bytes[CT_MANIFEST_ENTRY_MAX];
	ct_slice	tail = {survey->event_end,
	(Size) (survey->content + survey->len - survey->event_end)};

	ct_manifest_head(survey->hash == NULL ? CT_MANIFEST_FILE : CT_MANIFEST_EVENTS, survey->events,
					 (uint8 *) survey->manifest.data + VARHDRSZ);
	if (survey->hash != NULL)
	{
		if (!EVP_DigestFinal_ex(survey->hash,
								(uint8 *) survey->manifest.data + VARHDRSZ + CT_MANIFEST_HEAD,
								NULL))
			ereport(ERROR,
					(errcode(ERRCODE_OUT_OF_MEMORY),
					 errmsg("could not compute a hash")));
	}
	else
	{
		if (survey->gaps + tail.len > GAPS_MAX(survey->len))
			return false;
		put_bytes(survey, bytes, ct_manifest_tail(tail, bytes));
		put_bytes(survey, tail.ptr, tail.len);
	}
	SET_VARSIZE(survey->manifest.data, survey->manifest.len);
	return true;
}

void
begin_survey(Survey *survey, const char *content, Size len, bool hashed)
{
	static const uint8 nothing[VARHDRSZ + CT_MANIFEST_HEAD + 32];

	memset(survey, 0, sizeof(*survey));
	survey->month_end = PG_INT64_MIN;
	survey->content = survey->event_end = content;
	survey->len = len;
	if (hashed)
	{
		survey->hash = EVP_MD_CTX_new();
		if (survey->hash == NULL || !EVP_DigestInit_ex(survey->hash, EVP_sha256(), NULL))
		{
			release_survey(survey);
			report_out_of_memory();
		}
	}
	initStringInfo(&survey->manifest);
	put_bytes(survey, nothing, VARHDRSZ + CT_MANIFEST_HEAD + (hashed ? 32 : 0));
}

void
release_survey(Survey *survey)
{
	EVP_MD_CTX_free(survey->hash);
	survey->hash = NULL;
}

/* Goes through a file; false if the manifest cannot be of the kind that was begun. */
static bool
survey_all(Survey *survey, ct_splitter *splitter)
{
	ct_item		item;

	enlargeStringInfo(&survey->manifest, STEP);
	while (ct_splitter_next(splitter, &item))
	{
		CHECK_FOR_INTERRUPTS();
		check_item(&item);
		if (!survey_item(survey, &item))
			return false;
	}
	return finish_survey(survey);
}

/* Goes through a file from the start, with a manifest of one kind or the other. */
static bool
try_survey(Survey *survey, const char *content, Size len, bool hashed)
{
	ct_splitter *splitter;
	volatile bool whole = false;

	begin_survey(survey, content, len, hashed);
	splitter = ct_splitter_new(content, len);
	PG_TRY();
	{
		if (splitter == NULL)
			report_out_of_memory();
		whole = survey_all(survey, splitter);
	}
	PG_FINALLY();
	{
		ct_splitter_free(splitter);
		release_survey(survey);
	}
	PG_END_TRY();
	return whole;
}

Datum
surveyed_months(const Survey *survey)
{
	Datum		months[MONTHS];
	int			count = 0;
	int64		most = MONTHS_ANYWAY + survey->events / EVENTS_FOR_MONTH;

	for (int month = MONTHS - 1; month >= 0 && count < most; month--)
	{
		if (survey->months[month])
		{
			int			first = date2j(FIRST_YEAR + month / MONTHS_PER_YEAR,
									   month % MONTHS_PER_YEAR + 1, 1);

			months[MONTHS - ++count] =
				TimestampTzGetDatum((first - POSTGRES_EPOCH_JDATE) * USECS_PER_DAY);
		}
	}
	return PointerGetDatum(construct_array(months + MONTHS - count, count, TIMESTAMPTZOID,
										   sizeof(TimestampTz), true, TYPALIGN_DOUBLE));
}

const char *
surveyed_kind(const Survey *survey)
{
	if (survey->has_management || survey->items == 0)
		return "log";
	if (survey->events > 0)
		return survey->insights == survey->events ? "insight" : "data";
	return survey->other != NULL ? survey->other : "damaged";
}

/*
 * What a log file holds: its kind, how many events and others, the months of
 * the events, and its manifest.
 */
Datum
cloudtrail_survey(PG_FUNCTION_ARGS)
{
	struct varlena *log = PG_GETARG_VARLENA_PP(0);
	const char *content = VARDATA_ANY(log);
	Size		len = VARSIZE_ANY_EXHDR(log);
	Survey	   *survey = palloc(sizeof(Survey));
	ResultRow	row = {.count = 0};

	if (!try_survey(survey, content, len, false))
		try_survey(survey, content, len, true);
	add_words(&row, surveyed_kind(survey));
	add_column(&row, true, Int64GetDatum(survey->events));
	add_column(&row, true, Int64GetDatum(survey->rejects));
	add_column(&row, true, Int64GetDatum(survey->others));
	add_column(&row, true, surveyed_months(survey));
	add_column(&row, survey->events > 0, PointerGetDatum(survey->manifest.data));
	PG_RETURN_DATUM(finished_row(&row, row_type(fcinfo)));
}
