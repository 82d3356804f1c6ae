/*
 * record.c: what makes a scanned JSON value a CloudTrail record.
 */
#include <string.h>

#include "core/base/event_time.h"
#include "core/base/utf8.h"
#include "core/event/record.h"

bool
ct_is(const ct_record *rec, ct_field field, const char *s)
{
	char		plain[256];
	ct_slice	raw = ct_raw(rec, field);

	if (ct_type_of(rec, field) != CT_STRING)
		return false;
	if (rec->value[field].escaped)
	{
		if (raw.len > sizeof(plain))
			return false;
		raw.len = ct_unescape(raw.ptr, raw.len, plain);
		raw.ptr = plain;
	}
	return raw.len == strlen(s) && memcmp(raw.ptr, s, raw.len) == 0;
}

bool
ct_field_time(const ct_record *rec, ct_field field, int64_t *time)
{
	char		plain[128];
	ct_slice	raw = ct_raw(rec, field);
	ct_type		type = ct_type_of(rec, field);

	if (type != CT_STRING && type != CT_NUMBER)
		return false;
	if (type == CT_STRING && rec->value[field].escaped)
	{
		if (raw.len > sizeof(plain))
			return false;
		raw.len = ct_unescape(raw.ptr, raw.len, plain);
		raw.ptr = plain;
	}
	return ct_parse_time(raw.ptr, raw.len, time);
}

bool
ct_record_check(ct_record *rec, size_t base, ct_error *err)
{
	ct_slice	source = ct_raw(rec, CT_FIELD_event_source);

	if (rec->length > CT_RECORD_MAX)
		return ct_fail(err, CT_ERR_TOO_LARGE, base);
	if (rec->json[0] != '{')
		return ct_fail(err, CT_ERR_NOT_OBJECT, base);
	/* S3, DynamoDB, Kinesis and SQS notifications borrow CloudTrail's field names. */
	if (source.len > 4 && memcmp(source.ptr, "aws:", 4) == 0)
		return ct_fail(err, CT_ERR_NOTIFICATION, base + rec->value[CT_FIELD_event_source].offset);
	if (ct_type_of(rec, CT_FIELD_event_time) <= CT_NULL)
		return ct_fail(err, CT_ERR_NO_EVENT_TIME, base);
	if (!ct_field_time(rec, CT_FIELD_event_time, &rec->event_time))
		return ct_fail(err, CT_ERR_EVENT_TIME, base + rec->value[CT_FIELD_event_time].offset);
	return true;
}
