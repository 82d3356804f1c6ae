/*
 * s3_listing.h: lists the objects of a bucket, page by page.
 */
#ifndef LOAD_S3_LISTING_H
#define LOAD_S3_LISTING_H

#include "s3_client.h"
#include "s3_page.h"

typedef struct s3_listing
{
	const char *bucket;
	const char *prefix;
	const char *start_after;	/* keys up to this one are left out; NULL: none */
	bool		delimited;		/* what lies below the next slash comes as one prefix */

	s3_handle_key handle_key;
	s3_handle_prefix handle_prefix;
	void	   *arg;
} s3_listing;

/* Lists. */
extern s3_outcome s3_list(s3_session *session, const s3_listing *listing, char *reason,
						  size_t room);

#endif							/* LOAD_S3_LISTING_H */
