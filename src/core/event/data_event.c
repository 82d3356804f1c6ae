/*
 * data_event.c: whether an event is a management event or one of data.
 */
#include "core/event/data_event.h"

#include <string.h>

/* Whether a text has another in it. */
static bool
has_part(ct_slice text, const char *part)
{
	return text.ptr != NULL && memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

bool
ct_is_management(const ct_record *rec, ct_scratch *scratch)
{
	int			said = ct_bool(rec, CT_FIELD_management_event);
	ct_slice	category;
	ct_slice	source;
	ct_slice	name;

	if (said >= 0)
		return said == 1;
	category = ct_text(rec, CT_FIELD_event_category, scratch);
	if (category.ptr != NULL)
		return ct_same(category, CT_LITERAL("Management"));
	if (ct_has(rec, CT_FIELD_insight_details))
		return false;
	source = ct_text(rec, CT_FIELD_event_source, scratch);
	name = ct_text(rec, CT_FIELD_event_name, scratch);
	return !(ct_starts_with(source, "s3.amazonaws.com") &&
			 (has_part(name, "Object") || has_part(name, "Part") ||
			  has_part(name, "MultipartUpload"))) &&
		!(ct_starts_with(source, "lambda.amazonaws.com") && ct_starts_with(name, "Invoke"));
}
