/*
 * record.h: one CloudTrail record as the scanner leaves it.
 *
 * A ct_record points into the caller's JSON and knows where the fields of the
 * field table are; it owns nothing and copies nothing.
 */
#ifndef CT_RECORD_H
#define CT_RECORD_H

#include "core/json/json_value.h"

/* Longest record.  CloudTrail's own limit is 256 kB, or 1 MB in Lake. */
#define CT_RECORD_MAX		(32 * 1024 * 1024)

/* The places the scanner records, in the order of the field table. */
typedef enum ct_field
{
#define CT_FIELD(name, path, type, comment) CT_FIELD_##name,
#define CT_INNER(name, path) CT_FIELD_##name,
#define CT_DERIVED(name, type, comment)
#include "core/event/fieldlist.h"
#undef CT_FIELD
#undef CT_INNER
#undef CT_DERIVED
	CT_FIELD_COUNT
} ct_field;

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

/* Reads the time in a field of a record, a string or a number. */
extern bool ct_field_time(const ct_record *rec, ct_field field, int64_t *time);

/*
 * Whether a scanned value is a CloudTrail record, and sets its
 * event_time.  base is the record's offset in the blob, for the error.
 */
extern bool ct_record_check(ct_record *rec, size_t base, ct_error *err);

#endif							/* CT_RECORD_H */
