/*
 * management.c: whether an event is a management event.
 */
#include "cloudtrail.h"

#include "core/event/data_event.h"
#include "management.h"

CLOUDTRAIL_FUNCTION(cloudtrail_is_management);

bool
is_management_record(const ct_record *rec)
{
	ct_scratch	scratch = event_scratch(rec);

	return ct_is_management(rec, &scratch);
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
