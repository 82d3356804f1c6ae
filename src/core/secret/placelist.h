/*
 * placelist.h: fields of the field table in which an event names secrets.
 *
 * It has no include guard: each reader defines the macros it needs and
 * includes it.  The order is that of trust: an ARN of an earlier row goes
 * before one of a later row, and so does a name.
 *
 * CT_PLACE_ARN(field, source)		an ARN, in an event of Secrets Manager
 * CT_PLACE_ID(field, source)		there as well, an ARN or a name
 * CT_PLACE_NAME(field)				there as well, a name; of an ARN secret.c says more
 * CT_PLACE_OTHER(field, source)	an ARN, in an event of any service
 *
 * Lists, and texts that have more in them, are read by secret_place.c.
 */
#ifndef CT_PLACE_ARN
#define CT_PLACE_ARN(field, source)
#endif
#ifndef CT_PLACE_ID
#define CT_PLACE_ID(field, source)
#endif
#ifndef CT_PLACE_NAME
#define CT_PLACE_NAME(field)
#endif
#ifndef CT_PLACE_OTHER
#define CT_PLACE_OTHER(field, source)
#endif

CT_PLACE_ARN(response_arn, RESPONSE)
CT_PLACE_ARN(additional_arn, SERVICE_EVENT)
CT_PLACE_NAME(request_secret_id)
CT_PLACE_ID(additional_secret_id, SERVICE_EVENT)
CT_PLACE_NAME(additional_name)
CT_PLACE_NAME(response_name)
CT_PLACE_NAME(request_name)
CT_PLACE_OTHER(request_encryption_context_secret_arn, KMS)

#undef CT_PLACE_ARN
#undef CT_PLACE_ID
#undef CT_PLACE_NAME
#undef CT_PLACE_OTHER
