/*
 * s3_listing.c: lists the objects of a bucket, page by page.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "s3_listing.h"
#include "s3_uri.h"
#include "s3_xml.h"
#include "text.h"

/* A page of 1,000 keys, each encoded, has no more. */
#define PAGE_MAX	(16 * 1024 * 1024)

/* Takes what an object is called. */
static void
take_key(s3_page *page, const char *text)
{
	free(page->key);
	page->key = copy_text(text);
	s3_decode(page->key);
}

/* Takes the size of an object; -1 if it is not a number. */
static void
take_size(s3_page *page, const char *text)
{
	char	   *end;
	long long	size;

	errno = 0;
	size = strtoll(text, &end, 10);
	page->size = errno != 0 || end == text || *end != '\0' || size < 0 ? -1 : size;
}

/* An object is complete. */
static void
end_object(s3_page *page)
{
	const s3_listing *listing = page->listing;

	if (page->key != NULL && strlen(page->key) <= S3_KEY_MAX && !page->enough &&
		!listing->take_key(listing->arg, page->key, page->size))
		page->enough = true;
	free(page->key);
	page->key = NULL;
	page->size = -1;
}

/* A prefix is complete. */
static void
end_prefix(s3_page *page, const char *text)
{
	const s3_listing *listing = page->listing;
	char	   *prefix = copy_text(text);

	s3_decode(prefix);
	if (listing->take_prefix != NULL && strlen(prefix) <= S3_KEY_MAX && !page->enough)
		listing->take_prefix(listing->arg, prefix);
	free(prefix);
}

/* Takes an element of a page. */
static void
take_element(void *arg, const char *name, const char *parent, const char *text)
{
	s3_page    *page = arg;

	if (strcmp(parent, "Contents") == 0)
	{
		if (strcmp(name, "Key") == 0)
			take_key(page, text);
		else if (strcmp(name, "Size") == 0)
			take_size(page, text);
	}
	else if (strcmp(parent, "CommonPrefixes") == 0 && strcmp(name, "Prefix") == 0)
		end_prefix(page, text);
	else if (strcmp(parent, "") == 0)
		page->is_listing = strcmp(name, "ListBucketResult") == 0;
	else if (strcmp(parent, "ListBucketResult") != 0)
		return;
	else if (strcmp(name, "Contents") == 0)
		end_object(page);
	else if (strcmp(name, "IsTruncated") == 0)
		page->truncated = strcmp(text, "true") == 0;
	else if (strcmp(name, "NextContinuationToken") == 0)
	{
		free(page->token);
		page->token = copy_text(text);
	}
}

/* Reads a page; false if it is not one. */
bool
s3_page_read(s3_page *page, const char *xml, size_t length)
{
	page->size = -1;
	return s3_xml_read(xml, length, take_element, page) && page->is_listing;
}

void
s3_page_release(s3_page *page)
{
	free(page->key);
	free(page->token);
}

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
get_page(s3_session *session, const s3_listing *listing, char **token, bool *more, char *reason, size_t room)
{
	char	   *query = page_query(listing, *token);
	http_response response = {0};
	s3_page		page = {.listing = listing};
	s3_outcome	outcome = s3_get(session, listing->bucket, "", query, PAGE_MAX, &response, reason, room);

	if (outcome == S3_DONE && !s3_page_read(&page, response.length == 0 ? "" : response.body, response.length))
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

/* Lists. */
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
