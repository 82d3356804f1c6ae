/*
 * evidence_rows.c: what is proven of a trail, as rows.
 */
#include "cloudtrail.h"

#include "row.h"
#include "trail_evidence.h"
#include "utils/builtins.h"

CLOUDTRAIL_FUNCTION(cloudtrail_digest_chain);
CLOUDTRAIL_FUNCTION(cloudtrail_file_status);
CLOUDTRAIL_FUNCTION(cloudtrail_file_name);
CLOUDTRAIL_FUNCTION(cloudtrail_source);

/* What is left to be given out. */
typedef struct Rows
{
	ct_verdict *verdict;
	Size		next;
	Size		next_listed;
	Size		chain;			/* of the next digest */
} Rows;

/* Adds a hash. */
static void
add_hash(ResultRow *row, const uint8 *sha256)
{
	add_column(row, true, bytea_of(sha256, CT_SHA256_SIZE));
}

/* Begins to give out the verdict on a trail. */
static Rows *
begin_rows(FunctionCallInfo fcinfo, FuncCallContext *funcctx, bool files)
{
	Rows	   *rows = MemoryContextAllocZero(funcctx->multi_call_memory_ctx, sizeof(Rows));

	set_row_type(fcinfo, funcctx);
	funcctx->user_fctx = rows;
	rows->verdict = judge_trail(funcctx->multi_call_memory_ctx, PG_GETARG_OID(0), files);
	return rows;
}

/* What is to be said of a digest, and with the first of a chain of that. */
static void
add_detail(ResultRow *row, const ct_chain_digest *d, const ct_chain *chain)
{
	char		detail[2 * CT_CHAIN_DESCRIPTION];
	char		remark[CT_CHAIN_DESCRIPTION] = "";

	ct_chain_describe(d, detail);
	if (chain != NULL)
		ct_chain_remark(chain, remark);
	if (detail[0] != '\0' && remark[0] != '\0')
		strlcat(detail, "; ", sizeof(detail));
	strlcat(detail, remark, sizeof(detail));
	add_words(row, detail);
}

/* A digest as a row. */
static Datum
digest_row(TupleDesc type, const ct_chain_digest *d, const ct_chain *chain)
{
	ResultRow	row = {.count = 0};
	bool		known = ct_in_chain(d);

	add_filled(&row, d->source);
	add_hash(&row, d->sha256);
	add_filled(&row, d->chain);
	add_filled(&row, d->account_id);
	add_filled(&row, d->region);
	add_column(&row, known, BoolGetDatum(d->backfill));
	add_time(&row, known, d->start_time);
	add_time(&row, known, d->end_time);
	add_column(&row, known, Int64GetDatum((int64) d->file_count));
	add_words(&row, ct_link_name(d->link));
	add_column(&row, true, BoolGetDatum(ct_link_is_break(d->link)));
	add_filled(&row, d->older != NULL ? d->older->source : CT_NO_SLICE);
	add_words(&row, ct_sign_name(d->sign));
	add_column(&row, true, BoolGetDatum(ct_sign_is_break(d->sign)));
	add_filled(&row, d->fingerprint);
	add_column(&row, true, BoolGetDatum(d->proven));
	add_detail(&row, d, chain);
	return finished_row(&row, type);
}

/* The chain that a digest is the first of, or NULL. */
static const ct_chain *
chain_begun_by(Rows *rows, const ct_chain_digest *d)
{
	if (rows->chain < rows->verdict->chain_count && rows->verdict->chains[rows->chain].first == d)
		return &rows->verdict->chains[rows->chain++];
	return NULL;
}

/* The digests of a trail, by chain and time: how each follows the one before, and is proven. */
Datum
cloudtrail_digest_chain(PG_FUNCTION_ARGS)
{
	FuncCallContext *funcctx;
	Rows	   *rows;
	const ct_chain_digest *d;

	if (SRF_IS_FIRSTCALL())
	{
		funcctx = SRF_FIRSTCALL_INIT();
		begin_rows(fcinfo, funcctx, false);
	}
	funcctx = SRF_PERCALL_SETUP();
	rows = funcctx->user_fctx;
	if (rows->next == rows->verdict->digest_count)
		SRF_RETURN_DONE(funcctx);
	d = rows->verdict->digests[rows->next++];
	SRF_RETURN_NEXT(funcctx, digest_row(funcctx->tuple_desc, d, chain_begun_by(rows, d)));
}

/* The digits of a hash. */
static char *
hash_digits(const uint8 *sha256)
{
	char	   *digits = palloc(2 * CT_SHA256_SIZE + 1);

	ct_hex_encode(sha256, CT_SHA256_SIZE, digits);
	return digits;
}

