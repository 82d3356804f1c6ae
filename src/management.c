/*
 * management.c: whether an event is a management event.
 */
#include "cloudtrail.h"

#include <string.h>

#include "management.h"

CLOUDTRAIL_FUNCTION(cloudtrail_is_management);

/* Whether a text has another in it. */
static bool
has_part(ct_slice text, const char *part)
{
	return text.ptr != NULL && memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

/* Whether a text begins with another. */
static bool
begins_with(ct_slice text, const char *beginning)
{
	return text.ptr != NULL && ct_starts_with(text, beginning);
}

bool
is_management(Datum event)
{
	const ct_record *rec;
	ct_scratch	scratch;
	ct_slice	category;
	ct_slice	source;
	ct_slice	name;
	ct_stored	stored;
	int			said = event_header(event, &stored) ?
		ct_stored_bool(&stored, CT_STORED_MANAGEMENT_EVENT_SHIFT) : -1;

	if (said >= 0)
		return said == 1;
	rec = event_record(event);
	scratch = event_scratch(rec);
	said = ct_bool(rec, CT_FIELD_management_event);
	if (said >= 0)
		return said == 1;
	category = ct_text(rec, CT_FIELD_event_category, &scratch);
	if (category.ptr != NULL)
		return ct_same(category, CT_LITERAL("Management"));
	source = ct_text(rec, CT_FIELD_event_source, &scratch);
	name = ct_text(rec, CT_FIELD_event_name, &scratch);
	return !(begins_with(source, "s3.amazonaws.com") &&
			 (has_part(name, "Object") || has_part(name, "Part") ||
			  has_part(name, "MultipartUpload"))) &&
		!(begins_with(source, "lambda.amazonaws.com") && begins_with(name, "Invoke"));
}

/* The same in SQL. */
Datum
cloudtrail_is_management(PG_FUNCTION_ARGS)
{
	/* What is not there cannot be one of data. */
	PG_RETURN_BOOL(PG_ARGISNULL(0) || is_management(PG_GETARG_DATUM(0)));
}
