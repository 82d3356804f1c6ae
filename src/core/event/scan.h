/*
 * scan.h: finds the fields of the field table in JSON, in one pass.
 */
#ifndef CT_SCAN_H
#define CT_SCAN_H

#include "core/event/record.h"

/*
 * Finds the field that a key of an object is; the object is a field too, or
 * with CT_FIELD_COUNT the record itself.  Gives CT_FIELD_COUNT where the
 * field table has no such key, or the field has other spellings: those share
 * one place in a ct_record, so it does not tell what this very key holds.
 */
extern ct_field ct_field_by_key(ct_field object, const char *key, size_t len);

/*
 * Which key came after which in the records read before.  Records repeat one
 * another, so a reader of many guesses the next key instead of looking it up.
 * All zero to begin with; it changes how fast a record is read, never what is
 * read.
 */
typedef struct ct_habits
{
	uint8_t		next[256];
} ct_habits;

/*
 * Reads one JSON value that starts at *pos of buf, recording the known fields
 * if it is an object, and moves *pos behind it.  rec->json is set to the
 * value's start; offsets in errors count from the start of buf.
 */
extern bool ct_scan(const char *buf, size_t len, size_t *pos,
					ct_record *rec, ct_error *err);

/* The same, for a reader of many records. */
extern bool ct_scan_next(const char *buf, size_t len, size_t *pos,
						 ct_record *rec, ct_habits *habits, ct_error *err);

#endif							/* CT_SCAN_H */
