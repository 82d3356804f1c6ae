/*
 * trail_evidence.c: the digests, keys and log files of a trail, judged.
 *
 * All are looked at together, since each is checked by others.  Nothing that
 * an importer wrote about a digest is believed: its hash is computed of its
 * content.  Of a log file only the bytes' hash that the ledger has is known
 * here; whether the rows still make these bytes is for cloudtrail_rebuild().
 */
#include "trail.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "core/base/memory_probe.h"
#include "core/evidence/manifest.h"
#include "event_reads.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "row.h"
#include "trail_evidence.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

CLOUDTRAIL_FUNCTION(cloudtrail_signature_limit);

/* Rows are fetched so many at a time. */
#define FETCHED			50

/* So many events of a file that no digest lists are looked at, besides all their times. */
#define SAMPLED			100

/* So many signatures of a digest are kept, the first among them. */
#define SIGNATURES_MAX	16

/* A trail being judged. */
typedef struct Judging
{
	ct_verdict *verdict;
	MemoryContext context;		/* of the result */
	MemoryContext row_context;	/* of a row */
	Trail		trail;
	ct_slice   *sources;		/* of digests, in order */
	const uint8 **hashes;		/* of digests, in order */
	SPIPlanPtr	manifest_plan;
	SPIPlanPtr	event_plan;
	HTAB	   *reads;			/* of large events */
} Judging;

/* Takes a row of a query; the row's memory is reset behind it. */
typedef void (*RowHandler) (Judging *judging, SPITupleTable *table, uint64 row);

/* Memory of the result. */
static void *
allocate(void *arg, size_t size)
{
	return MemoryContextAllocHuge(arg, size);
}

/* Looks for interrupts. */
static void
check_interrupts(void *arg)
{
	CHECK_FOR_INTERRUPTS();
}

/* The bytes of a column; no slice for null.  They live in the current context. */
static ct_slice
column_bytes(SPITupleTable *table, uint64 row, int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(table->vals[row], table->tupdesc, column, &isnull);
	struct varlena *bytes;

	if (isnull)
		return CT_NO_SLICE;
	bytes = PG_DETOAST_DATUM_PACKED(value);
	return (ct_slice) {VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes)};
}

/* Reads the time in a column; false for null and infinity. */
static bool
column_time(SPITupleTable *table, uint64 row, int column, int64 *time)
{
	bool		isnull;
	TimestampTz value = DatumGetTimestampTz(SPI_getbinval(table->vals[row], table->tupdesc,
														  column, &isnull));

	if (isnull || TIMESTAMP_NOT_FINITE(value))
		return false;
	*time = value + EPOCH_SHIFT;
	return true;
}

/* Has all rows of a query handled, one by one. */
static void
handle_rows(Judging *judging, const char *query, int count, const Oid *types, RowHandler handle)
{
	Portal		portal = SPI_cursor_open_with_args(NULL, query, 0, NULL, NULL, NULL, true,
												   CURSOR_OPT_NO_SCROLL);
	MemoryContext old = MemoryContextSwitchTo(judging->row_context);

	for (;;)
	{
		SPI_cursor_fetch(portal, true, FETCHED);
		cloudtrail_check_types(SPI_tuptable, count, types);
		if (SPI_processed == 0)
			break;
		for (uint64 row = 0; row < SPI_processed; row++)
		{
			CHECK_FOR_INTERRUPTS();
			handle(judging, SPI_tuptable, row);
			MemoryContextReset(judging->row_context);
		}
		SPI_freetuptable(SPI_tuptable);
	}
	MemoryContextSwitchTo(old);
	SPI_cursor_close(portal);
}

