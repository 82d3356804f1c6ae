/*
 * session_linklist.h: what is read of the records that a session's chain is made of:
 * columns of issued_credentials, and of secret_facts.
 *
 * It has no include guard: each reader defines the macro it needs and includes
 * it.  The columns that statements give, and the reading of their rows, are
 * made of it.
 *
 * LINK(column, TYPE, member of Link)
 * LINK_FACT(column, TYPE, member of Link)
 */
#ifndef LINK
#define LINK(column, TYPE, member)
#endif
#ifndef LINK_FACT
#define LINK_FACT(column, TYPE, member)
#endif

LINK(event_time, TIMESTAMPTZ, event_time)
LINK(event_key, UUID, event_key)
LINK(event_name, TEXT, event_name)
LINK(account_id, TEXT, account_id)
LINK(aws_region, TEXT, aws_region)
LINK(issued_key, TEXT, issued_key)
LINK(issued_id, TEXT, issued_id)
LINK(source_identity, TEXT, source_identity)
LINK(shared_event_id, TEXT, shared_event_id)
LINK(caller, TEXT, caller)
LINK(caller_account, TEXT, session.account_id)
LINK(caller_id, TEXT, session.principal_id)
LINK(caller_name, TEXT, session.name)
LINK(caller_key, TEXT, session.access_key_id)
LINK(caller_created_at, TIMESTAMPTZ, session.created_at)
LINK(caller_in_console, BOOL, session.in_console)
LINK(origin, TEXT, origin.id)
LINK(origin_kind, TEXT, origin.kind)
LINK(origin_method, TEXT, origin.method)
LINK(issued_sign_in, TEXT, issued_sign_in)
LINK(caller_sign_in, TEXT, session.sign_in)
LINK(permission_set, TEXT, permission_set)

LINK_FACT(access_key_id, TEXT, session.access_key_id)
LINK_FACT(session_created_at, TIMESTAMPTZ, session.created_at)
LINK_FACT(from_console, BOOL, session.in_console)
LINK_FACT(origin, TEXT, origin.id)
LINK_FACT(origin_kind, TEXT, origin.kind)
LINK_FACT(origin_method, TEXT, origin.method)
LINK_FACT(sign_in_session_arn, TEXT, session.sign_in)

#undef LINK
#undef LINK_FACT
