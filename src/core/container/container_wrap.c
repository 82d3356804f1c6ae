/*
 * container_wrap.c: records that hold records.
 */
#include "core/container/container_wrap.h"
#include "core/event/record.h"

bool
ct_holds_json_text(const ct_record *rec, ct_field field)
{
	ct_slice	raw = ct_raw(rec, field);

	return ct_type_of(rec, field) == CT_STRING && raw.len > 1 &&
		(raw.ptr[0] == '{' || raw.ptr[0] == '[');
}

bool
ct_holds_event_text(const ct_record *rec, ct_field field)
{
	return ct_holds_json_text(rec, field) && ct_find(ct_raw(rec, field), "eventTime") != NULL;
}

bool
ct_holds_record(const ct_record *rec, ct_field field)
{
	ct_slice	raw = ct_raw(rec, field);
	ct_record	inner;
	ct_error	err;
	size_t		pos = 0;

	return ct_type_of(rec, field) == CT_OBJECT &&
		ct_scan(raw.ptr, raw.len, &pos, &inner, &err) && ct_record_check(&inner, 0, &err);
}

/* Whether an object holds an event in a field, but for documents. */
static bool
wraps_directly(const ct_record *rec)
{
	static const ct_field texts[] = {
		CT_FIELD_cloudtrail_event, CT_FIELD_message, CT_FIELD_sqs_body, CT_FIELD_event_json
	};
	static const ct_field event_texts[] = {
		CT_FIELD_raw_column, CT_FIELD_event_original, CT_FIELD_event_column
	};
	static const ct_field objects[] = {
		CT_FIELD_cloudtrail_event, CT_FIELD_event_json, CT_FIELD_raw_column, CT_FIELD_event_column
	};

	for (size_t i = 0; i < CT_LENGTHOF(texts); i++)
	{
		if (ct_holds_json_text(rec, texts[i]))
			return true;
	}
	for (size_t i = 0; i < CT_LENGTHOF(event_texts); i++)
	{
		if (ct_holds_event_text(rec, event_texts[i]))
			return true;
	}
	for (size_t i = 0; i < CT_LENGTHOF(objects); i++)
	{
		if (ct_holds_record(rec, objects[i]))
			return true;
	}
	return false;
}

bool
ct_wraps_record(const ct_record *rec)
{
	ct_slice	raw = ct_raw(rec, CT_FIELD_search_document);
	ct_record	document;
	ct_error	err;
	size_t		pos = 0;

	if (wraps_directly(rec))
		return true;
	return ct_type_of(rec, CT_FIELD_search_document) == CT_OBJECT &&
		ct_scan(raw.ptr, raw.len, &pos, &document, &err) &&
		(ct_record_check(&document, 0, &err) || wraps_directly(&document));
}
