/*
 * policy_value.h: the values in IAM policies, and how much they fix.
 *
 * A value is fixed if it holds neither a wildcard (* or ?) nor a policy
 * variable (${...}).
 */
#ifndef CT_POLICY_VALUE_H
#define CT_POLICY_VALUE_H

#include "core/event/record.h"

struct json_object;

/* Where the values of one key were read to; all zero to begin with. */
typedef struct ct_policy_values
{
	size_t		next;
	bool		malformed;		/* met what is not a value */
} ct_policy_values;

/*
 * Gives the next of the values under a key, which is one value or an array of
 * them; false behind the last.
 */
extern bool ct_next_policy_value(struct json_object *values, ct_policy_values *at, ct_slice *value);

/* Whether a text is a name, A being a. */
extern bool ct_is_name(ct_slice text, const char *name);

/* Whether a text has neither a wildcard nor a policy variable; the empty one fixes nothing. */
extern bool ct_is_fixed(ct_slice text);

/*
 * Whether an ARN is fixed, or a pattern of ARNs of one account.  by_part
 * reports whether a wildcard stays within one part of the ARN, as in ArnLike.
 */
extern bool ct_is_fixed_arn(ct_slice arn, bool by_part);

/* Whether a path of an organization (o-.../r-.../ou-...) begins with a fixed organization. */
extern bool ct_is_fixed_organization(ct_slice path);

/* Whether a unique id is fixed, or a pattern of the sessions of one role or user. */
extern bool ct_is_fixed_user_id(ct_slice id);

/*
 * Whether an address or a range of addresses is narrow.  *ipv4 counts
 * the IPv4 addresses of the ranges that are listed together, 0 to begin with.
 */
extern bool ct_is_narrow_range(ct_slice range, uint64_t *ipv4);

/* The account of twelve digits that a text is, or an ARN is of; none where there is no such. */
extern ct_slice ct_named_account(ct_slice text);

#endif							/* CT_POLICY_VALUE_H */
