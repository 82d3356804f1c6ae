/*
 * test_scan_random.c: the scanner against json-c on random and damaged documents.
 */
#include "oracle.h"
#include "random_json.h"
#include "core/event/scan.h"
#include "tap.h"
#include "core/base/utf8.h"

#define DOCUMENTS 100000		/* each is read whole and damaged */

/* What became of the documents. */
typedef struct tally
{
	int			count;
	int			valid;
	int			unknown;
	int			wrong_verdict;
	int			wrong_field;
	int			wrong_habits;
	int			wrong_error;
} tally;

/* Shows a document that failed, the first few times. */
static void
show(const char *what, const buffer *b, int times)
{
	if (times > 3)
		return;
	printf("# %s: ", what);
	for (size_t i = 0; i < b->len; i++)
		printf(b->ptr[i] < ' ' || b->ptr[i] == 0x7f ? "<%02x>" : "%c", (unsigned char) b->ptr[i]);
	printf("\n");
}

/* Tells whether two readings of a document recorded the same. */
static bool
same_record(const ct_record *a, const ct_record *b)
{
	if (a->quirks != b->quirks || a->length != b->length || a->json != b->json)
		return false;
	for (int field = 0; field < CT_FIELD_COUNT; field++)
	{
		const ct_value *x = &a->value[field];
		const ct_value *y = &b->value[field];

		if (ct_has(a, field) != ct_has(b, field) ||
			(ct_has(a, field) && (x->offset != y->offset || x->length != y->length ||
								  x->type != y->type || x->escaped != y->escaped)))
			return false;
	}
	return true;
}

/* Reads a document in all ways and counts what is not alike. */
static void
try_document(const buffer *b, ct_habits *habits, tally *t)
{
	char	   *copy = exact_copy(b->ptr, b->len);
	struct json_object *tree;
	verdict		expected = judge(b->ptr, b->len, &tree);
	ct_record	rec;
	ct_record	again;
	ct_error	err = {CT_ERR_NONE, 0};
	ct_error	err_again = {CT_ERR_NONE, 0};
	size_t		pos = 0;
	bool		read = scan_all(copy, b->len, &rec, &err);
	bool		read_again = ct_scan_next(copy, b->len, &pos, &again, habits, &err_again);
	const char *field;

	t->count++;
	t->valid += expected == VERDICT_VALID;
	t->unknown += expected == VERDICT_UNKNOWN;
	if (expected != VERDICT_UNKNOWN && read != (expected == VERDICT_VALID))
		show(read ? "accepted" : ct_error_message(err.code), b, ++t->wrong_verdict);

	/* Text behind the value is scan_all's matter. */
	if (read_again != (read || err.code == CT_ERR_TRAILING) ||
		(read && !same_record(&rec, &again)) ||
		(!read_again && (err.code != err_again.code || err.offset != err_again.offset)))
		show("differs with habits", b, ++t->wrong_habits);
	if (!read && (err.code == CT_ERR_NONE || err.offset > b->len))
		show("error without place", b, ++t->wrong_error);

	/* json-c takes a key to end at \u0000. */
	if (read && expected == VERDICT_VALID && !(rec.quirks & CT_QUIRK_NUL) &&
		json_object_is_type(tree, json_type_object) &&
		(field = differing_field(&rec, tree)) != NULL)
		show(field, b, ++t->wrong_field);
	json_object_put(tree);
	free(copy);
}

int
main(void)
{
	rng			r = {20260811};
	buffer		b = {0};
	ct_habits	habits = {0};
	tally		whole = {0};
	tally		damaged = {0};

	for (int i = 0; i < DOCUMENTS; i++)
	{
		b.len = 0;
		put_random_document(&r, &b);
		try_document(&b, &habits, &whole);
		damage(&r, &b);
		try_document(&b, &habits, &damaged);
	}
	printf("# %d documents, %d of them beyond what json-c can judge\n", whole.count, whole.unknown);
	printf("# %d damaged ones, %d of them valid all the same\n", damaged.count, damaged.valid);
	ok(whole.valid + whole.unknown == whole.count, "the generator writes JSON");
	ok(damaged.valid > damaged.count / 50 && damaged.valid < damaged.count / 2,
	   "damage mostly, not always, ends validity");
	ok(whole.wrong_verdict == 0, "whole documents are accepted");
	ok(damaged.wrong_verdict == 0, "damaged documents are accepted and rejected as json-c and RFC 8259 do");
	ok(whole.wrong_field == 0, "fields of whole documents are json-c's");
	ok(damaged.wrong_field == 0, "fields of damaged documents are json-c's");
	ok(whole.wrong_habits + damaged.wrong_habits == 0, "habits never change what is read");
	ok(whole.wrong_error + damaged.wrong_error == 0, "an error has a code and a place in the text");
	free(b.ptr);
	return done_testing();
}
