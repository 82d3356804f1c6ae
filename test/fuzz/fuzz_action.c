/*
 * fuzz_action.c: patterns of actions match what the plainest matcher says.
 * The input is a pattern, a service and a name, each on a line.
 */
#include "core/event/action.h"
#include "fuzz.h"

/* The text behind its first character. */
static ct_slice
behind_character(ct_slice text)
{
	do
	{
		text.ptr++;
		text.len--;
	} while (text.len > 0 && (*text.ptr & 0xc0) == 0x80);
	return text;
}

/* Matches without any cleverness, in steps that run out. */
static bool
matches_plainly(ct_slice pattern, ct_slice text, int *steps)
{
	if (--*steps < 0)
		return false;
	if (pattern.len == 0)
		return text.len == 0;
	if (*pattern.ptr == '*')
	{
		for (;; text = behind_character(text))
		{
			if (matches_plainly((ct_slice) {pattern.ptr + 1, pattern.len - 1}, text, steps))
				return true;
			if (text.len == 0)
				return false;
		}
	}
	if (text.len == 0)
		return false;
	if (*pattern.ptr == '?')
		return matches_plainly((ct_slice) {pattern.ptr + 1, pattern.len - 1}, behind_character(text), steps);
	if (ct_fold(*pattern.ptr) != ct_fold(*text.ptr))
		return false;
	return matches_plainly((ct_slice) {pattern.ptr + 1, pattern.len - 1}, (ct_slice) {text.ptr + 1, text.len - 1}, steps);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ct_slice	rest = {(const char *) data, size};
	ct_slice	pattern = exact_slice(take_until(&rest, '\n'));
	ct_slice	service = exact_slice(take_until(&rest, '\n'));
	ct_slice	name = exact_slice(rest);
	char		normal[CT_ACTION_MAX + 2];
	char		normal_again[CT_ACTION_MAX + 2];
	size_t		len;
	size_t		len_again;
	ct_error	err;

	if (ct_read_action(pattern, normal, &len, &err))
	{
		ct_action_pattern p;
		int			steps = 20000;
		bool		plainly;
		bool		whole;
		ct_slice	prefix;

		require(len <= sizeof(normal), "the normal form keeps within its bound");
		require(len > CT_ACTION_MAX || (ct_read_action((ct_slice) {normal, len}, normal_again, &len_again, &err) &&
				len_again == len && memcmp(normal, normal_again, len) == 0), "the normal form is its own");
		p = ct_action_pattern_of((ct_slice) {normal, len});
		plainly = matches_plainly(p.service, service, &steps) && matches_plainly(p.name, name, &steps);
		if (steps >= 0)
			require(plainly == ct_action_matches(&p, service, name), "patterns match as they say");
		prefix = ct_literal_prefix(p.name, &whole);
		require(prefix.len <= p.name.len && (!whole || prefix.len == p.name.len), "a prefix is the beginning");
	}
	else
		require(err.code != CT_ERR_NONE && err.offset <= pattern.len, "an error has a place");
	free((char *) pattern.ptr);
	free((char *) service.ptr);
	free((char *) name.ptr);
	return 0;
}
