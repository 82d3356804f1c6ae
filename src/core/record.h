/*
 * record.h: one CloudTrail record as the scanner leaves it.
 *
 * A ct_record points into the caller's JSON and knows where the fields of the
 * field table are; it owns nothing and copies nothing.
 */
#ifndef CT_RECORD_H
#define CT_RECORD_H

#include "error.h"
#include "slice.h"

/* Longest record.  CloudTrail's own limit is 256 kB, or 1 MB in Lake. */
#define CT_RECORD_MAX		(32 * 1024 * 1024)

/* Deepest nesting; anything jsonb can be built of within PostgreSQL's stack. */
#define CT_DEPTH_MAX		2000

/* The places the scanner records, in the order of the field table. */
typedef enum ct_field
{
#define CT_FIELD(name, path, type, comment) CT_FIELD_##name,
#define CT_INNER(name, path) CT_FIELD_##name,
#define CT_DERIVED(name, type, comment)
#include "fieldlist.h"
#undef CT_FIELD
#undef CT_INNER
#undef CT_DERIVED
	CT_FIELD_COUNT
} ct_field;

typedef enum ct_type
{
	CT_ABSENT,
	CT_NULL,
	CT_FALSE,
	CT_TRUE,
	CT_NUMBER,
	CT_STRING,
	CT_OBJECT,
	CT_ARRAY
} ct_type;

/*
 * Where a value is, counted from the start of the record; from its end on, in
 * the text of embedded fields.  A string's span leaves out its quotes.
 */
typedef struct ct_value
{
	uint32_t	offset;
	uint32_t	length;
	uint8_t		type;			/* a ct_type */
	uint8_t		escaped;		/* a string that holds a backslash */
} ct_value;

/* What a record holds that jsonb or text cannot take as it stands. */
#define CT_QUIRK_NUL			0x01	/* \u0000 */
#define CT_QUIRK_SURROGATE		0x02	/* half of a surrogate pair */
#define CT_QUIRK_BIG_NUMBER		0x04	/* maybe none that jsonb takes */

#define CT_PRESENT_WORDS	((CT_FIELD_COUNT + 63) / 64)

typedef struct ct_record
{
	const char *json;
	size_t		length;
	const char *embedded;		/* text of fields that are strings of JSON, NULL if none is */
	int64_t		event_time;		/* microseconds since 1970; set by ct_record_read */
	uint32_t	quirks;
	uint64_t	present[CT_PRESENT_WORDS];
	ct_value	value[CT_FIELD_COUNT];	/* only those marked present are set */
} ct_record;

/* Whether the record has the field at all, be it null. */
static inline bool
ct_has(const ct_record *rec, ct_field field)
{
	return (rec->present[field / 64] >> (field % 64)) & 1;
}

/* Type of the field's value. */
static inline ct_type
ct_type_of(const ct_record *rec, ct_field field)
{
	return ct_has(rec, field) ? (ct_type) rec->value[field].type : CT_ABSENT;
}

/* The field's text as it stands in the record or is embedded in it, a string's without quotes. */
static inline ct_slice
ct_raw(const ct_record *rec, ct_field field)
{
	size_t		offset;

	if (!ct_has(rec, field))
		return CT_NO_SLICE;
	offset = rec->value[field].offset;
	if (__builtin_expect(offset >= rec->length, false))
		return (ct_slice) {rec->embedded + (offset - rec->length), rec->value[field].length};
	return (ct_slice) {rec->json + offset, rec->value[field].length};
}

/* Whether the field is a string that equals a C string, escapes aside. */
extern bool ct_is(const ct_record *rec, ct_field field, const char *s);

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

/*
 * Reads a whole buffer as one CloudTrail record: a JSON object with white
 * space around it at most, and a readable eventTime.  habits may be NULL.
 */
extern bool ct_record_read(const char *buf, size_t len,
						   ct_record *rec, ct_habits *habits, ct_error *err);

/*
 * Whether a scanned value is a CloudTrail record, and sets its
 * event_time.  base is the record's offset in the blob, for the error.
 */
extern bool ct_record_check(ct_record *rec, size_t base, ct_error *err);

#endif							/* CT_RECORD_H */
