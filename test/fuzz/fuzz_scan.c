/*
 * fuzz_scan.c: the scanner accepts and rejects what json-c does, finds the
 * same fields, and gives jsonb what it takes.
 */
#include "../core/oracle.h"
#include "fuzz.h"
#include "core/json/json_safe.h"
#include "core/event/scan.h"

/* Tells whether two readings recorded the same. */
static bool
same_record(const ct_record *a, const ct_record *b)
{
	if (a->quirks != b->quirks || a->length != b->length || memcmp(a->present, b->present, sizeof(a->present)) != 0)
		return false;
	for (int field = 0; field < CT_FIELD_COUNT; field++)
	{
		const ct_value *x = &a->value[field];
		const ct_value *y = &b->value[field];

		if (ct_has(a, field) && (x->offset != y->offset || x->length != y->length || x->type != y->type || x->escaped != y->escaped))
			return false;
	}
	return true;
}

/* Checks that what is made safe for jsonb is JSON without anything it refuses. */
static void
check_safe(const char *json, size_t len)
{
	char	   *safe = malloc(CT_JSONSAFE_BOUND(len));
	size_t		safe_len = ct_make_jsonsafe(json, len, safe);
	char	   *copy = exact_copy(safe, safe_len);
	ct_record	rec;
	ct_error	err;

	require(safe_len <= CT_JSONSAFE_BOUND(len), "safe JSON keeps within its bound");
	require(scan_all(copy, safe_len, &rec, &err), "safe JSON is JSON");
	require((rec.quirks & (CT_QUIRK_NUL | CT_QUIRK_SURROGATE)) == 0, "safe JSON has no quirks");
	free(copy);
	free(safe);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static ct_habits habits;
	buffer		text = {0};
	char	   *copy = exact_copy((const char *) data, size);
	struct json_object *tree = NULL;
	verdict		expected;
	ct_record	rec;
	ct_record	again;
	ct_error	err = {CT_ERR_NONE, 0};
	ct_error	err_again = {CT_ERR_NONE, 0};
	size_t		pos = 0;
	bool		read = scan_all(copy, size, &rec, &err);
	bool		read_again = ct_scan_next(copy, size, &pos, &again, &habits, &err_again);

	put(&text, (const char *) data, size);
	expected = judge(text.ptr, text.len, &tree);
	require(expected == VERDICT_UNKNOWN || read == (expected == VERDICT_VALID), "json-c judges alike");
	require(read_again == (read || err.code == CT_ERR_TRAILING), "habits do not change what is accepted");
	require(!read || same_record(&rec, &again), "nor what is found");
	require(read || (err.code != CT_ERR_NONE && err.offset <= size), "an error has a place");
	if (read)
		check_safe(copy, size);

	/* Not where json-c ends a key early, at \u0000. */
	if (read && expected == VERDICT_VALID && !(rec.quirks & CT_QUIRK_NUL) && json_object_is_type(tree, json_type_object))
	{
		const char *field = differing_field(&rec, tree);

		require(field == NULL, field);
	}
	json_object_put(tree);
	free(text.ptr);
	free(copy);
	return 0;
}
