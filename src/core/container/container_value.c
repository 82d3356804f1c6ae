/*
 * container_value.c: what a value is, and what to do with it.
 *
 * A value that was read whole is in the splitter's ct_record: whatever tells
 * a container, a wrapping or a record is a field of the field table, so that
 * classify needs no look at the text.
 */
#include <stdlib.h>
#include <string.h>

#include "core/container/container_athena.h"
#include "core/container/container_column.h"
#include "core/container/container_damage.h"
#include "core/container/container_ocsf.h"
#include "core/container/container_stack.h"
#include "core/container/container_unwrap.h"
#include "core/container/container_value.h"
#include "core/container/container_wrap.h"
#include "core/event/derived.h"

typedef enum value_class
{
	VALUE_EVENT,
	VALUE_ENVELOPE,				/* has an array of records, or of wrapped ones */
	VALUE_STRING,				/* the field holds JSON as text */
	VALUE_BASE64,				/* the field holds data as base64 */
	VALUE_DETAIL,				/* the field holds the record */
	VALUE_INNER,				/* the field holds a document, or an array of such */
	VALUE_ROW,					/* columns of a query's result */
	VALUE_TIMELESS,				/* a record whose eventTime is elsewhere */
	VALUE_OCSF,					/* a row of Security Lake */
	VALUE_RESULT_SET,			/* rows of cells from Athena's API */
	VALUE_NOTICE,				/* the notice says what it is */
	VALUE_REJECT				/* err says what is wrong */
} value_class;

/* Whether an object has eventTime as databases spell it, eventtime or event_time. */
static bool
has_column_time(const ct_record *rec)
{
	static const char *const names[] = {"\"eventtime\"", "\"event_time\"", "\"Event time\""};
	const char *end = rec->json + rec->length;

	for (int i = 0; i < 3; i++)
	{
		const char *found = ct_find((ct_slice) {rec->json, rec->length}, names[i]);

		if (found == NULL)
			continue;
		found += strlen(names[i]);
		while (found < end && ct_is_space(*found))
			found++;
		if (found < end && *found == ':')
			return true;
	}
	return false;
}

/* Whether an object is a record whose eventTime Logstash's codec moved to "@timestamp". */
static bool
has_document_time(const ct_record *rec)
{
	return ct_type_of(rec, CT_FIELD_document_time) == CT_STRING &&
		ct_type_of(rec, CT_FIELD_event_version) == CT_STRING &&
		ct_type_of(rec, CT_FIELD_event_name) == CT_STRING;
}

/* What a value that has no events, nor should have, is. */
static ct_notice
notice_of(const ct_record *rec, bool notification)
{
	if (ct_has(rec, CT_FIELD_digest_key_fingerprint) ||
		(ct_has(rec, CT_FIELD_digest_log_files) && ct_has(rec, CT_FIELD_digest_end_time)))
		return CT_NOTICE_DIGEST;
	if (ct_has(rec, CT_FIELD_s3_object_key))
		return CT_NOTICE_S3_OBJECTS;
	if (!notification &&
		(ct_is(rec, CT_FIELD_event_type, "AwsAggregatedEvent") ||
		 ct_type_of(rec, CT_FIELD_time_window) == CT_OBJECT))
		return CT_NOTICE_AGGREGATED;
	if (ct_is(rec, CT_FIELD_sns_type, "SubscriptionConfirmation") ||
		ct_is(rec, CT_FIELD_sns_type, "UnsubscribeConfirmation"))
		return CT_NOTICE_MESSAGE;
	return notification ? CT_NOTICE_NOTIFICATION : CT_NOTICE_NONE;
}

/* Arrays that hold others in turn. */
static const ct_field arrays[] = {
#define CT_WRAP_ARRAY(field, key, frame) CT_FIELD_##field,
#include "core/container/wraplist.h"
};

