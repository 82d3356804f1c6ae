/*
 * chain.c: the chains of digests that a trail has.
 *
 * All digests are looked at together, since each is checked by others; of one
 * only what that takes is kept, which is less than a kilobyte.
 */
#include "trail.h"

#include "core/chain.h"
#include "core/reserve.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

CLOUDTRAIL_FUNCTION(cloudtrail_digest_chain);

/* Digests are fetched so many at a time. */
#define FETCHED			50

#define COLUMNS			16

/* The digests of a trail, checked. */
typedef struct Chains
{
	MemoryContext context;		/* lives as long as the function's rows come */
	ct_chain_digest **members;
	Size		count;
	Size		room;
	ct_public_key *keys;
	Size		key_count;
	Size		next;
} Chains;

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

/* Copies bytes into the context of the result; no slice stays none. */
static ct_slice
keep_bytes(const Chains *chains, ct_slice bytes)
{
	char	   *copy;

	if (bytes.ptr == NULL)
		return CT_NO_SLICE;
	copy = MemoryContextAlloc(chains->context, bytes.len + 1);
	memcpy(copy, bytes.ptr, bytes.len);
	return (ct_slice) {copy, bytes.len};
}

/* Reads the time in a column; false for null and infinity. */
static bool
column_time(SPITupleTable *table, uint64 row, int column, int64 *time)
{
	bool		isnull;
	TimestampTz value = DatumGetTimestampTz(SPI_getbinval(table->vals[row], table->tupdesc, column, &isnull));

	if (isnull || TIMESTAMP_NOT_FINITE(value))
		return false;
	*time = value + EPOCH_SHIFT;
	return true;
}

