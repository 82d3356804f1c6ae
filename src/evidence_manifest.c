/*
 * evidence_manifest.c: whether the events of a log file are still there with their bytes.
 */
#include "cloudtrail.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "core/evidence/digest.h"
#include "core/evidence/manifest.h"
#include "event_reads.h"
#include "funcapi.h"
#include "items.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "row.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

CLOUDTRAIL_FUNCTION(cloudtrail_manifest);
CLOUDTRAIL_FUNCTION(cloudtrail_rebuild);
CLOUDTRAIL_FUNCTION(cloudtrail_rebuild_step);
CLOUDTRAIL_FUNCTION(cloudtrail_rebuild_end);

/* So many keys of events are named; all are counted. */
#define NAMED_MAX		100

/* Keys of events, the first few of which are kept. */
typedef struct KeyList
{
	int64		count;
	uint8		keys[NAMED_MAX][UUID_LEN];
} KeyList;

/*
 * Opens a manifest; false if it is not one that cloudtrail_survey wrote.
 * Whoever may import may put anything into the ledger, which must not keep
 * others from reading the rest of it.
 */
static bool
open_manifest(struct varlena *manifest, ct_manifest_reader *reader)
{
	return ct_manifest_open(VARDATA_ANY(manifest), VARSIZE_ANY_EXHDR(manifest), reader);
}

/* The events that a manifest names, one a row; none of what is not a manifest. */
Datum
cloudtrail_manifest(PG_FUNCTION_ARGS)
{
	FuncCallContext *funcctx;
	ct_manifest_reader *reader;
	ct_manifest_entry entry;
	Datum		values[3];
	bool		nulls[3] = {false};
	pg_uuid_t	key;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		funcctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(funcctx->multi_call_memory_ctx);
		funcctx->tuple_desc = row_type(fcinfo);
		funcctx->user_fctx = palloc(sizeof(ct_manifest_reader));
		reader = funcctx->user_fctx;
		if (!open_manifest((struct varlena *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0)), reader))
			memset(reader, 0, sizeof(*reader));
		MemoryContextSwitchTo(old);
	}
	funcctx = SRF_PERCALL_SETUP();
	reader = funcctx->user_fctx;
	if (!ct_manifest_next(reader, &entry))
		SRF_RETURN_DONE(funcctx);
	memcpy(key.data, entry.event_key, UUID_LEN);
	values[0] = Int64GetDatum((int64) reader->read);
	values[1] = TimestampTzGetDatum(entry.event_time - EPOCH_SHIFT);
	values[2] = UUIDPGetDatum(&key);
	SRF_RETURN_NEXT(funcctx, HeapTupleGetDatum(heap_form_tuple(funcctx->tuple_desc, values,
															   nulls)));
}

/* Adds a key to a list. */
static void
add_key(KeyList *list, const uint8 *key)
{
	if (list->count < NAMED_MAX)
		memcpy(list->keys[list->count], key, UUID_LEN);
	list->count++;
}

/* Makes uuid[] of a list. */
static Datum
key_array(KeyList *list)
{
	Datum		keys[NAMED_MAX];
	int			count = (int) Min(list->count, NAMED_MAX);

	for (int i = 0; i < count; i++)
		keys[i] = PointerGetDatum(list->keys[i]);
	return PointerGetDatum(construct_array(keys, count, UUIDOID, UUID_LEN, false, TYPALIGN_CHAR));
}

/* A log file being made again of its events. */
typedef struct Rebuilding
{
	MemoryContext context;		/* of all that is kept from one event to the next */
	ct_manifest_reader reader;
	uint8		sha256[CT_SHA256_SIZE]; /* that the file has to have */
	StringInfoData bytes;
	Size	   *starts;			/* of events in the bytes */
	Size		count;
	Size		room;
	KeyList		missing;
	KeyList		differing;
	HTAB	   *large;			/* large events of this file, see event_reads.h */
	HTAB	   *reads;			/* large events that the query read for any file */
	Size		read;			/* bytes of events that were read */
	Size		repeated;		/* bytes of large ones that came again */
	bool		costly;			/* it would cost more than a file does */
	bool		failed;			/* nothing that follows can make the file */
} Rebuilding;

/*
 * A file of CloudTrail has an event once.  A manifest of a few bytes that
 * names a large one over and over would cost any amount of memory, even if it
 * is not read often.
 */
#define REPEATED_MAX	CT_RECORD_MAX

/* Adds bytes to the file; false if it gets larger than any that was imported. */
static bool
put_bytes(Rebuilding *r, const void *bytes, Size len)
{
	if (len >= MaxAllocSize - r->bytes.len - 1)
		return false;
	appendBinaryStringInfo(&r->bytes, bytes, (int) len);
	return true;
}

