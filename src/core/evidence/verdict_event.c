/*
 * verdict_event.c: what its events prove of a log file that no digest lists.
 */
#include <stdlib.h>
#include <string.h>

#include "core/event/derived.h"
#include "core/evidence/verdict.h"

/* An event rarely takes longer into a log file; clocks may differ by some minutes. */
#define DELAY_MAX		(INT64_C(6) * 3600 * 1000000)
#define CLOCKS_DIFFER	(INT64_C(5) * 60 * 1000000)

/*
 * Whether a file may be CloudTrail's though it has an event of a time that
 * proven digests are about: it was delivered when they were not, soon after
 * the event, as its name says.
 */
static bool
is_late(const ct_filename *name, ct_slice account_id, ct_slice region, int64_t time)
{
	return name->kind == CT_NAME_LOG && ct_same(name->account_id, account_id) &&
		ct_same(name->region, region) &&
		name->time >= time - CLOCKS_DIFFER && name->time - time <= DELAY_MAX;
}

bool
ct_verdict_event(const ct_verdict *v, ct_log_file *file, ct_slice account_id, ct_slice region,
				 int64_t time, bool special, bool global)
{
	const ct_filename *name = &file->name;

	if (account_id.ptr == NULL && name->kind != CT_NAME_UNKNOWN)
		account_id = name->account_id;
	/* The files of a Region have the events of services that have one Region only, too. */
	if (name->kind != CT_NAME_UNKNOWN && ct_same(name->account_id, account_id) &&
		(region.ptr == NULL || global))
		region = name->region;
	if ((special && name->kind == CT_NAME_OTHER) ||
		is_late(name, account_id, region, time) ||
		!ct_covers(v, account_id, region, time) ||
		!ct_covers(v, account_id, region, time + CT_DELIVERY))
		return true;
	file->status = CT_FILE_UNLISTED;
	file->broken = true;
	file->wants_events = false;
	return false;
}

/* Whether a service has one Region only, whose events are in the log files of others, too. */
static bool
is_global(ct_slice service)
{
	static const char *const services[] = {
		"iam", "sts", "signin", "cloudfront", "route53", "organizations", "support", "health",
		"waf", "shield"
	};

	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
	{
		if (ct_same(service, (ct_slice) {services[i], strlen(services[i])}))
			return true;
	}
	return false;
}

bool
ct_verdict_record(const ct_verdict *v, ct_log_file *file, const ct_record *rec)
{
	char	   *room = malloc(CT_SCRATCH_SIZE(rec->length));
	ct_scratch	scratch = {room, room + (room != NULL ? CT_SCRATCH_SIZE(rec->length) : 0)};
	bool		special = ct_is(rec, CT_FIELD_event_category, "Insight") ||
		ct_is(rec, CT_FIELD_event_category, "NetworkActivity") ||
		ct_has(rec, CT_FIELD_insight_details);
	bool		more = true;

	/* Without memory nothing is said of it: then the file is not proven either. */
	if (room != NULL)
	{
		ct_slice	service = ct_service(ct_filled(rec, CT_FIELD_event_source, &scratch));

		more = ct_verdict_event(v, file, ct_account_id(rec, &scratch),
								ct_filled(rec, CT_FIELD_aws_region, &scratch),
								rec->event_time, special, is_global(service));
	}
	free(room);
	return more;
}
