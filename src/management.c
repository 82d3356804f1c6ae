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

bool
is_management_record(const ct_record *rec)
{
	ct_scratch	scratch = event_scratch(rec);
	int			said = ct_bool(rec, CT_FIELD_management_event);
	ct_slice	category;
	ct_slice	source;
	ct_slice	name;

	if (said >= 0)
		return said == 1;
	category = ct_text(rec, CT_FIELD_event_category, &scratch);
	if (category.ptr != NULL)
		return ct_same(category, CT_LITERAL("Management"));
	if (ct_has(rec, CT_FIELD_insight_details))
		return false;
	source = ct_text(rec, CT_FIELD_event_source, &scratch);
	name = ct_text(rec, CT_FIELD_event_name, &scratch);
	return !(ct_starts_with(source, "s3.amazonaws.com") &&
			 (has_part(name, "Object") || has_part(name, "Part") ||
			  has_part(name, "MultipartUpload"))) &&
		!(ct_starts_with(source, "lambda.amazonaws.com") && ct_starts_with(name, "Invoke"));
}

bool
is_management(Datum event, const ct_stored *header)
{
	int			said = header == NULL ? -1 :
		ct_stored_bool(header, CT_STORED_MANAGEMENT_EVENT_SHIFT);

	return said >= 0 ? said == 1 : is_management_record(event_record(event));
}

/* The same in SQL. */
Datum
cloudtrail_is_management(PG_FUNCTION_ARGS)
{
	ct_stored	header;

	/* What is not there cannot be one of data. */
	PG_RETURN_BOOL(PG_ARGISNULL(0) ||
				   is_management(PG_GETARG_DATUM(0),
								 event_header(PG_GETARG_DATUM(0), &header) ? &header : NULL));
}
