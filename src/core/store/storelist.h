/*
 * storelist.h: which fields stand in a stored event's header, and in the index.
 *
 * It has no include guard: each reader defines the macros it needs and
 * includes it.  sql/gen_fields.pl derives from it what reading a column costs.
 *
 * CT_HEADER_TEXT(field, name)		CT_STORED_name of the header is the field's text
 * CT_HEADER_FLAG(field, name)		the flags at CT_STORED_name_SHIFT are the field's
 * CT_HEADER_COLUMN(column)			the header gives what is no field of the record
 * CT_FIELD_KEY(field, kind)		the field's text is a key of CT_KEY_kind
 * CT_DERIVED_KEY(column, kind)		so is what the function ct_column() works out
 * CT_COVERED_KEY(field, kind)		the same as CT_FIELD_KEY, of a field whose text, if it has
 *									any, is what the derived key of that kind is
 * CT_SECRET_KEY(field, names)		what the field names has the keys of a secret; names
 *									is false if only ARNs have
 *
 * A query by containment asks the index for the fields that have keys here,
 * and ct_each_key() gives all of them: neither lists them again.
 */
#ifndef CT_HEADER_TEXT
#define CT_HEADER_TEXT(field, name)
#endif
#ifndef CT_HEADER_FLAG
#define CT_HEADER_FLAG(field, name)
#endif
#ifndef CT_HEADER_COLUMN
#define CT_HEADER_COLUMN(column)
#endif
#ifndef CT_DERIVED_KEY
#define CT_DERIVED_KEY(column, kind)
#endif
#ifndef CT_FIELD_KEY
#define CT_FIELD_KEY(field, kind)
#endif
#ifndef CT_COVERED_KEY
#define CT_COVERED_KEY(field, kind)
#endif
#ifndef CT_SECRET_KEY
#define CT_SECRET_KEY(field, names)
#endif

CT_HEADER_TEXT(event_name, EVENT_NAME)
CT_HEADER_TEXT(event_source, EVENT_SOURCE)
CT_HEADER_TEXT(aws_region, AWS_REGION)
CT_HEADER_TEXT(error_code, ERROR_CODE)

CT_HEADER_FLAG(read_only, READ_ONLY)
CT_HEADER_FLAG(management_event, MANAGEMENT_EVENT)
CT_HEADER_FLAG(mfa_authenticated, MFA_AUTHENTICATED)

CT_HEADER_COLUMN(event_time)
CT_HEADER_COLUMN(event_key)
CT_HEADER_COLUMN(account_id)
CT_HEADER_COLUMN(source_ip)
CT_HEADER_COLUMN(succeeded)
CT_HEADER_COLUMN(principal_arn)
CT_HEADER_COLUMN(actor)
CT_HEADER_COLUMN(secret_arn)
CT_HEADER_COLUMN(secret_name)
CT_HEADER_COLUMN(secret_source)

CT_DERIVED_KEY(principal_arn, PRINCIPAL)
CT_COVERED_KEY(session_issuer_arn, PRINCIPAL)
CT_FIELD_KEY(user_arn, PRINCIPAL)
CT_FIELD_KEY(access_key_id, ACCESS_KEY)
CT_FIELD_KEY(source_ip_address, SOURCE_IP_ADDRESS)
CT_DERIVED_KEY(account_id, ACCOUNT)
CT_COVERED_KEY(recipient_account_id, ACCOUNT)
CT_FIELD_KEY(user_account_id, ACCOUNT)
CT_FIELD_KEY(aws_region, REGION)
CT_FIELD_KEY(error_code, ERROR_CODE)

CT_SECRET_KEY(request_secret_id, true)
CT_SECRET_KEY(request_encryption_context_secret_arn, false)

#undef CT_HEADER_TEXT
#undef CT_HEADER_FLAG
#undef CT_HEADER_COLUMN
#undef CT_DERIVED_KEY
#undef CT_FIELD_KEY
#undef CT_COVERED_KEY
#undef CT_SECRET_KEY
