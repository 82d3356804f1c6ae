/*
 * match.c: the operators that ask what an event did (@~) and to which secret (@@).
 */
#include "cloudtrail.h"

#include "core/secret/secret_mention.h"
#include "pattern.h"

CLOUDTRAIL_FUNCTION(cloudtrail_event_matches);
CLOUDTRAIL_FUNCTION(cloudtrail_event_concerns);

/* event @~ action: whether the event's action matches a pattern. */
Datum
cloudtrail_event_matches(PG_FUNCTION_ARGS)
{
	Datum		event = PG_GETARG_DATUM(0);
	ct_action_pattern pattern = action_of(PG_GETARG_VARLENA_PP(1));
	ct_stored	stored;
	ct_slice	service;
	ct_slice	name;
	const ct_record *rec;
	ct_scratch	scratch;

	/* Most events have another name, which the header tells. */
	if (event_peek(event, CT_STORED_EVENT_NAME, &name) && !ct_glob_matches(pattern.name, name))
		PG_RETURN_BOOL(false);
	if (event_header(event, &stored) &&
		!stored.elsewhere[CT_STORED_EVENT_NAME] && !stored.elsewhere[CT_STORED_EVENT_SOURCE])
	{
		name = stored.text[CT_STORED_EVENT_NAME];
		service = stored.text[CT_STORED_EVENT_SOURCE];
		if (!(stored.flags & CT_STORED_AMAZONAWS_COM))
			service = ct_service(service);
	}
	else
	{
		rec = event_record(event);
		scratch = event_scratch(rec);
		name = ct_text(rec, CT_FIELD_event_name, &scratch);
		service = ct_service(ct_text(rec, CT_FIELD_event_source, &scratch));
	}
	PG_RETURN_BOOL(name.len > 0 && service.len > 0 && ct_action_matches(&pattern, service, name));
}

/* Tells by the header that an event names no secret at all, as most do. */
static bool
names_no_secret(Datum event)
{
	ct_stored	stored;
	ct_slice	source;

	if (!event_header(event, &stored))
		return false;
	source = stored.text[CT_STORED_EVENT_SOURCE];
	return stored.text[CT_STORED_SECRET_ARN].ptr == NULL &&
		!stored.elsewhere[CT_STORED_SECRET_ARN] && !stored.elsewhere[CT_STORED_EVENT_SOURCE] &&
		!ct_starts_with(source, "secretsmanager");
}

/* event @@ secret: whether the event may concern a secret, however either side names it. */
Datum
cloudtrail_event_concerns(PG_FUNCTION_ARGS)
{
	Datum		event = PG_GETARG_DATUM(0);
	ct_secret_id asked;
	const ct_record *rec;
	ct_scratch	scratch;

	if (names_no_secret(event))
		PG_RETURN_BOOL(false);
	asked = secret_of(PG_GETARG_VARLENA_PP(1));
	rec = event_record(event);
	scratch = event_scratch(rec);
	PG_RETURN_BOOL(ct_concerns_secret(rec, &scratch, &asked));
}
