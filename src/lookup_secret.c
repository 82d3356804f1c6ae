/*
 * lookup_secret.c: which secret had a name at a time, for views that ask it of
 * every event.
 *
 * A join of the view secrets would be planned, and worked out, again for each
 * of the many parts in which a view reads events.  All secrets of a trail take
 * some 0.8 kB each, beside what work_mem allows a query.
 */
#include "trail.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "core/base/slice.h"
#include "core/event/derived.h"
#include "lookup_memory.h"
#include "row.h"
#include "utils/builtins.h"

CLOUDTRAIL_FUNCTION(cloudtrail_secret_at);
CLOUDTRAIL_FUNCTION(cloudtrail_secret_of);

/*
 * So many names are looked up singly.  Whoever asks for more gets them from all
 * secrets or, as long as they are of one account, from all of that.
 */
#define SINGLE_NAMES_MAX	16

/* Columns of the result, and those that a secret is found by besides. */
#define FOUND_COLUMNS	"secret_arn, valid_from, possible_to, valid_to, evidence, next_arn," \
	" created_at, ended_at, primary_arn, promoted_at"
#define RESULT_COUNT	10
#define COLUMN_COUNT	13
static const Oid column_types[COLUMN_COUNT] = {
	TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, TEXTOID,
	TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, TIMESTAMPTZOID,
	TEXTOID, TEXTOID, TEXTOID
};

/* Where these are among the columns. */
enum
{
	SECRET_ARN = 0,
	VALID_FROM = 1,
	POSSIBLE_TO = 2,
	SECRET_NAME = 10,
	ACCOUNT_ID = 11,
	AWS_REGION = 12
};

/* A name, and where. */
typedef struct SecretName
{
	ct_slice	secret_name;
	ct_slice	account_id;
	ct_slice	aws_region;
} SecretName;

/* A secret, with its name and the time in which it can have had it. */
typedef struct NamedSecret
{
	SecretName	name;
	ct_slice	arn;
	TimestampTz from;
	TimestampTz to;				/* exclusively */
	TimestampTz last_to;		/* the latest of those of the name up to this one */
	Datum		values[COLUMN_COUNT];
	bool		nulls[COLUMN_COUNT];
} NamedSecret;

/* The secrets of a name, of an account, or all. */
typedef struct Directory
{
	TupleDesc	type;			/* of the result */
	size_t		count;
	NamedSecret *by_name;		/* by name and start */
	NamedSecret **by_arn;
} Directory;

/* What a query has asked of a view. */
typedef struct Asked
{
	ct_slice	account_id;		/* the first that was asked about */
	bool		many_accounts;	/* others were, too */
} Asked;

/* What a question is about. */
typedef enum Subject
{
	WHAT_WAS_ASKED,
	A_NAME,
	AN_ACCOUNT,
	ALL_SECRETS
} Subject;

/* Both functions' questions share what was found. */
static QueryMemories memories = {.view = "secrets"};

/* Which name comes first; -1, 0 or 1. */
static int
compare_names(const SecretName *a, const SecretName *b)
{
	int			order = ct_compare_slices(a->secret_name, b->secret_name);

	if (order == 0)
		order = ct_compare_slices(a->account_id, b->account_id);
	return order != 0 ? order : ct_compare_slices(a->aws_region, b->aws_region);
}

/* Which secret comes first by name and start. */
static int
compare_secrets(const void *a, const void *b)
{
	const NamedSecret *one = a;
	const NamedSecret *other = b;
	int			order = compare_names(&one->name, &other->name);

	if (order == 0)
		order = (one->from > other->from) - (one->from < other->from);
	return order != 0 ? order : (one->to > other->to) - (one->to < other->to);
}

/* Which secret comes first by ARN. */
static int
compare_arns(const void *a, const void *b)
{
	return ct_compare_slices((*(NamedSecret *const *) a)->arn, (*(NamedSecret *const *) b)->arn);
}

/* Reads a secret; false if it has no name, ARN or time. */
static bool
read_secret(NamedSecret *secret, HeapTuple row, TupleDesc columns)
{
	heap_deform_tuple(row, columns, secret->values, secret->nulls);
	if (secret->nulls[SECRET_ARN] || secret->nulls[VALID_FROM] || secret->nulls[POSSIBLE_TO] ||
		secret->nulls[SECRET_NAME] || secret->nulls[ACCOUNT_ID] || secret->nulls[AWS_REGION])
		return false;
	secret->arn = slice_of_text(secret->values[SECRET_ARN]);
	secret->from = DatumGetTimestampTz(secret->values[VALID_FROM]);
	secret->to = DatumGetTimestampTz(secret->values[POSSIBLE_TO]);
	secret->name.secret_name = slice_of_text(secret->values[SECRET_NAME]);
	secret->name.account_id = slice_of_text(secret->values[ACCOUNT_ID]);
	secret->name.aws_region = slice_of_text(secret->values[AWS_REGION]);
	return true;
}