/* Reads the keys of a trail. */
static void
read_keys(Chains *chains, const Trail *trail)
{
	char	   *query = psprintf("SELECT fingerprint, public_key, valid_from, valid_to FROM %s.signing_keys",
								 trail->name);

	if (SPI_execute(query, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read the keys of a trail");
	chains->keys = MemoryContextAllocHuge(chains->context, (SPI_processed + 1) * sizeof(ct_public_key));
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		ct_public_key *key = &chains->keys[chains->key_count];
		ct_slice	der = column_bytes(SPI_tuptable, row, 2);

		if (der.len > CT_KEY_MAX)
			continue;
		memset(key, 0, sizeof(*key));
		key->fingerprint = keep_bytes(chains, column_bytes(SPI_tuptable, row, 1));
		memcpy(key->der, der.ptr, der.len);
		key->der_len = der.len;
		key->has_validity = column_time(SPI_tuptable, row, 3, &key->valid_from) &&
			column_time(SPI_tuptable, row, 4, &key->valid_to);
		chains->key_count++;
	}
	SPI_freetuptable(SPI_tuptable);
}

/* Adds a digest to its chain. */
static void
add_digest(Chains *chains, ct_slice source, ct_slice content, ct_slice signature)
{
	ct_chain_digest *member = MemoryContextAllocZero(chains->context, sizeof(ct_chain_digest));
	ct_digest	digest;
	ct_error	err;
	uint8		sha256[CT_SHA256_SIZE];
	char	   *room = NULL;
	bool		readable;
	bool		taken = true;

	if (chains->count == chains->room)
	{
		chains->room = Max(1024, 2 * chains->room);
		chains->members = chains->members == NULL ?
			MemoryContextAllocHuge(chains->context, chains->room * sizeof(ct_chain_digest *)) :
			repalloc_huge(chains->members, chains->room * sizeof(ct_chain_digest *));
	}
	ct_sha256(content.ptr, content.len, sha256);
	readable = ct_digest_read(content.ptr, content.len, &digest, &err);
	if (readable)
	{
		/* Where there is no memory, json-c's must be given back first. */
		room = MemoryContextAllocExtended(chains->context, ct_chain_room(&digest, source) + 1, MCXT_ALLOC_NO_OOM);
		taken = room != NULL && ct_chain_take(&digest, source, sha256, room, member);
	}
	else
		taken = err.code != CT_ERR_OUT_OF_MEMORY;
	ct_digest_release(&digest);
	if (!taken)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory")));
	if (!readable)
	{
		member->source = keep_bytes(chains, source);
		member->link = CT_LINK_UNREADABLE;
		member->err = err;
		memcpy(member->sha256, sha256, sizeof(sha256));
	}
	member->signature = keep_bytes(chains, signature);
	chains->members[chains->count++] = member;
}

/* Reads the digests of a trail. */
static void
read_digests(Chains *chains, const Trail *trail)
{
	char	   *query = psprintf("SELECT source, content, signature FROM %s.digests", trail->name);
	Portal		portal = SPI_cursor_open_with_args(NULL, query, 0, NULL, NULL, NULL, true, CURSOR_OPT_NO_SCROLL);
	MemoryContext row_context = AllocSetContextCreate(CurrentMemoryContext, "digest of a trail", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(row_context);

	for (;;)
	{
		SPI_cursor_fetch(portal, true, FETCHED);
		if (SPI_processed == 0)
			break;
		for (uint64 row = 0; row < SPI_processed; row++)
		{
			CHECK_FOR_INTERRUPTS();
			add_digest(chains, column_bytes(SPI_tuptable, row, 1), column_bytes(SPI_tuptable, row, 2),
					   column_bytes(SPI_tuptable, row, 3));
			MemoryContextReset(row_context);
		}
		SPI_freetuptable(SPI_tuptable);
	}
	MemoryContextSwitchTo(old);
	SPI_cursor_close(portal);
	MemoryContextDelete(row_context);
}

/* Reads and checks the digests of a trail. */
static Chains *
check_trail(MemoryContext context, Oid trail)
{
	Chains	   *chains = MemoryContextAllocZero(context, sizeof(Chains));
	Trail		found;

	chains->context = context;
	cloudtrail_open_trail(trail, &found);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	read_keys(chains, &found);
	read_digests(chains, &found);
	SPI_finish();
	if (chains->count > 0)
	{
		if (!ct_memory_for(CT_SIGNATURE_ROOM))
			ereport(ERROR,
					(errcode(ERRCODE_OUT_OF_MEMORY),
					 errmsg("out of memory")));
		ct_chain_check(chains->members, chains->count, chains->keys, chains->key_count);
	}
	return chains;
}

/* Adds a text to a row, or null where it is empty. */
static void
set_text(Datum *values, bool *nulls, int column, ct_slice text)
{
	nulls[column] = text.len == 0;
	if (text.len > 0)
		values[column] = PointerGetDatum(text_from_slice(text));
}

/* A row of the result. */
static HeapTuple
make_row(TupleDesc tupdesc, const ct_chain_digest *d)
{
	Datum		values[COLUMNS] = {0};
	bool		nulls[COLUMNS] = {false};
	bool		readable = d->link != CT_LINK_UNREADABLE;
	bytea	   *sha256 = palloc(VARHDRSZ + CT_SHA256_SIZE);
	char		detail[CT_CHAIN_DESCRIPTION];

	SET_VARSIZE(sha256, VARHDRSZ + CT_SHA256_SIZE);
	memcpy(VARDATA(sha256), d->sha256, CT_SHA256_SIZE);
	set_text(values, nulls, 0, d->source);
	values[1] = PointerGetDatum(sha256);
	set_text(values, nulls, 2, d->chain);
	set_text(values, nulls, 3, d->account_id);
	set_text(values, nulls, 4, d->region);
	values[5] = BoolGetDatum(d->backfill);
	values[6] = TimestampTzGetDatum(d->start_time - EPOCH_SHIFT);
	values[7] = TimestampTzGetDatum(d->end_time - EPOCH_SHIFT);
	values[8] = Int64GetDatum((int64) d->file_count);
	for (int i = 5; i <= 8; i++)
		nulls[i] = !readable;
	values[9] = CStringGetTextDatum(ct_link_name(d->link));
	values[10] = BoolGetDatum(ct_link_is_break(d->link));
	nulls[11] = d->older == NULL;
	if (d->older != NULL)
		set_text(values, nulls, 11, d->older->source);
	values[12] = CStringGetTextDatum(ct_sign_name(d->sign));
	values[13] = BoolGetDatum(ct_sign_is_break(d->sign));
	set_text(values, nulls, 14, d->fingerprint);
	ct_chain_describe(d, detail);
	set_text(values, nulls, 15, (ct_slice) {detail, strlen(detail)});
	return heap_form_tuple(tupdesc, values, nulls);
}

/* The digests of a trail, by chain and time: how each is joined to the one before, and signed. */
Datum
cloudtrail_digest_chain(PG_FUNCTION_ARGS)
{
	FuncCallContext *funcctx;
	Chains	   *chains;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		funcctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(funcctx->multi_call_memory_ctx);
		if (get_call_result_type(fcinfo, NULL, &funcctx->tuple_desc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "return type must be a row type");
		funcctx->tuple_desc = BlessTupleDesc(funcctx->tuple_desc);
		MemoryContextSwitchTo(old);
		funcctx->user_fctx = check_trail(funcctx->multi_call_memory_ctx, PG_GETARG_OID(0));
	}
	funcctx = SRF_PERCALL_SETUP();
	chains = funcctx->user_fctx;
	if (chains->next == chains->count)
		SRF_RETURN_DONE(funcctx);
	SRF_RETURN_NEXT(funcctx, HeapTupleGetDatum(make_row(funcctx->tuple_desc, chains->members[chains->next++])));
}
