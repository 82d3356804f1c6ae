/*
 * evidence_manifest.c: whether the events of a log file are still there with their bytes.
 */
#include "cloudtrail.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "core/evidence/digest.h"
#include "core/evidence/manifest.h"
#include "funcapi.h"
#include "items.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

CLOUDTRAIL_FUNCTION(cloudtrail_manifest);
CLOUDTRAIL_FUNCTION(cloudtrail_rebuild);

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
		if (get_call_result_type(fcinfo, NULL, &funcctx->tuple_desc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "return type must be a row type");
		funcctx->tuple_desc = BlessTupleDesc(funcctx->tuple_desc);
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
	ct_manifest_reader reader;
	StringInfoData bytes;
	Size	   *starts;			/* of events in the bytes */
	Size		count;
	Size		room;
	KeyList		missing;
	KeyList		differing;
} Rebuilding;

/* Adds bytes to the file; false if it gets larger than any that was imported. */
static bool
put_bytes(Rebuilding *r, const void *bytes, Size len)
{
	if (len >= MaxAllocSize - r->bytes.len - 1)
		return false;
	appendBinaryStringInfo(&r->bytes, bytes, (int) len);
	return true;
}

/* Notes where an event starts. */
static void
note_start(Rebuilding *r)
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
		note_start(r);
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

/* Makes the file again of its events; false where that cannot be done. */
static bool
rebuild(Rebuilding *r, ArrayType *events)
{
	ArrayIterator iterator = array_create_iterator(events, 0, NULL);
	ct_manifest_entry entry;
	ct_slice	tail;
	Datum		event;
	bool		isnull;

	initStringInfo(&r->bytes);
	while (ct_manifest_next(&r->reader, &entry))
	{
		const ct_record *rec;

		CHECK_FOR_INTERRUPTS();
		if (!array_iterate(iterator, &event, &isnull))
			return false;
		if (isnull)
		{
			add_key(&r->missing, entry.event_key);
			continue;
		}
		rec = event_record(event);
		if (ct_manifest_checksum(rec->json, rec->length) != entry.checksum)
			add_key(&r->differing, entry.event_key);
		if (!put_event(r, &entry, rec))
			return false;
	}
	return ct_manifest_end(&r->reader, &tail) && !array_iterate(iterator, &event, &isnull) &&
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
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory")));
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

/*
 * Whether the events of a log file, in its order and null if not there, make
 * the file again; null if the manifest is not one.
 */
Datum
cloudtrail_rebuild(PG_FUNCTION_ARGS)
{
	struct varlena *manifest = PG_GETARG_VARLENA_PP(0);
	struct varlena *sha256 = PG_GETARG_VARLENA_PP(1);
	Rebuilding *r = palloc0(sizeof(Rebuilding));
	uint8		found[CT_SHA256_SIZE];
	bool		made;
	TupleDesc	tupdesc;
	Datum		values[6];
	bool		nulls[6] = {false};

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (VARSIZE_ANY_EXHDR(sha256) != CT_SHA256_SIZE || !open_manifest(manifest, &r->reader))
		PG_RETURN_NULL();
	made = rebuild(r, PG_GETARG_ARRAYTYPE_P(2));
	ct_sha256(r->bytes.data, r->bytes.len, found);
	values[0] = BoolGetDatum(made && r->reader.mode == CT_MANIFEST_FILE &&
							 memcmp(found, VARDATA_ANY(sha256), CT_SHA256_SIZE) == 0 &&
							 has_rows_only(r));
	values[1] = Int64GetDatum(r->missing.count);
	values[2] = Int64GetDatum(r->differing.count);
	values[3] = key_array(&r->missing);
	values[4] = key_array(&r->differing);
	values[5] = BoolGetDatum(made && r->reader.mode == CT_MANIFEST_EVENTS &&
							 memcmp(found, r->reader.hash, CT_SHA256_SIZE) == 0);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls)));
}