/* Records where an event starts. */
static void
record_start(Rebuilding *r)
{
	if (r->count == r->room)
	{
		r->room = Max(256, 2 * r->room);
		r->starts = r->starts == NULL ? palloc(r->room * sizeof(Size)) :
			repalloc_huge(r->starts, r->room * sizeof(Size));
	}
	r->starts[r->count++] = r->bytes.len;
}

/* Adds an event to the file, after what stands before it; false if it gets too large. */
static bool
put_event(Rebuilding *r, const ct_manifest_entry *entry, const ct_record *rec)
{
	uint8		bytes[8];
	uint64		length = rec->length;

	if (r->reader.mode == CT_MANIFEST_FILE)
	{
		if (!put_bytes(r, entry->gap.ptr, entry->gap.len))
			return false;
		record_start(r);
	}
	else
	{
		for (int i = 0; i < 8; i++, length >>= 8)
			bytes[i] = (uint8) length;
		if (!put_bytes(r, bytes, sizeof(bytes)))
			return false;
	}
	return put_bytes(r, rec->json, rec->length);
}

/* Counts that an event was read; whether that was no more often than a file and a query may. */
static bool
count_read(Rebuilding *r, const ct_manifest_entry *entry, Size length)
{
	r->read += length;
	(void) event_reads_add(r->reads, entry->event_time, entry->event_key, length);
	if (event_reads_add(r->large, entry->event_time, entry->event_key, length) > 1)
		r->repeated += length;
	return r->repeated <= REPEATED_MAX;
}

/* Begins to make a file again that has a hash; false if the manifest or the hash is not one. */
static bool
begin_rebuilding(Rebuilding *r, struct varlena *manifest, const struct varlena *sha256,
				 HTAB *reads)
{
	if (VARSIZE_ANY_EXHDR(sha256) != CT_SHA256_SIZE || !open_manifest(manifest, &r->reader))
		return false;
	memcpy(r->sha256, VARDATA_ANY(sha256), CT_SHA256_SIZE);
	r->context = CurrentMemoryContext;
	r->large = event_reads_begin(r->context);
	r->reads = reads;
	initStringInfo(&r->bytes);
	return true;
}

/* Adds the next event of the manifest, which is not there if it is null. */
static void
add_event(Rebuilding *r, Datum event, bool isnull)
{
	ct_manifest_entry entry;
	const ct_record *rec;
	MemoryContext old;

	CHECK_FOR_INTERRUPTS();
	if (r->failed)
		return;
	if (!ct_manifest_next(&r->reader, &entry))
	{
		r->failed = true;
		return;
	}
	if (isnull)
	{
		add_key(&r->missing, entry.event_key);
		return;
	}
	if (event_reads(r->reads, entry.event_time, entry.event_key) >= READS_MAX)
	{
		r->costly = r->failed = true;
		return;
	}
	rec = event_record(event);
	if (ct_manifest_checksum(rec->json, rec->length) != entry.checksum)
		add_key(&r->differing, entry.event_key);
	old = MemoryContextSwitchTo(r->context);
	r->costly = !count_read(r, &entry, rec->length);
	r->failed = r->costly || !put_event(r, &entry, rec);
	MemoryContextSwitchTo(old);
}

/* Ends the file; whether it was made. */
static bool
end_file(Rebuilding *r)
{
	ct_slice	tail;

	return !r->failed && ct_manifest_end(&r->reader, &tail) &&
		put_bytes(r, tail.ptr, tail.len) && r->missing.count == 0;
}

/* Whether the next event that a file holds is the one that the manifest has. */
static bool
is_next_event(const Rebuilding *r, const ct_item *item, Size found)
{
	return found < r->count && item->rec->json == r->bytes.data + r->starts[found] &&
		(found + 1 == r->count || item->rec->length <= r->starts[found + 1] - r->starts[found]);
}

/*
 * Whether all events of the file that was made are rows: between them, where
 * bytes come from the manifest, there is none.
 */
static bool
has_rows_only(const Rebuilding *r)
{
	ct_splitter *splitter = ct_splitter_new(r->bytes.data, r->bytes.len);
	ct_item		item;
	Size		found = 0;
	bool		good = true;

	if (splitter == NULL)
		report_out_of_memory();
	PG_TRY();
	{
		while (good && ct_splitter_next(splitter, &item))
		{
			CHECK_FOR_INTERRUPTS();
			check_item(&item);
			if (item.kind == CT_ITEM_EVENT)
				good = is_next_event(r, &item, found++);
		}
	}
	PG_FINALLY();
	{
		ct_splitter_free(splitter);
	}
	PG_END_TRY();
	return good && found == r->count;
}

