/*
 * secret_place.h: the places where an event names secrets.
 */
#ifndef CT_SECRET_PLACE_H
#define CT_SECRET_PLACE_H

#include "core/event/derived.h"

/* Whether the event is one of Secrets Manager's own. */
extern bool ct_is_secretsmanager(const ct_record *rec);

/* The field if it is the ARN of a secret. */
extern ct_slice ct_secret_arn_in(const ct_record *rec, ct_field field, ct_scratch *scratch);

/*
 * Whether resources[] may have secrets. For most events a look at the bytes
 * is enough to say that it has none.
 */
extern bool ct_resources_may_have_secrets(const ct_record *rec);

/* What can be the name of a secret; the ARN of anything else cannot. */
extern ct_slice ct_as_secret_name(ct_slice s);

/*
 * The ARN in the requestID of a service event: Rotation-<ARN>-<token> or
 * SecretDeleteMessage:<ARN>:<time>:Forced.
 */
extern ct_slice ct_secret_in_request_id(const ct_record *rec, ct_scratch *scratch);

/* The token in the requestID of a rotation of a secret: what follows the ARN. */
extern ct_slice ct_token_in_request_id(ct_slice request_id, ct_slice secret_arn);

/* What a refusal names: "... on resource: X because ...", ARN or name, secret or not. */
extern ct_slice ct_resource_in_message(const ct_record *rec, ct_scratch *scratch);

/* Called with a text that lives as long as the call, and room; false ends the walk. */
typedef bool (*ct_text_visitor) (void *arg, ct_slice text, ct_scratch *scratch);

/* Visits what the elements of an array name: strings, or the ARNs of objects. */
extern void ct_each_listed(const ct_record *rec, ct_field field, ct_scratch *scratch,
						   ct_text_visitor visit, void *arg);

#endif							/* CT_SECRET_PLACE_H */