/* Strings that do, and how. */
static const struct
{
	uint8_t		field;
	uint8_t		class;
}			strings[] = {
#define CT_WRAP_TEXT(field, class) {CT_FIELD_##field, VALUE_##class},
#include "core/container/wraplist.h"
};

/*
 * Whether userIdentity is a row as queries print it, whose first column is the
 * type: then so are other fields, and the object is a row of a result.
 */
static inline bool
has_printed_identity(const ct_record *rec)
{
	return ct_type_of(rec, CT_FIELD_user_identity) == CT_STRING &&
		ct_starts_with(ct_raw(rec, CT_FIELD_user_identity), "{type=");
}

/* Columns that have the whole event. */
static const ct_field event_columns[] = {
	CT_FIELD_event_json, CT_FIELD_cloudtrail_event, CT_FIELD_raw_column
};

/* What search engines put around documents and pages of them. */
static const ct_field search_fields[] = {
	CT_FIELD_search_document, CT_FIELD_search_hits, CT_FIELD_search_result, CT_FIELD_search_results
};

/* Tells what an object is that may have the whole event as a column; else as given. */
static value_class
classify_column(const ct_record *rec, ct_field *field, value_class other)
{
	for (size_t i = 0; i < CT_LENGTHOF(event_columns); i++)
	{
		*field = event_columns[i];
		if (ct_holds_event_text(rec, *field))
			return VALUE_STRING;
		if (ct_holds_record(rec, *field))
			return VALUE_DETAIL;
	}
	/* The text that Elastic's agents read. */
	*field = CT_FIELD_event_original;
	if (ct_holds_event_text(rec, CT_FIELD_event_original))
		return VALUE_STRING;
	/* A trail's own rows, as JSON, and Splunk's; other things are called so, too. */
	*field = CT_FIELD_event_column;
	if (ct_holds_event_text(rec, CT_FIELD_event_column))
		return VALUE_STRING;
	return ct_holds_record(rec, CT_FIELD_event_column) ? VALUE_DETAIL : other;
}

/*
 * Tells what the result of a search is: a document around the record, or a
 * cell of CloudWatch Logs Insights, whose own columns begin with "@"; else as
 * given.  Sets *field and *notice.
 */
static value_class
classify_search(const ct_record *rec, ct_field *field, ct_notice *notice, value_class other)
{
	for (size_t i = 0; i < CT_LENGTHOF(search_fields); i++)
	{
		ct_type		type = ct_type_of(rec, search_fields[i]);

		*field = search_fields[i];
		if ((type == CT_OBJECT || type == CT_ARRAY) &&
			(ct_find(ct_raw(rec, *field), "eventTime") != NULL ||
			 ct_find(ct_raw(rec, *field), "eventVersion") != NULL))
			return VALUE_INNER;
	}
	if (ct_type_of(rec, CT_FIELD_cell_field) != CT_STRING ||
		!ct_starts_with(ct_raw(rec, CT_FIELD_cell_field), "@"))
		return other;
	*field = CT_FIELD_cell_value;
	if (ct_holds_event_text(rec, CT_FIELD_cell_value))
		return VALUE_STRING;
	if (ct_is(rec, CT_FIELD_cell_field, "@message"))
		return other;
	*notice = CT_NOTICE_MESSAGE;
	return VALUE_NOTICE;
}

/*
 * Tells what the value in rec is: by *field where the class speaks of a field,
 * by *notice for notices, by *err for rejects.  Sets the time of an event.
 */
