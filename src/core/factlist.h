/*
 * factlist.h: what is known of a secret from one event, the columns of secret_facts.
 *
 * It has no include guard: each reader defines the macro it needs and includes
 * it.  struct ct_secret_fact, the rows of cloudtrail_secret_facts() and, by
 * sql/gen_fields.pl, that function's columns are made of it.
 *
 * CT_FACT(name, type, comment)
 *
 * The types are those of SQL.  Only integer is never null.
 */
CT_FACT(item, integer, "0 for the secret that the event is about, or if it names none; from 1 for further ones, as a batch lists them")
CT_FACT(event_id, text, "CloudTrail's identifier of the event")
CT_FACT(event_source, text, "The service, for example secretsmanager.amazonaws.com; the same in every partition")
CT_FACT(event_name, text, "The action or service event")
CT_FACT(event_type, text, "AwsApiCall, AwsServiceEvent and others")
CT_FACT(account_id, text, "The account the event belongs to")
CT_FACT(aws_region, text, "The Region the request was made to")
CT_FACT(actor, text, "Who acted: ARN of the role or user, else what identifies them best")
CT_FACT(actor_kind, text, "What the actor is: role, user, root, federated user, identity center user, saml user, web identity user, service, account or unknown")
CT_FACT(user_type, text, "Type of the identity")
CT_FACT(actor_account, text, "Account of the identity")
CT_FACT(principal_id, text, "Unique identifier of the identity, without the session name")
CT_FACT(session_name, text, "Name of the role or federated session")
CT_FACT(source_identity, text, "The identity that the caller set when assuming a role")
CT_FACT(access_key_id, text, "Access key that signed the request")
CT_FACT(invoked_by, text, "The AWS service that made the request")
CT_FACT(on_behalf_of, text, "IAM Identity Center user the call was made for")
CT_FACT(source_ip, inet, "Address the request came from, null if it is not an address")
CT_FACT(user_agent, text, "The agent that made the request")
CT_FACT(secret_source, text, "Where the event names the secret: response, service_event, resource, request_arn, kms, request_id, message_arn, partial_arn, name or list; null if it names none")
CT_FACT(id_given, text, "The secret as the caller named it")
CT_FACT(secret_arn, text, "Full ARN of the secret, if the event itself contains it")
CT_FACT(partial_arn, text, "ARN of the secret without its suffix: of the full ARN, or implied by the name, the account and the Region")
CT_FACT(secret_name, text, "Name of the secret; if its full ARN is known, without what looks like the suffix")
CT_FACT(secret_account, text, "Account of the secret")
CT_FACT(secret_region, text, "Region of the secret")
CT_FACT(version_id, text, "Version of the secret that was read or made")
CT_FACT(version_stage, text, "Staging label that was asked for or moved")
CT_FACT(token, text, "Client request token, or that of a rotation")
CT_FACT(succeeded, boolean, "False if the event reports a failure")
CT_FACT(error_code, text, "The service's error code if the request failed")
CT_FACT(error_message, text, "Description of the error; a failed rotation has this one alone")
CT_FACT(read_only, boolean, "Whether the operation only reads")
CT_FACT(request_id, text, "The service's identifier of the request")
CT_FACT(shared_event_id, text, "Common to the copies of one event that several accounts received")
CT_FACT(original_event_id, text, "eventID of the event that this one updates")
CT_FACT(vpc_endpoint_id, text, "The VPC endpoint the request came through")
CT_FACT(from_console, boolean, "True if the credentials came from a console session")
CT_FACT(key_arn, text, "KMS key of the event or of the secret")
CT_FACT(trusted, boolean, "Whether secret_arn is the word of AWS, not of a caller")
CT_FACT(detail, jsonb, "Further parameters and results of the event; every scalar in it is a string")
