/*
 * evidence_digest.c: CloudTrail's digests, their signatures, and the keys of these.
 */
#include "cloudtrail.h"

#include "core/base/memory_probe.h"
#include "core/evidence/filename.h"
#include "core/evidence/signature.h"
#include "row.h"
#include "utils/builtins.h"

CLOUDTRAIL_FUNCTION(cloudtrail_digest);
CLOUDTRAIL_FUNCTION(cloudtrail_digest_files);
CLOUDTRAIL_FUNCTION(cloudtrail_verify_signature);
CLOUDTRAIL_FUNCTION(cloudtrail_public_keys);

/* What a set-returning function reads, released when the query ends in whatever way. */
typedef struct Listing
{
	ct_digest	digest;
	ct_key_list keys;
	size_t		next;
	MemoryContextCallback callback;
} Listing;

/* Adds the bytes that hexadecimal digits stand for, or null where they are none. */
static void
add_hex(ResultRow *row, ct_slice hex)
{
	uint8	   *bytes = hex.ptr != NULL ? palloc(hex.len / 2 + 1) : NULL;
	bool		known = bytes != NULL && ct_hex_decode(hex, bytes, hex.len / 2);

	add_column(row, known, known ? bytea_of(bytes, hex.len / 2) : (Datum) 0);
}

/* Reports what is neither a digest nor a list of keys. */
static void
report_unreadable(const char *what, const ct_error *err)
{
	if (err->code == CT_ERR_OUT_OF_MEMORY)
		report_out_of_memory();
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid %s", what),
			 errdetail("It cannot be read: %s.", ct_error_message(err->code))));
}

/* Sees that OpenSSL will have memory, so that what it refuses is not valid. */
static void
need_signature_room(void)
{
	if (!ct_memory_for(CT_SIGNATURE_ROOM))
		report_out_of_memory();
}

/* Releases what a listing holds. */
static void
release_listing(void *arg)
{
	Listing    *listing = arg;

	ct_digest_release(&listing->digest);
	ct_key_list_release(&listing->keys);
}

/* Makes a listing that is released with a memory context. */
static Listing *
make_listing(MemoryContext context)
{
	Listing    *listing = MemoryContextAllocZero(context, sizeof(Listing));

	listing->callback.func = release_listing;
	listing->callback.arg = listing;
	MemoryContextRegisterResetCallback(context, &listing->callback);
	return listing;
}

/* Begins a set-returning function over a listing. */
static Listing *
begin_listing(FunctionCallInfo fcinfo, FuncCallContext *funcctx)
{
	set_row_type(fcinfo, funcctx);
	funcctx->user_fctx = make_listing(funcctx->multi_call_memory_ctx);
	return funcctx->user_fctx;
}

/* Adds all columns of a digest. */
static void
add_digest(ResultRow *row, const ct_digest *digest, const uint8 *sha256)
{
	ct_filename name;
	bool		named = ct_digest_name(digest->object, &name);

	add_text(row, digest->account_id);
	add_text(row, named ? name.region : CT_NO_SLICE);
	add_text(row, named ? name.chain : CT_NO_SLICE);
	add_column(row, named, BoolGetDatum(name.backfill));
	add_time(row, true, digest->start_time);
	add_time(row, true, digest->end_time);
	add_text(row, digest->bucket);
	add_text(row, digest->object);
	add_text(row, digest->fingerprint);
	add_text(row, digest->signature_algorithm);
	add_time(row, digest->has_event_times, digest->oldest_event_time);
	add_time(row, digest->has_event_times, digest->newest_event_time);
	add_text(row, digest->previous_bucket);
	add_text(row, digest->previous_object);
	add_hex(row, digest->previous_hash);
	add_text(row, digest->previous_hash_algorithm);
	add_hex(row, digest->previous_signature);
	add_column(row, true, Int32GetDatum((int32) digest->file_count));
	add_column(row, true, bytea_of(sha256, CT_SHA256_SIZE));
}

/* The columns of a digest file, compressed or not. */
Datum
cloudtrail_digest(PG_FUNCTION_ARGS)
{
	struct varlena *content = inflate_log(PG_GETARG_VARLENA_PP(0));
	Listing    *listing = make_listing(CurrentMemoryContext);
	ResultRow	row = {.count = 0};
	TupleDesc	type = row_type(fcinfo);
	uint8		sha256[CT_SHA256_SIZE];
	ct_error	err;

	if (!ct_digest_read(VARDATA_ANY(content), VARSIZE_ANY_EXHDR(content), &listing->digest, &err))
		report_unreadable("CloudTrail digest", &err);
	ct_sha256(VARDATA_ANY(content), VARSIZE_ANY_EXHDR(content), sha256);
	add_digest(&row, &listing->digest, sha256);
	/* Many digests of one query must not wait for its end. */
	ct_digest_release(&listing->digest);
	PG_RETURN_DATUM(finished_row(&row, type));
}