static value_class
classify(ct_record *rec, ct_field *field, ct_notice *notice, ct_error *err)
{
	value_class class;

	if (ct_record_check(rec, 0, err))
	{
		/* Its bytes stay as they are, but for a column that has the event itself. */
		if (__builtin_expect(ct_has(rec, CT_FIELD_event_json), false) ||
			__builtin_expect(ct_has(rec, CT_FIELD_cloudtrail_event), false) ||
			__builtin_expect(ct_has(rec, CT_FIELD_raw_column), false) ||
			__builtin_expect(ct_has(rec, CT_FIELD_event_column), false))
			return classify_column(rec, field, VALUE_EVENT);
		return __builtin_expect(has_printed_identity(rec), false) ? VALUE_ROW : VALUE_EVENT;
	}
	if (err->code == CT_ERR_EVENT_TIME)
		return classify_column(rec, field, VALUE_REJECT);
	if (err->code != CT_ERR_NO_EVENT_TIME && err->code != CT_ERR_NOTIFICATION)
		return VALUE_REJECT;

	*notice = CT_NOTICE_CONTROL_MESSAGE;
	if (ct_is(rec, CT_FIELD_log_message_type, "CONTROL_MESSAGE"))
		return VALUE_NOTICE;
	for (size_t i = 0; i < CT_LENGTHOF(arrays); i++)
	{
		if (ct_type_of(rec, arrays[i]) == CT_ARRAY)
			return VALUE_ENVELOPE;
	}
	*field = CT_FIELD_envelope_detail;
	if (ct_type_of(rec, CT_FIELD_envelope_detail) == CT_OBJECT)
		return VALUE_DETAIL;
	if (ct_holds_json_text(rec, CT_FIELD_envelope_detail))
		return VALUE_STRING;
	if (ct_has(rec, CT_FIELD_class_uid))
		return VALUE_OCSF;
	if (ct_type_of(rec, CT_FIELD_result_set_rows) == CT_ARRAY)
		return VALUE_RESULT_SET;
	*notice = notice_of(rec, err->code == CT_ERR_NOTIFICATION);
	if (*notice != CT_NOTICE_NONE && *notice != CT_NOTICE_NOTIFICATION)
		return VALUE_NOTICE;
	class = classify_column(rec, field, VALUE_REJECT);
	if (class != VALUE_REJECT)
		return class;
	for (size_t i = 0; i < CT_LENGTHOF(strings); i++)
	{
		*field = (ct_field) strings[i].field;
		if (ct_type_of(rec, *field) == CT_STRING)
			return (value_class) strings[i].class;
	}
	if (*notice == CT_NOTICE_NOTIFICATION)
		return VALUE_NOTICE;
	return classify_search(rec, field, notice, has_column_time(rec) ? VALUE_ROW :
						   has_document_time(rec) ? VALUE_TIMELESS : VALUE_REJECT);
}

bool
ct_take_built(ct_splitter *s, ct_item *item, char *built, size_t len, ct_slice source,
			  const ct_error *reason)
{
	size_t		pos = 0;
	ct_error	err = *reason;

	s->built = built;
	if (built != NULL && ct_scan(built, len, &pos, &s->rec, &err) &&
		ct_record_check(&s->rec, 0, &err))
		return ct_give_event(s, item);
	/* An offset in the built text would mean nothing to the reader. */
	return ct_give_reject(s, item, source, err.code, 0);
}

/* Takes the row, or the object like a row, in s->rec: event column, else all columns. */
static bool
take_columns(ct_splitter *s, ct_item *item)
{
	ct_slice	row = {s->rec.json, s->rec.length};
	size_t		len;
	ct_error	err;
	char	   *built = ct_build_row(row, &len, &err);

	return ct_take_built(s, item, built, len, row, &err);
}

/* Takes the record in s->rec with the time of its document as eventTime, the rest byte for byte. */
static bool
take_timeless(ct_splitter *s, ct_item *item)
{
	static const char key[] = "{\"eventTime\":\"";
	ct_slice	document = {s->rec.json, s->rec.length};
	ct_slice	time = ct_raw(&s->rec, CT_FIELD_document_time);
	size_t		len = sizeof(key) - 1 + time.len + document.len + 1;
	char	   *built = malloc(len);
	char	   *p = built;

	if (built == NULL)
		return ct_give_reject(s, item, document, CT_ERR_OUT_OF_MEMORY, 0);
	memcpy(p, key, sizeof(key) - 1);
	p += sizeof(key) - 1;
	memcpy(p, time.ptr, time.len);
	p += time.len;
	*p++ = '"';
	*p++ = ',';
	memcpy(p, document.ptr + 1, document.len - 1);
	return ct_take_built(s, item, built, len, document,
						 &(ct_error) {CT_ERR_NO_EVENT_TIME, 0});
}

