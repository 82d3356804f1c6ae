/*
 * secret_mention.h: every way in which an event names secrets.
 *
 * secret.h gives the one secret that an event is about.  Here is what a
 * search has to look at: all names and ARNs in all places and lists.
 */
#ifndef CT_SECRET_MENTION_H
#define CT_SECRET_MENTION_H

#include "core/event/derived.h"
#include "core/secret/secret_id.h"

/*
 * Called with a secret as the event names it, which lives as long as the call;
 * false ends the walk.
 */
typedef bool (*ct_secret_way_visitor) (void *arg, const ct_secret_id *id);

/*
 * Visits every way in which an event names secrets, except what it also gives
 * better: a name or partial ARN beside the full ARN.  A bare name comes with
 * the event's own account and Region.  One may be visited twice.
 */
extern void ct_each_secret_way(const ct_record *rec, ct_scratch *scratch,
							   ct_secret_way_visitor visit, void *arg);

/* Whether the event may concern a secret. */
extern bool ct_concerns_secret(const ct_record *rec, ct_scratch *scratch,
							   const ct_secret_id *asked);

#endif							/* CT_SECRET_MENTION_H */
