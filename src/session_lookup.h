/*
 * session_lookup.h: finds the records that a session's chain is made of.
 */
#ifndef CLOUDTRAIL_SESSION_LOOKUP_H
#define CLOUDTRAIL_SESSION_LOOKUP_H

#include "session_index.h"

/* Where a chain looks things up, and the records that the last statement found. */
typedef struct Lookups
{
	Oid			credentials;	/* the table issued_credentials */
	bool		has_spi;		/* it is connected */
	TableScan	tables[2];		/* credentials, facts */
	Candidates	found;
} Lookups;

/*
 * Begins to look things up in a table issued_credentials, and in the facts
 * beside it, as far as the caller may see them.  What is found lives until the
 * end of that, or less if the caller's memory context does.
 */
extern void begin_lookups(Lookups *lookups, Oid credentials);
extern void end_lookups(Lookups *lookups);

/* Runs a statement; returns how many rows it found, in any order. */
extern int	look_up(Lookups *lookups, SessionStatement statement, const Datum *values);

#endif							/* CLOUDTRAIL_SESSION_LOOKUP_H */
