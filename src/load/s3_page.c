/*
 * s3_page.c: one page of the listing of a bucket.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "s3_page.h"
#include "s3_uri.h"
#include "s3_xml.h"
#include "text.h"

/* Reads what an object is called. */
static void
read_key(s3_page *page, const char *text)
{
	free(page->key);
	page->key = copy_text(text);
	s3_decode(page->key);
}

/* Reads the size of an object; -1 if it is not a number. */
static void
read_size(s3_page *page, const char *text)
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
	if (page->key != NULL && strlen(page->key) <= S3_KEY_MAX && !page->enough &&
		!page->handle_key(page->arg, page->key, page->size))
		page->enough = true;
	free(page->key);
	page->key = NULL;
	page->size = -1;
}

/* A prefix is complete. */
static void
end_prefix(s3_page *page, const char *text)
{
	char	   *prefix = copy_text(text);

	s3_decode(prefix);
	if (page->handle_prefix != NULL && strlen(prefix) <= S3_KEY_MAX && !page->enough)
		page->handle_prefix(page->arg, prefix);
	free(prefix);
}

/* Handles an element of a page. */
static void
handle_element(void *arg, const char *name, const char *parent, const char *text)
{
	s3_page    *page = arg;

	if (strcmp(parent, "Contents") == 0)
	{
		if (strcmp(name, "Key") == 0)
			read_key(page, text);
		else if (strcmp(name, "Size") == 0)
			read_size(page, text);
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

bool
s3_page_read(s3_page *page, const char *xml, size_t length)
{
	page->size = -1;
	return s3_xml_read(xml, length, handle_element, page) && page->is_listing;
}

void
s3_page_release(s3_page *page)
{
	free(page->key);
	free(page->token);
}
