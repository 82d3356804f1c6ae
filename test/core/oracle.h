/*
 * oracle.h: json-c as the judge of what the scanner accepts and finds.
 *
 * json-c, even in strict mode, is not RFC 8259.  It accepts
 *	- NaN, Infinity and -Infinity; 00, -01, 1., 1.e5 and -.5
 *	- control characters in strings (0.16), and keys in single quotes
 *	- overlong UTF-8, UTF-8 of surrogates and beyond U+10FFFF, though it was
 *	  told to validate
 *	- anything behind a zero byte, which it takes for the end of the input
 * so such texts are found by other means and it is not asked.  Further
 *	- integers beyond 64 bits are clamped by 0.16 and refused by 0.18
 *	- a key ends at \u0000, so it may look like another one
 *	- a repeated key gets its last value but keeps its first place, so the
 *	  last of several spellings of a key ("arn", "ARN") cannot be told
 *	- a tokener that failed behind a high surrogate keeps it when it is reset
 *	  and puts it before the first escape of the next text
 *	- in strict mode 0.18 takes all that is not ASCII for control characters
 */
#ifndef CT_ORACLE_H
#define CT_ORACLE_H

#include <json-c/json.h>

#include "core/event/record.h"

typedef enum verdict
{
	VERDICT_INVALID,
	VERDICT_VALID,
	VERDICT_UNKNOWN
} verdict;

/* Path and name of each recorded field. */
extern const char *const field_paths[CT_FIELD_COUNT];
extern const char *const field_names[CT_FIELD_COUNT];

/* The field whose path is the field's without its last key; -1 at the top. */
extern int	parent_of_field(int field);

/* The last key of a field's path in one of its spellings; NULL behind the last. */
extern const char *field_spelling(int field, int n, char key[64]);

/* Whether glibc's iconv takes it for UTF-8. */
extern bool is_utf8(const char *text, size_t len);

/*
 * Judges a text of len bytes with a zero byte behind them.  *tree is what
 * json-c made of it where it is valid; the caller puts it back.
 */
extern verdict judge(const char *text, size_t len, struct json_object **tree);

/* Name of the first field in which a scanned record differs from json-c's tree; NULL if none. */
extern const char *differing_field(const ct_record *rec, struct json_object *tree);

#endif							/* CT_ORACLE_H */
