/*
 * s3_listing.c: lists the objects of a bucket, page by page.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "s3_listing.h"
#include "s3_page.h"
#include "s3_uri.h"
#include "text.h"

/* A page of 1,000 keys, each encoded, has no more. */
#define PAGE_MAX	(16 * 1024 * 1024)

/* Writes "&name=value", encoded. */
static void
put_parameter(FILE *out, const char *name, const char *value)
{
	fprintf(out, "&%s=", name);
	s3_put_encoded(out, value, false);
}

/* The query for a page, to be freed. */
static char *
page_query(const s3_listing *listing, const char *token)
{
	text_stream stream;
	FILE	   *out = open_text(&stream);

	/* Encoded, since XML cannot have all that keys can. */
	fputs("list-type=2&encoding-type=url", out);
	put_parameter(out, "prefix", listing->prefix);
	if (listing->delimited)
		put_parameter(out, "delimiter", "/");
	if (token != NULL)
		put_parameter(out, "continuation-token", token);
	else if (listing->start_after != NULL)
		put_parameter(out, "start-after", listing->start_after);
	return close_text(&stream);
}

/* Gets a page, and the token of the one before gives way to its own. */
static s3_outcome
get_page(s3_session *session, const s3_listing *listing, char **token, bool *more, char *reason,
		 size_t room)
{
	char	   *query = page_query(listing, *token);
	http_response response = {0};
	s3_page		page = {
		.handle_key = listing->handle_key, .handle_prefix = listing->handle_prefix,
		.arg = listing->arg
	};
	s3_outcome	outcome = s3_get(session, listing->bucket, "", query, PAGE_MAX, &response, reason,
								 room);

	if (outcome == S3_DONE &&
		!s3_page_read(&page, response.length == 0 ? "" : response.body, response.length))
	{
		snprintf(reason, room, "the answer is not a listing of a bucket");
		outcome = S3_FAILED;
	}
	*more = outcome == S3_DONE && page.truncated && !page.enough;
	if (*more && (page.token == NULL || (*token != NULL && strcmp(page.token, *token) == 0)))
	{
		snprintf(reason, room, "the listing does not go on");
		outcome = S3_FAILED;
	}
	free(*token);
	*token = page.token;
	page.token = NULL;
	s3_page_release(&page);
	http_release(&response);
	free(query);
	return outcome;
}

s3_outcome
s3_list(s3_session *session, const s3_listing *listing, char *reason, size_t room)
{
	char	   *token = NULL;
	bool		more = true;
	s3_outcome	outcome = S3_DONE;

	while (more && outcome == S3_DONE)
		outcome = get_page(session, listing, &token, &more, reason, room);
	free(token);
	return outcome;
}