/* Whether the bytes that were made have a hash. */
static bool
has_hash(const Rebuilding *r, const uint8 *sha256)
{
	uint8		found[CT_SHA256_SIZE];

	ct_sha256(r->bytes.data, r->bytes.len, found);
	return memcmp(found, sha256, CT_SHA256_SIZE) == 0;
}

/* What was found of a file, as a row, of which the last column may be missing. */
static Datum
rebuilt_row(FunctionCallInfo fcinfo, Rebuilding *r)
{
	bool		made = end_file(r);
	bool		of_file = r->reader.mode == CT_MANIFEST_FILE;
	bool		known = !r->costly;
	ResultRow	row = {.count = 0};

	/* Of a file that costs too much nothing is known, but what was spent on it. */
	add_column(&row, known, BoolGetDatum(made && of_file && has_hash(r, r->sha256) &&
										 has_rows_only(r)));
	add_column(&row, known, Int64GetDatum(r->missing.count));
	add_column(&row, known, Int64GetDatum(r->differing.count));
	add_column(&row, known, key_array(&r->missing));
	add_column(&row, known, key_array(&r->differing));
	add_column(&row, known, BoolGetDatum(made && !of_file && has_hash(r, r->reader.hash)));
	add_column(&row, true, Int64GetDatum((int64) r->read));
	PG_RETURN_DATUM(finished_row(&row, row_type(fcinfo)));
}

/*
 * Whether the events of a log file, in its order and null if not there, make
 * the file again; null if the manifest is not one.
 */
Datum
cloudtrail_rebuild(PG_FUNCTION_ARGS)
{
	Rebuilding *r = palloc0(sizeof(Rebuilding));
	ArrayIterator iterator;
	Datum		event;
	bool		isnull;

	if (!begin_rebuilding(r, PG_GETARG_VARLENA_PP(0), PG_GETARG_VARLENA_PP(1),
						  event_reads_begin(CurrentMemoryContext)))
		PG_RETURN_NULL();
	iterator = array_create_iterator(PG_GETARG_ARRAYTYPE_P(2), 0, NULL);
	while (array_iterate(iterator, &event, &isnull))
		add_event(r, event, isnull);
	if (r->costly)
		PG_RETURN_NULL();
	return rebuilt_row(fcinfo, r);
}

/* Counts of events that all calls in one query share. */
static HTAB *
reads_of_query(FunctionCallInfo fcinfo)
{
	if (fcinfo->flinfo->fn_extra == NULL)
		fcinfo->flinfo->fn_extra = event_reads_begin(fcinfo->flinfo->fn_mcxt);
	return fcinfo->flinfo->fn_extra;
}

/*
 * The same event by event, since an array of all of them may be larger than
 * any value can be; null as long as the manifest is not one.  Without an
 * ordinal there is no event: a manifest may name none.
 */
Datum
cloudtrail_rebuild_step(PG_FUNCTION_ARGS)
{
	Rebuilding *r = PG_ARGISNULL(0) ? NULL : (Rebuilding *) PG_GETARG_POINTER(0);
	MemoryContext aggregate;
	MemoryContext old;

	if (!AggCheckCallContext(fcinfo, &aggregate))
		elog(ERROR, "cloudtrail_rebuild_step was not called by an aggregate");
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	if (r == NULL)
	{
		bool		begun;

		old = MemoryContextSwitchTo(aggregate);
		r = palloc0(sizeof(Rebuilding));
		begun = begin_rebuilding(r, (struct varlena *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(1)),
								 PG_GETARG_VARLENA_PP(2), reads_of_query(fcinfo));
		MemoryContextSwitchTo(old);
		if (!begun)
			PG_RETURN_NULL();
	}
	if (PG_ARGISNULL(3))
		PG_RETURN_POINTER(r);
	if (!r->failed && PG_GETARG_INT64(3) != (int64) r->reader.read + 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("events are not in the order of the manifest")));
	add_event(r, PG_ARGISNULL(4) ? (Datum) 0 : PG_GETARG_DATUM(4), PG_ARGISNULL(4));
	PG_RETURN_POINTER(r);
}

/* The end of that. */
Datum
cloudtrail_rebuild_end(PG_FUNCTION_ARGS)
{
	Rebuilding *r = PG_ARGISNULL(0) ? NULL : (Rebuilding *) PG_GETARG_POINTER(0);

	if (!AggCheckCallContext(fcinfo, NULL))
		elog(ERROR, "cloudtrail_rebuild_end was not called by an aggregate");
	if (r == NULL)
		PG_RETURN_NULL();
	return rebuilt_row(fcinfo, r);
}