/* What else is to be said of a log file. */
static char *
file_detail(const ct_verdict *v, const ct_log_file *file, const ct_listed *listed)
{
	const ct_log_file *same;

	if (file == NULL)
	{
		same = ct_verdict_same_bytes(v, listed->sha256);
		return same == NULL ? "" : psprintf("the same bytes came as %.*s", (int) same->source.len,
											same->source.ptr);
	}
	if (listed == NULL || !listed->known_algorithm)
		return "";
	if (memcmp(file->sha256, listed->sha256, CT_SHA256_SIZE) != 0)
		return psprintf("the digest has %s, the file has %s", hash_digits(listed->sha256),
						hash_digits(file->sha256));
	if (file->status == CT_FILE_UNSIGNED)
		return "no digest that lists it has a valid signature, nor has one that follows it";
	return "";
}

/* A log file as a row: one that is here, or one that a digest lists and that is not. */
static Datum
file_row(TupleDesc type, const ct_verdict *v, const ct_log_file *file, const ct_listed *listed)
{
	ResultRow	row = {.count = 0};
	ct_filename name;
	ct_file_status status = file != NULL ? file->status : CT_FILE_MISSING;
	const ct_chain_digest *d = listed != NULL ? listed->digest : NULL;
	ct_slice	source = file != NULL ? file->source : listed->object;
	bool		named = ct_file_name(source, &name) != CT_NAME_UNKNOWN;

	add_filled(&row, named ? name.account_id : d != NULL ? d->account_id : CT_NO_SLICE);
	add_filled(&row, named ? name.region : d != NULL ? d->region : CT_NO_SLICE);
	add_time(&row, named && file != NULL, name.time);
	add_filled(&row, file != NULL ? file->source : CT_NO_SLICE);
	add_filled(&row, listed != NULL ? listed->object : CT_NO_SLICE);
	add_words(&row, ct_file_status_name(status));
	add_column(&row, true, BoolGetDatum(status == CT_FILE_VERIFIED));
	add_column(&row, true, BoolGetDatum(file == NULL || file->broken));
	add_filled(&row, d != NULL ? d->source : CT_NO_SLICE);
	add_time(&row, d != NULL, d != NULL ? d->start_time : 0);
	add_time(&row, d != NULL, d != NULL ? d->end_time : 0);
	add_words(&row, d != NULL ? ct_sign_name(d->sign) : "");
	add_words(&row, d != NULL ? ct_link_name(d->link) : "");
	add_words(&row, file_detail(v, file, listed));
	if (file != NULL)
		add_hash(&row, file->sha256);
	else
		add_column(&row, false, (Datum) 0);
	return finished_row(&row, type);
}

/* The log files in a trail's ledger and its digests: what the digests prove of each. */
Datum
cloudtrail_file_status(PG_FUNCTION_ARGS)
{
	FuncCallContext *funcctx;
	Rows	   *rows;
	const ct_verdict *v;

	if (SRF_IS_FIRSTCALL())
	{
		funcctx = SRF_FIRSTCALL_INIT();
		begin_rows(fcinfo, funcctx, true);
	}
	funcctx = SRF_PERCALL_SETUP();
	rows = funcctx->user_fctx;
	v = rows->verdict;
	if (rows->next < v->file_count)
	{
		const ct_log_file *file = v->files[rows->next++];

		SRF_RETURN_NEXT(funcctx, file_row(funcctx->tuple_desc, v, file, file->listed));
	}
	while (rows->next_listed < v->listed_count && !v->listed[rows->next_listed]->missing)
		rows->next_listed++;
	if (rows->next_listed == v->listed_count)
		SRF_RETURN_DONE(funcctx);
	SRF_RETURN_NEXT(funcctx, file_row(funcctx->tuple_desc, v, NULL,
									  v->listed[rows->next_listed++]));
}

/* What the name of a file in S3 tells. */
Datum
cloudtrail_file_name(PG_FUNCTION_ARGS)
{
	static const char *const kinds[] = {
		[CT_NAME_UNKNOWN] = "", [CT_NAME_LOG] = "log", [CT_NAME_DIGEST] = "digest",
		[CT_NAME_OTHER] = "other"
	};
	text	   *source = PG_GETARG_TEXT_PP(0);
	ResultRow	row = {.count = 0};
	ct_filename name;

	ct_file_name((ct_slice) {VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source)}, &name);
	add_filled(&row, name.base);
	add_words(&row, kinds[name.kind]);
	add_filled(&row, name.account_id);
	add_filled(&row, name.region);
	add_time(&row, name.kind != CT_NAME_UNKNOWN, name.time);
	PG_RETURN_DATUM(finished_row(&row, row_type(fcinfo)));
}

/* The source of a file: its key in S3 from AWSLogs/ on, if its path has that, else the path. */
Datum
cloudtrail_source(PG_FUNCTION_ARGS)
{
	text	   *path = PG_GETARG_TEXT_PP(0);

	PG_RETURN_TEXT_P(text_from_slice(ct_source_of((ct_slice) {VARDATA_ANY(path),
															  VARSIZE_ANY_EXHDR(path)})));
}
