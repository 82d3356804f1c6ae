/*
 * search_key.h: what an index finds an event by.
 */
#ifndef CT_SEARCH_KEY_H
#define CT_SEARCH_KEY_H

#include "core/event/derived.h"
#include "core/secret/secret_id.h"

/* Kinds of keys.  The numbers are in indexes on disk: append only, and at most 127. */
typedef enum ct_key_kind
{
	CT_KEY_ACTION = 1,			/* name in small letters, the service too, as scope */
	CT_KEY_SECRET = 2,			/* name of a secret, see ct_secret_key */
	CT_KEY_SECRET_IN_REGION = 3,	/* the same, with Region and account as scope */
	CT_KEY_PRINCIPAL = 4,		/* ARN of a role or user, or of the session */
	CT_KEY_ACCESS_KEY = 5,
	CT_KEY_SOURCE_IP_ADDRESS = 6,	/* as written */
	CT_KEY_RESOURCE = 7,		/* ARN in resources[] */
	CT_KEY_ACCOUNT = 8,			/* of the recipient and of the caller */
	CT_KEY_REGION = 9,
	CT_KEY_ERROR_CODE = 10
} ct_key_kind;

/* Called with a key, which lives as long as the call; scope is none where the kind has none. */
typedef void (*ct_key_visitor) (void *arg, ct_key_kind kind, ct_slice text, ct_slice scope);

/* Visits the keys of an event; one may be visited twice. */
extern void ct_each_key(const ct_record *rec, ct_scratch *scratch, ct_key_visitor visit, void *arg);

/*
 * The name under which the index has a secret that an event names so: the
 * name itself, or the end of the ARN without what may be its suffix.
 */
extern ct_slice ct_secret_key(const ct_secret_id *id);

/*
 * The scope of a secret that an ARN names: "region:account", which stand side
 * by side in it.  Of a bare name it is the event's own Region and account,
 * each of them empty where it is not known.
 */
static inline ct_slice
ct_arn_scope(const ct_secret_id *id)
{
	return (ct_slice) {id->region.ptr, id->region.len + 1 + id->account.len};
}

/*
 * The names under which the index may have events of a secret that is asked
 * for: at most three, of which one may be a suffix shorter than the other.
 */
#define CT_SECRET_KEYS_MAX	3
extern int	ct_asked_secret_keys(ct_slice name, ct_slice keys[CT_SECRET_KEYS_MAX]);

#endif							/* CT_SEARCH_KEY_H */
