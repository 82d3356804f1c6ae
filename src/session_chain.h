/*
 * session_chain.h: the way from a session up to who stands behind it.
 */
#ifndef CLOUDTRAIL_SESSION_CHAIN_H
#define CLOUDTRAIL_SESSION_CHAIN_H

#include "cloudtrail.h"

#include "session_lookup.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* A chain has no more links; the longest that AWS's own services make has fewer. */
#define CHAIN_LINKS_MAX	16

/* The times of use, from one until before another, for which the same is found. */
typedef struct Uses
{
	TimestampTz from;
	TimestampTz before;
} Uses;

/* What is known of a session; texts are NULL if they are not known. */
typedef struct Session
{
	TimestampTz used_at;
	Uses	   *uses;			/* narrowed by what is found; NULL if nobody asks */
	char	   *account_id;
	char	   *principal_id;
	char	   *name;
	char	   *access_key_id;
	bool		has_created_at;
	TimestampTz created_at;
	bool		in_console;
	char	   *shared_event_id;	/* of the call that it made */
	char	   *sign_in;		/* ARN of the sign-in session that it belongs to */
} Session;

/* Who stands behind a session. */
typedef struct Origin
{
	char	   *id;
	char	   *kind;			/* NULL if the session must tell */
	char	   *method;
} Origin;

/* An event that issued a session's credentials. */
typedef struct Link
{
	const char *method;			/* how it is known that it did */
	TimestampTz event_time;
	pg_uuid_t	event_key;
	char	   *event_name;
	char	   *account_id;
	char	   *aws_region;
	char	   *issued_key;
	char	   *issued_sign_in;
	char	   *permission_set; /* of IAM Identity Center, if the role was made from one */
	char	   *issued_id;
	char	   *source_identity;
	char	   *shared_event_id;
	char	   *caller;
	Session		session;		/* the caller's */
	Origin		origin;
} Link;

/* The links from a session upward, and where they end. */
typedef struct Chain
{
	Link		links[CHAIN_LINKS_MAX];
	int			count;
	Origin		origin;
	char	   *missing_account;	/* whose trail would have the event that is missing */
	char	   *missing_region; /* and of which Region; NULL if that is not known */
	char	   *used_region;	/* where what it issued was used; NULL if the session did that */
	bool		is_missing;
	TimestampTz missing_at;
} Chain;

/*
 * Follows a session upward.  What is found lives as long as that of the
 * lookups does.
 */
extern void follow_session(Lookups *lookups, const Session *session, Chain *chain);

/*
 * Adds the event by which a user asked the portal of IAM Identity Center for
 * the credentials, if the last link is the call that the portal made for them.
 * Nothing but account, permission set and time ties the two together, so it
 * adds where the user was and with which agent, but no origin.
 */
extern void add_portal(Lookups *lookups, Chain *chain);

#endif							/* CLOUDTRAIL_SESSION_CHAIN_H */
