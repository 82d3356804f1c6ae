/*
 * manifest.c: whether the events of a log file are still there with their bytes.
 */
#include "cloudtrail.h"

#include <openssl/evp.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "core/digest.h"
#include "core/manifest.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
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

/* Opens a manifest; reports one that cloudtrail_survey did not write. */
static void
open_manifest(struct varlena *manifest, ct_manifest_reader *reader)
{
	if (!ct_manifest_open(VARDATA_ANY(manifest), VARSIZE_ANY_EXHDR(manifest), reader))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("invalid manifest of a log file")));
}

/* The events that a manifest names, one a row. */
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
		open_manifest((struct varlena *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0)), funcctx->user_fctx);
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
	SRF_RETURN_NEXT(funcctx, HeapTupleGetDatum(heap_form_tuple(funcctx->tuple_desc, values, nulls)));
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

/* Takes bytes into the hash of the file. */
static void
hash_bytes_of(EVP_MD_CTX *hash, const void *bytes, Size len)
{
	if (len > 0 && !EVP_DigestUpdate(hash, bytes, len))
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("could not compute a hash")));
}

/* Takes an event into the hash, after what stands before it. */
static void
hash_event(EVP_MD_CTX *hash, ct_manifest_mode mode, const ct_manifest_entry *entry, const ct_record *rec)
{
	uint8		bytes[8];
	uint64		length = rec->length;

	if (mode == CT_MANIFEST_FILE)
		hash_bytes_of(hash, entry->gap.ptr, entry->gap.len);
	else
	{
		for (int i = 0; i < 8; i++, length >>= 8)
			bytes[i] = (uint8) length;
		hash_bytes_of(hash, bytes, sizeof(bytes));
	}
	hash_bytes_of(hash, rec->json, rec->length);
}

/*
 * Makes the file again of its events and compares its hash; tells which events
 * are not there and which have other bytes.
 */
static bool
rebuild(EVP_MD_CTX *hash, ct_manifest_reader *reader, const uint8 *sha256, ArrayType *events,
		KeyList *missing, KeyList *differing)
{
	ArrayIterator iterator = array_create_iterator(events, 0, NULL);
	ct_manifest_entry entry;
	uint8		found[CT_SHA256_SIZE];
	ct_slice	tail;
	Datum		event;
	bool		isnull;

	if (!EVP_DigestInit_ex(hash, EVP_sha256(), NULL))
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("could not compute a hash")));
	while (ct_manifest_next(reader, &entry))
	{
		const ct_record *rec;

		CHECK_FOR_INTERRUPTS();
		if (!array_iterate(iterator, &event, &isnull))
			return false;
		if (isnull)
		{
			add_key(missing, entry.event_key);
			continue;
		}
		rec = event_record(event);
		if (ct_manifest_checksum(rec->json, rec->length) != entry.checksum)
			add_key(differing, entry.event_key);
		hash_event(hash, reader->mode, &entry, rec);
	}
	if (!ct_manifest_end(reader, &tail) || array_iterate(iterator, &event, &isnull))
		return false;
	hash_bytes_of(hash, tail.ptr, tail.len);
	if (!EVP_DigestFinal_ex(hash, found, NULL))
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("could not compute a hash")));
	return missing->count == 0 &&
		memcmp(found, reader->mode == CT_MANIFEST_FILE ? sha256 : reader->hash, CT_SHA256_SIZE) == 0;
}

/* Whether the events of a log file, in its order and null where not there, make the file that it was. */
Datum
cloudtrail_rebuild(PG_FUNCTION_ARGS)
{
	struct varlena *manifest = PG_GETARG_VARLENA_PP(0);
	struct varlena *sha256 = PG_GETARG_VARLENA_PP(1);
	ArrayType  *events = PG_GETARG_ARRAYTYPE_P(2);
	KeyList    *lists = palloc0(2 * sizeof(KeyList));
	EVP_MD_CTX *hash;
	ct_manifest_reader reader;
	TupleDesc	tupdesc;
	Datum		values[5];
	bool		nulls[5] = {false};

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (VARSIZE_ANY_EXHDR(sha256) != CT_SHA256_SIZE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a SHA-256 hash has 32 bytes")));
	open_manifest(manifest, &reader);
	hash = EVP_MD_CTX_new();
	if (hash == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory")));
	PG_TRY();
	{
		values[0] = BoolGetDatum(rebuild(hash, &reader, (const uint8 *) VARDATA_ANY(sha256), events, &lists[0], &lists[1]));
	}
	PG_FINALLY();
	{
		EVP_MD_CTX_free(hash);
	}
	PG_END_TRY();
	values[1] = Int64GetDatum(lists[0].count);
	values[2] = Int64GetDatum(lists[1].count);
	values[3] = key_array(&lists[0]);
	values[4] = key_array(&lists[1]);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls)));
}