/* Takes the object in s->rec with the record under a field, "detail" or a column. */
static bool
take_detail(ct_splitter *s, ct_item *item, ct_field field, const ct_error *err)
{
	ct_slice	whole = {s->rec.json, s->rec.length};
	ct_slice	detail = ct_raw(&s->rec, field);
	ct_slice	type = ct_raw(&s->rec, CT_FIELD_envelope_detail_type);
	bool		typed = type.ptr != NULL;
	ct_error	inner;
	size_t		pos = 0;

	if (ct_scan(detail.ptr, detail.len, &pos, &s->rec, &inner) &&
		ct_record_check(&s->rec, 0, &inner))
		return ct_give_event(s, item);
	if (typed && ct_find(type, "via CloudTrail") != NULL)
		return ct_take_span(s, item, detail);
	if (typed)
		return ct_give_notice(s, item, whole, CT_NOTICE_MESSAGE);
	return ct_give_reject(s, item, whole, err->code, err->offset);
}

/* Takes the row of Security Lake in s->rec. */
static bool
take_ocsf(ct_splitter *s, ct_item *item)
{
	ct_slice	row = {s->rec.json, s->rec.length};
	size_t		len;
	bool		is_api;
	ct_error	err;
	char	   *built = ct_build_ocsf(row, &len, &is_api, &err);

	if (built != NULL && !is_api)
	{
		free(built);
		return ct_give_notice(s, item, row, CT_NOTICE_MESSAGE);
	}
	return ct_take_built(s, item, built, len, row, &err);
}

/* Takes the result of an Athena query in s->rec: reads on in the CSV that has its cells. */
static bool
take_result_set(ct_splitter *s, ct_item *item)
{
	ct_slice	whole = {s->rec.json, s->rec.length};
	size_t		len;
	ct_error	err;
	char	   *csv = ct_build_csv(whole, &len, &err);

	if (csv == NULL)
		return ct_give_reject(s, item, whole, err.code, err.offset);
	if (!ct_push_level(s, csv, len, csv, 0))
		return ct_give_reject(s, item, whole, CT_ERR_NESTING, 0);
	return false;
}

/* Takes the object in s->rec as an envelope: reads it again, member by member. */
static bool
take_envelope(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);
	ct_slice	whole = {s->rec.json, s->rec.length};

	if (s->frames > 1 && s->frame[s->frames - 2] == CT_FRAME_MEMBERS)
	{
		/* An envelope is in no other's array: that one has lost its end. */
		ct_pop_to_stream(s);
		if (!level->damaged)
		{
			level->pos = whole.ptr - level->buf;
			return ct_give_reject(s, item, (ct_slice) {whole.ptr, 0}, CT_ERR_ARRAY_COMMA, 0);
		}
	}
	if (whole.len > level->rereads || !ct_push_frame(s, CT_FRAME_MEMBERS))
		return ct_give_reject(s, item, whole, CT_ERR_NESTING, 0);
	level->rereads -= whole.len;
	level->pos = whole.ptr - level->buf + 1;
	level->torn = level->foreign = false;
	return false;
}

/*
 * Whether a container's key holds an object instead of an array of records;
 * *err then says so, in the object that has it.
 */
static bool
lacks_array(const ct_record *rec, ct_error *err)
{
	for (size_t i = 0; i < CT_LENGTHOF(arrays); i++)
	{
		if (ct_type_of(rec, arrays[i]) == CT_OBJECT)
		{
			*err = (ct_error) {CT_ERR_RECORDS, ct_raw(rec, arrays[i]).ptr - rec->json};
			return true;
		}
	}
	return false;
}