/* Reads the keys of a trail, which a person gave it. */
static void
read_keys(Judging *judging)
{
	char	   *query =
		psprintf("SELECT fingerprint, public_key, valid_from, valid_to FROM %s.signing_keys",
				 judging->trail.name);
	ct_public_key *keys;
	ct_slice	fingerprint;
	char	   *copy;

	if (SPI_execute(query, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read the keys of a trail");
	cloudtrail_check_types(SPI_tuptable, 4,
						   (Oid[]) {TEXTOID, BYTEAOID, TIMESTAMPTZOID, TIMESTAMPTZOID});
	keys = MemoryContextAllocHuge(judging->context, (SPI_processed + 1) * sizeof(ct_public_key));
	judging->verdict->keys = keys;
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		ct_public_key *key = &keys[judging->verdict->key_count];
		ct_slice	der = column_bytes(SPI_tuptable, row, 2);

		if (der.len > CT_KEY_MAX)
			continue;
		memset(key, 0, sizeof(*key));
		fingerprint = column_bytes(SPI_tuptable, row, 1);
		copy = MemoryContextAlloc(judging->context, fingerprint.len + 1);
		memcpy(copy, fingerprint.ptr, fingerprint.len);
		key->fingerprint = (ct_slice) {copy, fingerprint.len};
		memcpy(key->der, der.ptr, der.len);
		key->der_len = der.len;
		key->has_validity = column_time(SPI_tuptable, row, 3, &key->valid_from) &&
			column_time(SPI_tuptable, row, 4, &key->valid_to);
		judging->verdict->key_count++;
	}
	SPI_freetuptable(SPI_tuptable);
}

/* A signature, as much of it as a valid one can have. */
static ct_slice
signature_of(ct_slice bytes)
{
	return (ct_slice) {bytes.ptr, Min(bytes.len, CT_SIGNATURE_MAX)};
}

/* Adds the other signatures of a digest, of which an importer may have put any number there. */
static void
add_signatures(Judging *judging, ct_chain_digest *digest, SPITupleTable *table, uint64 row)
{
	bool		isnull;
	Datum		value = SPI_getbinval(table->vals[row], table->tupdesc, 5, &isnull);
	ArrayIterator iterator;
	Datum		signature;

	if (isnull)
		return;
	iterator = array_create_iterator(DatumGetArrayTypeP(value), 0, NULL);
	for (int i = 0; i < SIGNATURES_MAX - 1 && array_iterate(iterator, &signature, &isnull); i++)
	{
		struct varlena *bytes = (struct varlena *) DatumGetPointer(signature);

		if (!isnull)
			ct_verdict_add_signature(judging->verdict, digest,
									 signature_of((ct_slice) {VARDATA_ANY(bytes),
												  VARSIZE_ANY_EXHDR(bytes)}));
	}
}

/* Adds a digest. */
static void
add_digest(Judging *judging, SPITupleTable *table, uint64 row)
{
	ct_slice	stored = column_bytes(table, row, 4);
	ct_chain_digest *digest = ct_verdict_add_digest(judging->verdict, column_bytes(table, row, 1),
													column_bytes(table, row, 2),
													signature_of(column_bytes(table, row, 3)));

	if (digest == NULL)
		report_out_of_memory();
	if (digest->link != CT_LINK_UNREADABLE &&
		(stored.len != CT_SHA256_SIZE || memcmp(stored.ptr, digest->sha256, CT_SHA256_SIZE) != 0))
		digest->link = CT_LINK_MISSTORED;
	add_signatures(judging, digest, table, row);
}

/* Order of sources. */
static int
compare_sources(const void *a, const void *b)
{
	return ct_compare_slices(*(const ct_slice *) a, *(const ct_slice *) b);
}

/* Order of hashes. */
static int
compare_hashes(const void *a, const void *b)
{
	return ct_compare_bytes(*(const uint8 *const *) a, *(const uint8 *const *) b, CT_SHA256_SIZE);
}

/* Lists the digests by source and by hash, by which the ledger's rows of digests are known. */
static void
list_digests(Judging *judging)
{
	const ct_verdict *v = judging->verdict;

	judging->sources = MemoryContextAllocHuge(judging->context,
											  (v->digest_count + 1) * sizeof(ct_slice));
	judging->hashes = MemoryContextAllocHuge(judging->context,
											 (v->digest_count + 1) * sizeof(uint8 *));
	for (Size i = 0; i < v->digest_count; i++)
	{
		judging->sources[i] = v->digests[i]->source;
		judging->hashes[i] = v->digests[i]->sha256;
	}
	if (v->digest_count > 0)
	{
		qsort(judging->sources, v->digest_count, sizeof(ct_slice), compare_sources);
		qsort(judging->hashes, v->digest_count, sizeof(uint8 *), compare_hashes);
	}
}

/* Adds a log file; a row of the ledger that is of a digest is judged as such elsewhere. */
static void
add_file(Judging *judging, SPITupleTable *table, uint64 row)
{
	ct_slice	source = column_bytes(table, row, 1);
	ct_slice	stored = column_bytes(table, row, 2);
	ct_slice	kind = column_bytes(table, row, 3);
	Size		count = judging->verdict->digest_count;
	uint8		sha256[CT_SHA256_SIZE] = {0};
	const uint8 *hash = sha256;

	if (stored.len == CT_SHA256_SIZE)
		memcpy(sha256, stored.ptr, CT_SHA256_SIZE);
	if (bsearch(&hash, judging->hashes, count, sizeof(uint8 *), compare_hashes) != NULL)
		return;
	if (kind.len == 6 && memcmp(kind.ptr, "digest", 6) == 0 &&
		bsearch(&source, judging->sources, count, sizeof(ct_slice), compare_sources) != NULL)
		return;
	ct_verdict_add_file(judging->verdict, source, sha256);
}

/* Prepares what is asked of files that no digest lists. */
static void
prepare(Judging *judging)
{
	const char *schema = judging->trail.name;
	char	   *manifest = psprintf("SELECT manifest FROM %s.log_files"
									" WHERE sha256 OPERATOR(pg_catalog.=) $1 AND manifest IS NOT NULL", schema);
	char	   *event =
		psprintf("SELECT event FROM %s.raw_events WHERE event_time OPERATOR(pg_catalog.=) $1"
				 " AND event_key OPERATOR(pg_catalog.=) $2", schema);

	/* Of several files of the same bytes, the first that was imported has it. */
	judging->manifest_plan = SPI_prepare(manifest, 1, (Oid[]) {BYTEAOID});
	judging->event_plan = SPI_prepare(event, 2, (Oid[]) {TIMESTAMPTZOID, UUIDOID});
	if (judging->manifest_plan == NULL || judging->event_plan == NULL)
		elog(ERROR, "could not prepare to read a trail");
	judging->reads = event_reads_begin(judging->context);
}

/* Judges a file by one of its events, if the trail has it; false when no more are wanted. */
static bool
judge_event(Judging *judging, ct_log_file *file, const ct_manifest_entry *entry)
{
	pg_uuid_t	key;
	Datum		values[2] = {TimestampTzGetDatum(entry->event_time - EPOCH_SHIFT),
	UUIDPGetDatum(&key)};
	bool		isnull;
	bool		more = true;

	/* So many files were judged by this event; of others the time alone says enough. */
	if (event_reads(judging->reads, entry->event_time, entry->event_key) >= READS_MAX)
		return true;
	memcpy(key.data, entry->event_key, UUID_LEN);
	if (SPI_execute_plan(judging->event_plan, values, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read an event of a trail");
	cloudtrail_check_types(SPI_tuptable, 1, &judging->trail.event_type);
	if (SPI_processed > 0)
	{
		Datum		event = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);

		if (!isnull)
		{
			const ct_record *rec = event_record(event);

			(void) event_reads_add(judging->reads, entry->event_time, entry->event_key,
								   rec->length);
			more = ct_verdict_record(judging->verdict, file, rec);
		}
	}
	SPI_freetuptable(SPI_tuptable);
	return more;
}

/*
 * Judges a file by its events: by all times that the manifest has, as if the
 * account were that of the name, and by some of the events themselves.
 */
static void
judge_entries(Judging *judging, ct_log_file *file, ct_slice manifest)
{
	const ct_verdict *v = judging->verdict;
	const ct_filename *name = &file->name;
	ct_manifest_reader reader;
	ct_manifest_entry entry;
	uint64		step;

	if (!ct_manifest_open(manifest.ptr, manifest.len, &reader))
		return;
	step = Max(1, reader.count / SAMPLED);
	while (ct_manifest_next(&reader, &entry))
	{
		CHECK_FOR_INTERRUPTS();
		if (!ct_covers(v, CT_NO_SLICE, CT_NO_SLICE, entry.event_time))
			continue;
		if (name->kind == CT_NAME_LOG &&
			!ct_verdict_event(v, file, name->account_id, name->region, entry.event_time, false,
							  false))
			return;
		if ((reader.read - 1) % step == 0 && !judge_event(judging, file, &entry))
			return;
	}
}

/* Judges a file that no digest lists by its events. */
static void
judge_events(Judging *judging, ct_log_file *file)
{
	MemoryContext old = MemoryContextSwitchTo(judging->row_context);
	Datum		hash = bytea_of(file->sha256, CT_SHA256_SIZE);
	SPITupleTable *table;

	if (SPI_execute_plan(judging->manifest_plan, &hash, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read the ledger of a trail");
	table = SPI_tuptable;
	cloudtrail_check_types(table, 1, (Oid[]) {BYTEAOID});
	if (SPI_processed > 0)
		judge_entries(judging, file, column_bytes(table, 0, 1));
	SPI_freetuptable(table);
	MemoryContextSwitchTo(old);
	MemoryContextReset(judging->row_context);
}

/* Judges all files that want their events. */
static void
judge_all_events(Judging *judging)
{
	for (Size i = 0; i < judging->verdict->file_count; i++)
	{
		if (!judging->verdict->files[i]->wants_events)
			continue;
		if (judging->manifest_plan == NULL)
			prepare(judging);
		judge_events(judging, judging->verdict->files[i]);
	}
}

/* Reads a trail, and judges it. */
static void
read_and_judge(Judging *judging, bool files)
{
	ct_verdict *v = judging->verdict;

	read_keys(judging);
	handle_rows(judging, psprintf("SELECT source, content, signature, sha256, other_signatures"
								  " FROM %s.digests", judging->trail.name),
				5, (Oid[]) {TEXTOID, BYTEAOID, BYTEAOID, BYTEAOID, BYTEAARRAYOID}, add_digest);
	if (files)
	{
		list_digests(judging);
		handle_rows(judging, psprintf("SELECT source, sha256, kind FROM %s.log_files",
									  judging->trail.name),
					3, (Oid[]) {TEXTOID, BYTEAOID, TEXTOID}, add_file);
	}
	if (v->digest_count > 0 && !ct_memory_for(CT_SIGNATURE_ROOM))
		report_out_of_memory();
	ct_verdict_judge(v);
	judge_all_events(judging);
}

ct_verdict *
judge_trail(MemoryContext context, Oid trail, bool files)
{
	Judging		judging = {.context = context};

	cloudtrail_open_trail(trail, &judging.trail);
	cloudtrail_check_owner(&judging.trail);
	judging.verdict = MemoryContextAllocZero(context, sizeof(ct_verdict));
	judging.verdict->host = (ct_evidence_host) {.allocate = allocate, .poll = check_interrupts,
												.arg = context};
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	judging.row_context = AllocSetContextCreate(CurrentMemoryContext, "row of a trail",
												ALLOCSET_DEFAULT_SIZES);
	read_and_judge(&judging, files);
	SPI_finish();
	return judging.verdict;
}

/* How many signatures of a digest are kept. */
Datum
cloudtrail_signature_limit(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(SIGNATURES_MAX);
}