/* Puts the secrets of a directory in order. */
static void
sort_directory(Directory *directory)
{
	NamedSecret *secrets = directory->by_name;

	qsort(secrets, directory->count, sizeof(NamedSecret), compare_secrets);
	for (size_t i = 0; i < directory->count; i++)
	{
		secrets[i].last_to = secrets[i].to;
		if (i > 0 && compare_names(&secrets[i - 1].name, &secrets[i].name) == 0)
			secrets[i].last_to = Max(secrets[i - 1].last_to, secrets[i].to);
		directory->by_arn[i] = &secrets[i];
	}
	qsort(directory->by_arn, directory->count, sizeof(NamedSecret *), compare_arns);
}

/* Makes a directory of what SPI has read, in the current memory context. */
static void *
make_directory(FunctionCallInfo fcinfo)
{
	Directory  *directory = palloc0(sizeof(Directory));

	cloudtrail_check_types(SPI_tuptable, COLUMN_COUNT, column_types);
	directory->type = row_type(fcinfo);
	if (directory->type->natts != RESULT_COUNT)
		elog(ERROR, "return type must have %d columns", RESULT_COUNT);
	directory->by_name = palloc_extended(Max(SPI_processed, 1) * sizeof(NamedSecret),
										 MCXT_ALLOC_HUGE);
	directory->by_arn = palloc_extended(Max(SPI_processed, 1) * sizeof(NamedSecret *),
										MCXT_ALLOC_HUGE);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple	row = heap_copytuple(SPI_tuptable->vals[i]);

		if (read_secret(&directory->by_name[directory->count], row, SPI_tuptable->tupdesc))
			directory->count++;
	}
	sort_directory(directory);
	return directory;
}

/* Reads the secrets with a text in a column, all if there is no column, into a memory context. */
static void *
read_secrets(FunctionCallInfo fcinfo, const char *column, Datum text, MemoryContext result)
{
	static const Oid types[] = {TEXTOID};
	const char *condition = column == NULL ? "" :
		psprintf(" WHERE %s OPERATOR(pg_catalog.=) $1", column);
	KeptStatement statement = {
		.text = psprintf("SELECT " FOUND_COLUMNS ", secret_name, account_id, aws_region FROM %s%s",
						 cloudtrail_table_name(PG_GETARG_OID(0)), condition),
		.count = column == NULL ? 0 : lengthof(types),
		.types = types,
		/* Every text is looked up in the same way. */
		.options = CURSOR_OPT_GENERIC_PLAN
	};

	return read_view(fcinfo, &statement, &text, make_directory, result);
}

/* Reads the secrets of the name that is asked for. */
static void *
read_name(FunctionCallInfo fcinfo, MemoryContext result)
{
	return read_secrets(fcinfo, "secret_name", PG_GETARG_DATUM(1), result);
}

/* Reads all secrets. */
static void *
read_all(FunctionCallInfo fcinfo, MemoryContext result)
{
	return read_secrets(fcinfo, NULL, (Datum) 0, result);
}

/* The account that is asked about: an argument, or a part of the ARN, empty if it has none. */
static ct_slice
account_asked(FunctionCallInfo fcinfo)
{
	ct_slice	text = slice_of_text(PG_GETARG_DATUM(2));
	ct_slice	account_id = PG_NARGS() > 3 ? text : ct_arn_part(text, 4);

	return account_id.ptr != NULL ? account_id : CT_LITERAL("");
}

/* Reads the secrets of the account that is asked about. */
static void *
read_account(FunctionCallInfo fcinfo, MemoryContext result)
{
	Datum		account_id = PointerGetDatum(text_from_slice(account_asked(fcinfo)));

	return read_secrets(fcinfo, "account_id", account_id, result);
}

/* Begins to note what is asked. */
static void *
begin_asked(FunctionCallInfo fcinfo, MemoryContext result)
{
	ct_slice	account_id = account_asked(fcinfo);
	Asked	   *asked = MemoryContextAllocZero(result, sizeof(Asked));
	char	   *copy = MemoryContextAlloc(result, account_id.len + 1);

	memcpy(copy, account_id.ptr, account_id.len);
	asked->account_id = (ct_slice) {copy, account_id.len};
	return asked;
}

