/*
 * s3_listing.h: lists the objects of a bucket, page by page.
 */
#ifndef LOAD_S3_LISTING_H
#define LOAD_S3_LISTING_H

#include "s3_client.h"

typedef struct s3_listing
{
	const char *bucket;
	const char *prefix;
	const char *start_after;	/* keys up to this one are left out; NULL: none */
	bool		delimited;		/* what lies below the next slash comes as one prefix */

	/* Called for each object; false ends the listing. */
	bool		(*take_key) (void *arg, const char *key, int64_t size);

	/* Called for each prefix. */
	void		(*take_prefix) (void *arg, const char *prefix);
	void	   *arg;
} s3_listing;

/* Lists. */
extern s3_outcome s3_list(s3_session *session, const s3_listing *listing, char *reason, size_t room);

/* One page of an answer. */
typedef struct s3_page
{
	const s3_listing *listing;
	char	   *key;
	int64_t		size;
	bool		is_listing;
	bool		truncated;
	bool		enough;
	char	   *token;
} s3_page;

/* Reads a page; false if it is not one. */
extern bool s3_page_read(s3_page *page, const char *xml, size_t length);

extern void s3_page_release(s3_page *page);

#endif							/* LOAD_S3_LISTING_H */