bool
ct_take_value(ct_splitter *s, ct_item *item)
{
	ct_record  *rec = &s->rec;
	ct_slice	whole = {rec->json, rec->length};
	ct_level   *level;
	ct_field	field;
	ct_notice	notice = CT_NOTICE_NONE;
	ct_error	err;
	value_class class = classify(rec, &field, &notice, &err);

	switch (class)
	{
		case VALUE_EVENT:
			return ct_give_event(s, item);
		case VALUE_ENVELOPE:
			return take_envelope(s, item);
		case VALUE_STRING:
			return ct_take_string(s, item, ct_raw(rec, field), rec->value[field].escaped, whole);
		case VALUE_BASE64:
			return ct_take_base64(s, item, ct_raw(rec, field), rec->value[field].escaped, whole);
		case VALUE_DETAIL:
			return take_detail(s, item, field, &err);
		case VALUE_INNER:
			return ct_take_span(s, item, ct_raw(rec, field));
		case VALUE_ROW:
			return take_columns(s, item);
		case VALUE_TIMELESS:
			return take_timeless(s, item);
		case VALUE_OCSF:
			return take_ocsf(s, item);
		case VALUE_RESULT_SET:
			return take_result_set(s, item);
		case VALUE_NOTICE:
			return ct_give_notice(s, item, whole, notice);
		case VALUE_REJECT:
			level = ct_top(s);
			if (err.code == CT_ERR_NO_EVENT_TIME && !lacks_array(rec, &err) &&
				ct_enter_unknown(s, item, whole.ptr - level->buf, level->pos, &err))
				return true;
			break;
	}
	return ct_give_reject(s, item, whole, err.code, err.offset);
}

/* Takes an array that was read as a row: reads its elements one by one. */
static bool
take_array(ct_splitter *s, ct_item *item, ct_slice array)
{
	ct_level   *level = ct_top(s);

	if (array.len > level->rereads || !ct_push_frame(s, CT_FRAME_ARRAY))
		return ct_give_reject(s, item, array, CT_ERR_NESTING, 0);
	level->rereads -= array.len;
	level->pos = array.ptr - level->buf + 1;
	return false;
}

bool
ct_take_row(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);
	size_t		start = level->pos;
	size_t		pos = start;
	size_t		part = start + 1;
	ct_slice	event = CT_NO_SLICE;	/* the whole event, if a column has it */
	bool		escaped = false;
	ct_error	err;
	ct_slice	row;

	if (!ct_scan(level->buf, level->len, &pos, &s->rec, &err))
		return ct_damaged(s, item, start, &err);
	level->pos = pos;
	row = (ct_slice) {s->rec.json, s->rec.length};

	for (;;)
	{
		while (ct_is_space(level->buf[part]) || level->buf[part] == ',')
			part++;
		if (level->buf[part] != '{')
			break;
		ct_scan(level->buf, pos, &part, &s->rec, &err);
		for (size_t i = 0; i < CT_LENGTHOF(event_columns); i++)
		{
			if (!ct_holds_json_text(&s->rec, event_columns[i]))
				continue;
			if (event.ptr != NULL)
				return take_array(s, item, row);
			event = ct_raw(&s->rec, event_columns[i]);
			escaped = s->rec.value[event_columns[i]].escaped;
		}
	}
	if (level->buf[part] == '[' && pos - part <= level->rereads)
	{
		/* The next row: the bracket that closes this one is missing. */
		level->rereads -= pos - part;
		level->pos = part;
		row.len = part - start;
		return ct_give_reject(s, item, row, CT_ERR_ARRAY_COMMA, row.len);
	}
	if (level->buf[part] != ']')
		return ct_give_reject(s, item, row, CT_ERR_NOT_OBJECT, part - start);
	if (event.ptr != NULL)
		return ct_take_string(s, item, event, escaped, row);
	s->rec.json = row.ptr;
	s->rec.length = row.len;
	return take_columns(s, item);
}