/* Has a question answered by what is known or, if find is not NULL, is found. */
static void *
answer(QueryMemory *memory, FunctionCallInfo fcinfo, Subject subject, AnswerFinder find)
{
	Oid			view = PG_GETARG_OID(0);
	void	   *known;

	resetStringInfo(&memory->question);
	add_to_question(memory, &view, sizeof(view));
	add_to_question(memory, &subject, sizeof(subject));
	if (subject == WHAT_WAS_ASKED)
		add_to_question(memory, &memory->queries, sizeof(memory->queries));
	else if (subject == A_NAME)
		add_text_to_question(memory, fcinfo, 1);
	else if (subject == AN_ACCOUNT)
	{
		ct_slice	account_id = account_asked(fcinfo);

		add_to_question(memory, account_id.ptr, (int) account_id.len);
	}
	known = recall_answer(memory);
	return known != NULL || find == NULL ? known : find_answer(memory, fcinfo, find);
}

/* Finds a directory that has the secrets of the name. */
static const Directory *
find_directory(FunctionCallInfo fcinfo)
{
	QueryMemory *memory = find_query_memory(fcinfo, &memories);
	const Directory *directory;
	Asked	   *asked;

	if (memory == NULL)
		return read_name(fcinfo, CurrentMemoryContext);
	directory = answer(memory, fcinfo, ALL_SECRETS, NULL);
	if (directory != NULL)
		return directory;
	asked = answer(memory, fcinfo, WHAT_WAS_ASKED, begin_asked);
	if (!asked->many_accounts)
		asked->many_accounts = ct_compare_slices(asked->account_id, account_asked(fcinfo)) != 0;
	directory = answer(memory, fcinfo, AN_ACCOUNT, NULL);
	if (directory == NULL)
		directory = answer(memory, fcinfo, A_NAME,
						   answers_of_query(memory) < SINGLE_NAMES_MAX ? read_name : NULL);
	if (directory != NULL)
		return directory;
	if (asked->many_accounts)
		return answer(memory, fcinfo, ALL_SECRETS, read_all);
	return answer(memory, fcinfo, AN_ACCOUNT, read_account);
}

/* Finds the secret that had a name at a time, NULL if there is none. */
static NamedSecret *
find_by_time(const Directory *directory, const SecretName *name, TimestampTz at)
{
	NamedSecret asked = {.name = *name, .from = at, .to = PG_INT64_MAX};
	size_t		low = 0;
	size_t		high = directory->count;

	/* Of those that began by then, it is the last, or one before it. */
	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;

		if (compare_secrets(&directory->by_name[middle], &asked) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low > 0; low--)
	{
		NamedSecret *secret = &directory->by_name[low - 1];

		if (secret->last_to <= at || compare_names(&secret->name, name) != 0)
			break;
		if (secret->to > at)
			return secret;
	}
	return NULL;
}

/* Finds the secret that has an ARN and a name, NULL if there is none. */
static NamedSecret *
find_by_arn(const Directory *directory, ct_slice secret_name, ct_slice arn)
{
	NamedSecret asked = {.arn = arn};
	NamedSecret *key = &asked;
	NamedSecret **found = bsearch(&key, directory->by_arn, directory->count, sizeof(NamedSecret *),
								  compare_arns);

	return found != NULL && ct_compare_slices((*found)->name.secret_name, secret_name) == 0 ?
		*found : NULL;
}

/* A secret as a row, null if there is none. */
static Datum
return_secret(FunctionCallInfo fcinfo, const Directory *directory, NamedSecret *secret)
{
	if (secret == NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(directory->type, secret->values,
													  secret->nulls)));
}

/* The secret that had, or may have had, a name at a time. */
Datum
cloudtrail_secret_at(PG_FUNCTION_ARGS)
{
	const Directory *directory = find_directory(fcinfo);
	SecretName	name = {
		.secret_name = slice_of_text(PG_GETARG_DATUM(1)),
		.account_id = slice_of_text(PG_GETARG_DATUM(2)),
		.aws_region = slice_of_text(PG_GETARG_DATUM(3))
	};

	return return_secret(fcinfo, directory, find_by_time(directory, &name,
														 PG_GETARG_TIMESTAMPTZ(4)));
}

/* The secret that has a name and an ARN. */
Datum
cloudtrail_secret_of(PG_FUNCTION_ARGS)
{
	const Directory *directory = find_directory(fcinfo);

	return return_secret(fcinfo, directory,
						 find_by_arn(directory, slice_of_text(PG_GETARG_DATUM(1)),
									 slice_of_text(PG_GETARG_DATUM(2))));
}
