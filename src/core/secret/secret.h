/*
 * secret.h: which secrets of AWS Secrets Manager an event concerns.
 *
 * An event names its secret in one or more of ten places, by ARN, by ARN
 * without the random suffix (a partial ARN) or by name.
 */
#ifndef CT_SECRET_H
#define CT_SECRET_H

#include "core/event/derived.h"
#include "core/secret/secret_id.h"

/*
 * Where an event names its secret, most trustworthy first.  The numbers are
 * in stored events: append only, and at most 15.
 */
typedef enum ct_secret_source
{
	CT_SECRET_NONE,
	CT_SECRET_RESPONSE,			/* responseElements.arn */
	CT_SECRET_SERVICE_EVENT,	/* additionalEventData.ARN or SecretId */
	CT_SECRET_RESOURCE,			/* resources[].ARN */
	CT_SECRET_REQUEST_ARN,		/* requestParameters.secretId, a full ARN */
	CT_SECRET_KMS,				/* encryptionContext.SecretARN */
	CT_SECRET_REQUEST_ID,		/* Rotation-<ARN>-... */
	CT_SECRET_MESSAGE_ARN,		/* an ARN in errorMessage */
	CT_SECRET_PARTIAL_ARN,		/* requestParameters.secretId, an ARN without suffix */
	CT_SECRET_NAME,				/* a name in the request, the event's data or the refusal */
	CT_SECRET_LIST				/* requestParameters.secretIdList[] */
} ct_secret_source;

typedef struct ct_secret
{
	ct_secret_source source;
	ct_slice	id;				/* as the event gives it: an ARN or a name */
} ct_secret;

/* Finds the secret an event concerns; source NONE if it concerns none, or several. */
extern ct_secret ct_find_secret(const ct_record *rec, ct_scratch *scratch);

/* The word for a source, such as "response"; NULL for none. */
extern const char *ct_secret_source_name(ct_secret_source source);

/* The ARN that an identity stands for: itself, or the partial ARN its name implies. */
extern ct_slice ct_secret_arn_of_id(const ct_record *rec, ct_slice id, ct_scratch *scratch);

/* The ARN of the secret that was found, partial where only its name is known. */
extern ct_slice ct_arn_of_secret(const ct_record *rec, const ct_secret *secret,
								 ct_scratch *scratch);

/* The name of the secret that was found: of an ARN its end, without what looks like the suffix. */
extern ct_slice ct_name_of_secret(const ct_secret *secret);

/* The secret as the caller named it, or as a refusal does. */
extern ct_slice ct_secret_id_given(const ct_record *rec, ct_scratch *scratch);

/* The ARN of the secret, partial where only its name is known. */
extern ct_slice ct_secret_arn(const ct_record *rec, ct_scratch *scratch);

/* The name of the secret. */
extern ct_slice ct_secret_name(const ct_record *rec, ct_scratch *scratch);

/*
 * Whether it is an event of KMS by which Secrets Manager only tries whether
 * the caller may use a key: nothing is encrypted, and the secret may never be
 * made.
 */
extern bool ct_is_key_trial(const ct_record *rec);

/*
 * The version of the secret that was read or made. The token of a request
 * becomes the version's id, but only PutSecretValue and RotateSecret are sure
 * to make a version.
 */
extern ct_slice ct_secret_version_id(const ct_record *rec, ct_scratch *scratch);

/* Called with the ARN of each secret, which lives as long as the call. */
typedef void (*ct_secret_visitor) (void *arg, ct_slice arn);

/* Visits all secrets an event concerns; one may be visited twice. */
extern void ct_each_secret(const ct_record *rec, ct_scratch *scratch,
						   ct_secret_visitor visit, void *arg);

#endif							/* CT_SECRET_H */
