/*
 * cloudtrail.h: what the files of the binding share.
 */
#ifndef CLOUDTRAIL_H
#define CLOUDTRAIL_H

#include "postgres.h"

#include "compat.h"

#include "core/store/stored.h"
#include "datatype/timestamp.h"
#include "fmgr.h"
#include "utils/inet.h"

/* Declares and exports a function that SQL calls. */
#define CLOUDTRAIL_FUNCTION(name) \
	extern PGDLLEXPORT Datum name(PG_FUNCTION_ARGS); \
	PG_FUNCTION_INFO_V1(name)

/* Microseconds from 1970, where the core's times begin, to PostgreSQL's epoch. */
#define EPOCH_SHIFT \
	((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY * USECS_PER_SEC)

/* strict_text.c: texts from outside, shown without harm */

/*
 * A name or message as an error shows it: what is invisible, could drive a
 * terminal or is not UTF-8 is spelled.
 */
extern char *printable(const char *text);

/* value.c: between records and the values of type cloudtrail_event */

/* Makes the value to store of a record. */
extern struct varlena *event_from_record(const ct_record *rec);

/*
 * Makes a value that only this query sees, neither compressed nor with a
 * header; the record must stay until forget_transient().
 */
extern struct varlena *transient_event(const ct_record *rec);

/*
 * The same without the JSON, in place of the stub before: for functions that
 * read a field, called at once, and for nobody else.
 */
extern struct varlena *transient_stub(const ct_record *rec);

/* Forgets the record of the newest transient value, if it is this one. */
extern void forget_transient(const ct_record *rec);

/* The value as it should be stored: itself, or compressed if it is transient. */
extern struct varlena *compact_event(struct varlena *event);

/* Reads a value's header without its record; false for a transient value, which has none. */
extern bool event_header(Datum event, ct_stored *stored);

/* Reads one text of the header that is stored as it reads; false where that takes a closer look. */
static inline bool
event_peek(Datum datum, ct_stored_text which, ct_slice *text)
{
	struct varlena *event = (struct varlena *) DatumGetPointer(datum);

	if (VARATT_IS_EXTERNAL(event) || VARATT_IS_COMPRESSED(event))
		return false;
	return ct_stored_peek(VARDATA_ANY(event), VARSIZE_ANY_EXHDR(event), which, text);
}

/* Whether a text of the header is stored as it reads. */
static inline bool
is_stored_plain(ct_stored_text which)
{
	return which == CT_STORED_EVENT_NAME || which == CT_STORED_AWS_REGION ||
		which == CT_STORED_ERROR_CODE;
}

/*
 * Reads one text of the header as it reads, null as no slice; false where it
 * must be read from the record.  buf may hold the text.
 */
extern bool event_header_text(Datum event, ct_stored_text which,
							  char buf[CT_STORED_DECODED_MAX], ct_slice *text);

#define NOT_IN_HEADER	(-1)

/* Which text of the header a field is. */
static inline int
header_text(ct_field field)
{
	switch (field)
	{
#define CT_HEADER_TEXT(field, name) \
		case CT_FIELD_##field: \
			return CT_STORED_##name;
#include "core/store/storelist.h"
		default:
			return NOT_IN_HEADER;
	}
}

/* Reads a value's record; it lives until the next call. */
extern const ct_record *event_record(Datum event);

/* Reads the fields of a record that are strings of JSON; they last until the next call. */
extern void open_embedded(ct_record *rec);

/* Scratch for texts made of a record; it lives until the next call. */
extern ct_scratch event_scratch(const ct_record *rec);

/* Reports what is wrong with text that should be one event. */
extern void report_input_error(const char *text, size_t len, const ct_error *err,
							   struct Node *escontext);

/* Reports that there is no memory. */
extern void report_out_of_memory(void) __attribute__((noreturn));

/* jsonb.c */

/* Makes jsonb of valid JSON; quirks tells what it may hold that jsonb refuses. */
extern Datum jsonb_from_json(const char *json, size_t len, uint32_t quirks);

struct JsonbValue;
struct StringInfoData;

/* Appends jsonb as JSON, as jsonb prints it, except for numbers of many zeros. */
extern void put_jsonb(struct StringInfoData *json, Datum jsonb);

/* Appends a scalar of jsonb in the same way, a long number in scientific notation. */
extern void put_jsonb_scalar(struct StringInfoData *json, const struct JsonbValue *scalar);

/* Makes text of a slice. */
extern struct varlena *text_from_slice(ct_slice s);

/* The bytes of a text, which lives as long as that does. */
extern ct_slice slice_of_text(Datum value);

/* accessor.c */

/* Makes an address of its 4 or 16 bytes. */
extern inet *inet_from_bytes(const uint8 *bytes, size_t len);

/* json_get.c */

/* Finds the value that a path leads to from a record, as #> of event::jsonb would. */
extern bool find_value(const ct_record *rec, const ct_slice *path, size_t steps, ct_value *value);

/* call_check.c */

/* Whether bytes that were given as a log are the path of one, which is easily done. */
extern bool looks_like_path(const char *bytes, size_t len);

/* unpack_inflate.c */

/* The bytes of a log file; those given where they are not compressed, or damaged. */
extern struct varlena *inflate_log(struct varlena *log);

#endif							/* CLOUDTRAIL_H */