/* The log files that a digest lists, one a row; none where it cannot be read. */
Datum
cloudtrail_digest_files(PG_FUNCTION_ARGS)
{
	FuncCallContext *funcctx;
	Listing    *listing;
	ct_digest_file file;
	ResultRow	row = {.count = 0};
	ct_error	err;

	if (SRF_IS_FIRSTCALL())
	{
		struct varlena *content = inflate_log(PG_GETARG_VARLENA_PP(0));

		funcctx = SRF_FIRSTCALL_INIT();
		listing = begin_listing(fcinfo, funcctx);
		if (!ct_digest_read(VARDATA_ANY(content), VARSIZE_ANY_EXHDR(content),
							&listing->digest, &err))
		{
			if (err.code == CT_ERR_OUT_OF_MEMORY)
				report_unreadable("CloudTrail digest", &err);
			listing->digest.file_count = 0;
		}
	}
	funcctx = SRF_PERCALL_SETUP();
	listing = funcctx->user_fctx;
	if (listing->next == listing->digest.file_count)
	{
		ct_digest_release(&listing->digest);
		SRF_RETURN_DONE(funcctx);
	}
	file = ct_digest_file_at(&listing->digest, listing->next++);
	add_text(&row, file.bucket);
	add_text(&row, file.object);
	add_text(&row, ct_base_name(file.object));
	add_text(&row, file.hash_algorithm);
	add_hex(&row, file.hash);
	add_time(&row, file.has_event_times, file.oldest_event_time);
	add_time(&row, file.has_event_times, file.newest_event_time);
	SRF_RETURN_NEXT(funcctx, finished_row(&row, funcctx->tuple_desc));
}

/* Whether a signature is that of a digest file by a public key. */
Datum
cloudtrail_verify_signature(PG_FUNCTION_ARGS)
{
	struct varlena *content = inflate_log(PG_GETARG_VARLENA_PP(0));
	bytea	   *signature = PG_GETARG_BYTEA_PP(1);
	bytea	   *key = PG_GETARG_BYTEA_PP(2);
	const uint8 *der = (const uint8 *) VARDATA_ANY(key);
	Size		der_len = VARSIZE_ANY_EXHDR(key);
	uint8		sha256[CT_SHA256_SIZE];
	uint8		hash[CT_SHA256_SIZE];
	ct_digest	digest;
	ct_error	err;
	bool		hashed;

	need_signature_room();
	if (!ct_is_public_key(der, der_len))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid public key"),
				 errdetail("Expected an RSA public key, PKCS #1 in DER, as cloudtrail_public_keys() gives it.")));
	if (!ct_digest_read(VARDATA_ANY(content), VARSIZE_ANY_EXHDR(content), &digest, &err))
	{
		ct_digest_release(&digest);
		report_unreadable("CloudTrail digest", &err);
	}
	ct_sha256(VARDATA_ANY(content), VARSIZE_ANY_EXHDR(content), sha256);
	hashed = ct_digest_signed_hash(&digest, sha256, hash);
	ct_digest_release(&digest);
	if (!hashed)
		report_out_of_memory();
	PG_RETURN_BOOL(ct_signature_valid(hash, (const uint8 *) VARDATA_ANY(signature),
									  VARSIZE_ANY_EXHDR(signature), der, der_len));
}

/* The keys in the output of aws cloudtrail list-public-keys, one a row. */
Datum
cloudtrail_public_keys(PG_FUNCTION_ARGS)
{
	FuncCallContext *funcctx;
	Listing    *listing;
	ct_public_key key;
	ResultRow	row = {.count = 0};
	ct_error	err;

	if (SRF_IS_FIRSTCALL())
	{
		text	   *json = PG_GETARG_TEXT_PP(0);

		funcctx = SRF_FIRSTCALL_INIT();
		listing = begin_listing(fcinfo, funcctx);
		if (!ct_key_list_read(VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json), &listing->keys, &err))
			report_unreadable("list of public keys", &err);
	}
	funcctx = SRF_PERCALL_SETUP();
	listing = funcctx->user_fctx;
	if (listing->next == listing->keys.count)
	{
		ct_key_list_release(&listing->keys);
		SRF_RETURN_DONE(funcctx);
	}
	need_signature_room();
	if (!ct_key_list_get(&listing->keys, listing->next++, &key, &err))
		report_unreadable("list of public keys", &err);
	add_text(&row, key.fingerprint);
	add_column(&row, true, bytea_of(key.der, key.der_len));
	add_time(&row, key.has_validity, key.valid_from);
	add_time(&row, key.has_validity, key.valid_to);
	SRF_RETURN_NEXT(funcctx, finished_row(&row, funcctx->tuple_desc));
}
