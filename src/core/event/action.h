/*
 * action.h: patterns of actions, as IAM policies write them.
 *
 * A pattern is service:name, where * stands for any characters and ? for
 * one.  Letters match in either case, on both sides of the colon.
 */
#ifndef CT_ACTION_H
#define CT_ACTION_H

#include "core/base/error.h"
#include "core/event/record.h"

/* Longest pattern. */
#define CT_ACTION_MAX	512

/* A pattern taken apart; points into its text. */
typedef struct ct_action_pattern
{
	ct_slice	service;
	ct_slice	name;
} ct_action_pattern;

/*
 * Reads a pattern and writes its normal form: the service in small letters
 * and without .amazonaws.com, * alone as *:*, runs of * as one.  The form is
 * no longer than CT_ACTION_MAX + 2.
 */
extern bool ct_read_action(ct_slice text, char *normal, size_t *len, ct_error *err);

/* Takes a normal form apart. */
extern ct_action_pattern ct_action_pattern_of(ct_slice normal);

/* Whether one side of a pattern matches a text. */
extern bool ct_glob_matches(ct_slice pattern, ct_slice text);

/*
 * Whether a pattern matches all that another one does.  Each step is counted in
 * work; beyond max the answer is no.
 */
extern bool ct_glob_covers(ct_slice pattern, ct_slice other, size_t *work, size_t max);

/* Whether a pattern matches a service and an event name. */
extern bool ct_action_matches(const ct_action_pattern *pattern, ct_slice service, ct_slice name);

/* The characters before the first wildcard; whole reports whether there is none. */
extern ct_slice ct_literal_prefix(ct_slice pattern, bool *whole);

/* Compares texts by bytes, A to Z as a to z. */
extern int	ct_compare_folded(ct_slice a, ct_slice b);

/* Writes a text with A to Z as a to z to a buffer of its length. */
extern ct_slice ct_fold_text(ct_slice text, char *folded);

/* A byte, A to Z as a to z. */
static inline char
ct_fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

#endif							/* CT_ACTION_H */
