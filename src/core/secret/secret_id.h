/*
 * secret_id.h: how a secret can be named, and whether two names may mean one secret.
 *
 * A secret has a name and an ARN, which ends in the name, a hyphen and six
 * letters or digits: the suffix.  The service also takes the ARN without it,
 * a partial ARN.  The text alone does not tell "...:secret:app-config" as the
 * partial ARN of app-config from the full one of app.
 */
#ifndef CT_SECRET_ID_H
#define CT_SECRET_ID_H

#include "core/base/error.h"
#include "core/event/record.h"

/* Longest secretId that the service accepts. */
#define CT_SECRET_ID_MAX	2048

/* Longest name that a secret can have. */
#define CT_SECRET_NAME_MAX	512

/* A secret as it is named somewhere; points into that text. */
typedef struct ct_secret_id
{
	bool		is_arn;
	ct_slice	account;		/* none where it is not known */
	ct_slice	region;			/* the same */
	ct_slice	name;			/* of an ARN: its end, maybe with the suffix */
} ct_secret_id;

/* Whether a byte may stand in the name of a secret; managed ones have a "!". */
extern bool ct_is_secret_name_char(char c);

/* Whether a text is the ARN of a secret, full or partial. */
extern bool ct_is_secret_arn(ct_slice s);

/* Whether an ARN or name ends as a full ARN does: in a hyphen and six letters or digits. */
extern bool ct_has_secret_suffix(ct_slice s);

/* A name or the end of an ARN without its suffix; the whole where it has none. */
extern ct_slice ct_without_suffix(ct_slice name);

/* Takes the ARN of a secret apart. */
extern ct_secret_id ct_secret_id_of_arn(ct_slice arn);

/* Takes apart what names a secret: an ARN, else a name of which no more is known. */
extern ct_secret_id ct_secret_id_of(ct_slice text);

/* Reads what a person gives to name a secret: a full ARN, a partial one or a name. */
extern bool ct_read_secret_id(ct_slice text, ct_secret_id *id, ct_error *err);

/*
 * Whether what an event names may be the secret that a person asks for.
 * A bare name asks for that name in every account and Region.
 */
extern bool ct_secret_matches(const ct_secret_id *asked, const ct_secret_id *named);

#endif							/* CT_SECRET_ID_H */
