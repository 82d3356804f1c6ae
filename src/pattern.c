/*
 * pattern.c: the types cloudtrail_action and cloudtrail_secret.
 *
 * Both are texts in a normal form that the core reads; as types of their own
 * they make a malformed pattern an error, and let foreign servers evaluate
 * conditions, which a text's collation would prevent.
 */
#include "cloudtrail.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "pattern.h"
#include "utils/builtins.h"

/* What tells the two types apart. */
typedef struct PatternType
{
	const char *name;
	/* Writes the normal form of a text to a buffer. */
	bool		(*read) (ct_slice text, char *normal, size_t *len, ct_error *err);
	size_t		max;			/* size of that buffer */
	int			(*compare) (ct_slice a, ct_slice b);
	bool		folded;			/* compare takes A to Z as a to z */
	const char *hint;
} PatternType;

/* Reads a secret: what was given is its normal form. */
static bool
read_secret(ct_slice text, char *normal, size_t *len, ct_error *err)
{
	ct_secret_id id;

	if (!ct_read_secret_id(text, &id, err))
		return false;
	memcpy(normal, text.ptr, text.len);
	*len = text.len;
	return true;
}

static const PatternType action_type = {
	.name = "cloudtrail_action",
	.read = ct_read_action,
	.max = CT_ACTION_MAX + 2,
	.compare = ct_compare_folded,
	.folded = true,
	.hint = "Write service:action as in IAM policies, for example secretsmanager:GetSecretValue, "
	"secretsmanager:Get* or *:Delete*."
};

static const PatternType secret_type = {
	.name = "cloudtrail_secret",
	.read = read_secret,
	.max = CT_SECRET_ID_MAX,
	.compare = ct_compare_slices,
	.hint = "Give the name of one secret, or its ARN, with or without the six characters at the end: "
	"arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX."
};

ct_slice
pattern_text(struct varlena *pattern)
{
	return (ct_slice) {VARDATA_ANY(pattern), VARSIZE_ANY_EXHDR(pattern)};
}

/* Reads a value, blanks around it aside; NULL if the error is a soft one. */
static struct varlena *
read_pattern(const PatternType *type, const char *text, size_t len, struct Node *escontext)
{
	ct_slice	trimmed = {text, len};
	char		normal[CT_SECRET_ID_MAX];
	size_t		normal_len;
	ct_error	err;

	while (trimmed.len > 0 && strchr(" \t\r\n", trimmed.ptr[0]) != NULL)
	{
		trimmed.ptr++;
		trimmed.len--;
	}
	while (trimmed.len > 0 && strchr(" \t\r\n", trimmed.ptr[trimmed.len - 1]) != NULL)
		trimmed.len--;
	if (!type->read(trimmed, normal, &normal_len, &err))
		ereturn(escontext, NULL,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%.*s\"", type->name, (int) len, text),
				 errdetail("Byte offset %zu: %s.", trimmed.ptr - text + err.offset,
						   ct_error_message(err.code)),
				 errhint("%s", type->hint)));
	return text_from_slice((ct_slice) {normal, normal_len});
}

/* Input. */
static inline Datum
pattern_in(FunctionCallInfo fcinfo, const PatternType *type)
{
	const char *text = PG_GETARG_CSTRING(0);
	struct varlena *pattern = read_pattern(type, text, strlen(text), fcinfo->context);

	if (pattern == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(pattern);
}

/* Output. */
static inline Datum
pattern_out(FunctionCallInfo fcinfo)
{
	PG_RETURN_CSTRING(text_to_cstring(PG_GETARG_TEXT_PP(0)));
}

/* Binary output: the text. */
static inline Datum
pattern_send(FunctionCallInfo fcinfo)
{
	ct_slice	text = pattern_text(PG_GETARG_VARLENA_PP(0));
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendtext(&buf, text.ptr, (int) text.len);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* Binary input: read as text is. */
static inline Datum
pattern_recv(FunctionCallInfo fcinfo, const PatternType *type)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int			len;
	char	   *text = pq_getmsgtext(buf, buf->len - buf->cursor, &len);

	PG_RETURN_POINTER(read_pattern(type, text, len, NULL));
}

/* Order of two values. */
static inline int
pattern_cmp(FunctionCallInfo fcinfo, const PatternType *type)
{
	struct varlena *a = PG_GETARG_VARLENA_PP(0);
	struct varlena *b = PG_GETARG_VARLENA_PP(1);
	int			order = type->compare(pattern_text(a), pattern_text(b));

	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return order;
}

/* Hash of a value: equal ones have equal hashes, whichever case they are in. */
static inline uint64
pattern_hash(FunctionCallInfo fcinfo, const PatternType *type, uint64 seed)
{
	ct_slice	text = pattern_text(PG_GETARG_VARLENA_PP(0));
	char		folded[CT_ACTION_MAX + 2];

	if (type->folded)
	{
		text.len = Min(text.len, sizeof(folded));
		text = ct_fold_text(text, folded);
	}
	return hash_bytes_extended((const unsigned char *) text.ptr, (int) text.len, seed);
}

#define PATTERN_FUNCTION(name, result) \
	CLOUDTRAIL_FUNCTION(name); \
	Datum name(PG_FUNCTION_ARGS) { return result; }

/* All functions of a type, each called as its type and what it does. */
#define PATTERN_FUNCTIONS(name, type) \
	PATTERN_FUNCTION(name##_in, pattern_in(fcinfo, type)) \
	PATTERN_FUNCTION(name##_out, pattern_out(fcinfo)) \
	PATTERN_FUNCTION(name##_send, pattern_send(fcinfo)) \
	PATTERN_FUNCTION(name##_recv, pattern_recv(fcinfo, type)) \
	PATTERN_FUNCTION(name##_eq, BoolGetDatum(pattern_cmp(fcinfo, type) == 0)) \
	PATTERN_FUNCTION(name##_ne, BoolGetDatum(pattern_cmp(fcinfo, type) != 0)) \
	PATTERN_FUNCTION(name##_lt, BoolGetDatum(pattern_cmp(fcinfo, type) < 0)) \
	PATTERN_FUNCTION(name##_le, BoolGetDatum(pattern_cmp(fcinfo, type) <= 0)) \
	PATTERN_FUNCTION(name##_gt, BoolGetDatum(pattern_cmp(fcinfo, type) > 0)) \
	PATTERN_FUNCTION(name##_ge, BoolGetDatum(pattern_cmp(fcinfo, type) >= 0)) \
	PATTERN_FUNCTION(name##_cmp, Int32GetDatum(pattern_cmp(fcinfo, type))) \
	PATTERN_FUNCTION(name##_hash, Int32GetDatum((int32) pattern_hash(fcinfo, type, 0))) \
	PATTERN_FUNCTION(name##_hash_extended, \
					 Int64GetDatum((int64) pattern_hash(fcinfo, type, (uint64) PG_GETARG_INT64(1))))

PATTERN_FUNCTIONS(cloudtrail_action, &action_type)
PATTERN_FUNCTIONS(cloudtrail_secret, &secret_type)
