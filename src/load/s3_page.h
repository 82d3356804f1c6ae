/*
 * s3_page.h: one page of the listing of a bucket.
 */
#ifndef LOAD_S3_PAGE_H
#define LOAD_S3_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Called for each object, of size -1 if that is not told; false ends the listing. */
typedef bool (*s3_handle_key) (void *arg, const char *key, int64_t size);

/* Called for each prefix. */
typedef void (*s3_handle_prefix) (void *arg, const char *prefix);

typedef struct s3_page
{
	s3_handle_key handle_key;
	s3_handle_prefix handle_prefix; /* may be NULL */
	void	   *arg;
	char	   *key;			/* of the object that is being read */
	int64_t		size;
	bool		is_listing;
	bool		truncated;		/* there is another page */
	bool		enough;			/* no more is wanted */
	char	   *token;			/* of the next page */
} s3_page;

/* Reads a page; false if it is not one. */
extern bool s3_page_read(s3_page *page, const char *xml, size_t length);

extern void s3_page_release(s3_page *page);

#endif							/* LOAD_S3_PAGE_H */
