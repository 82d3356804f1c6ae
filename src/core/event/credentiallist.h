/*
 * credentiallist.h: what an event that issues credentials says, the columns of issued_credentials.
 *
 * It has no include guard: each reader defines the macro it needs and includes
 * it.  struct ct_credential, the row of cloudtrail_issued_credential() and, by
 * sql/gen_fields.pl, that function's columns are made of it.
 *
 * CT_CREDENTIAL(name, type, comment)
 *
 * The types are those of factlist.h.
 */
CT_CREDENTIAL(event_source, text, "The service that issued the credentials")
CT_CREDENTIAL(event_name, text, "The action that issued them")
CT_CREDENTIAL(account_id, text, "The account the event belongs to")
CT_CREDENTIAL(aws_region, text, "The Region the request was made to")
CT_CREDENTIAL(issued_key, text, "Access key that was issued, if the event has it")
CT_CREDENTIAL(issued_id, text, "Unique identifier of the role or user that the session is of, without the session name")
CT_CREDENTIAL(issued_name, text, "Name of the session, which the caller chose")
CT_CREDENTIAL(issued_arn, text, "ARN of the session")
CT_CREDENTIAL(issued_sign_in, text, "ARN of the sign-in session that the credentials belong to")
CT_CREDENTIAL(permission_set, text, "Permission set of IAM Identity Center that the role was made from")
CT_CREDENTIAL(caller, text, "Who asked for the credentials: as actor")
CT_CREDENTIAL(caller_account, text, "Account of the caller")
CT_CREDENTIAL(caller_id, text, "Unique identifier of the caller, without the session name")
CT_CREDENTIAL(caller_name, text, "Name of the caller's session")
CT_CREDENTIAL(caller_key, text, "Access key that signed the request")
CT_CREDENTIAL(caller_created_at, timestamptz, "When the caller's own credentials were issued")
CT_CREDENTIAL(caller_in_console, boolean, "True if the caller's credentials came from a console session")
CT_CREDENTIAL(caller_sign_in, text, "ARN of the sign-in session that the caller's credentials belong to")
CT_CREDENTIAL(source_ip, inet, "Address the request came from, null if it is not an address")
CT_CREDENTIAL(user_agent, text, "The agent that made the request")
CT_CREDENTIAL(source_identity, text, "The source identity that the session has: what the caller set, or inherited")
CT_CREDENTIAL(shared_event_id, text, "Common to the copies of one event that several accounts received")
CT_CREDENTIAL(origin, text, "Who stands behind the session, if the event shows it")
CT_CREDENTIAL(origin_kind, text, "What that is: human, workload, service or unknown; null if the caller's session must tell")
CT_CREDENTIAL(origin_method, text, "How that is known")
