/*
 * file.c: the file that a worker has in hand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blob.h"
#include "file.h"
#include "ledger.h"
#include "look.h"
#include "s3_uri.h"

/* A larger buffer is not kept for the next file. */
#define BUFFER_KEPT		(16 * 1024 * 1024)

bool
take_file(worker *w, load_file *file)
{
	w->object = NULL;
	if (w->pool != NULL)
		return fetch_take(w->pool, file, &w->object);
	return feed_take(w->feed, ask_ledger, w, file);
}

bool
take_file_at_hand(worker *w, int64_t max_size, load_file *file)
{
	w->object = NULL;
	if (w->pool != NULL)
		return fetch_take_at_hand(w->pool, max_size, file, &w->object);
	return feed_take_at_hand(w->feed, max_size, file);
}

bool
is_named(const worker *w)
{
	const load_options *options = w->server->options;

	for (int i = 0; i < options->path_count; i++)
		if (strcmp(w->path, options->paths[i]) == 0)
			return true;
	return options->all || has_log_name(w->path);
}

/*
 * Makes the content of the object in hand that of the file; its size, or -1 if
 * it could not be fetched.
 */
static int64_t
read_object(worker *w)
{
	const s3_object *object = w->object;

	if (object->outcome == S3_DONE)
	{
		w->content = object->response.length == 0 ? "" : object->response.body;
		return (int64_t) object->response.length;
	}
	snprintf(w->message, sizeof(w->message), "%s", object->reason);
	return -1;
}

void
fail_file(worker *w)
{
	report_failed(w->report, w->path, w->message);
	feed_failed(w->feed, w->path, w->size);
}

/* Reports that the file in hand could not be read. */
static void
report_unread(worker *w)
{
	if (w->feed->stop)
		report_untried(w->report, 1);
	else
		fail_file(w);
}

int64_t
read_file(worker *w)
{
	int64_t		size;

	if (w->object != NULL)
		size = read_object(w);
	else
	{
		size = read_blob(w->path, w->server->options, w->server->options->max_size, &w->feed->stop,
						 &w->buffer, &w->room, w->message, sizeof(w->message));
		w->content = w->buffer;
	}
	if (size < 0)
		report_unread(w);
	else if (w->verified != NULL &&
			 !evidence_holds(w->verified, w->path, w->content, (size_t) size))
	{
		/* What is loaded is what was verified. */
		report_failed(w->report, w->path, "was changed after it was verified");
		return -1;
	}
	return size;
}

void
check_file(worker *w)
{
	int64_t		size;

	if (w->object == NULL)
		size = evidence_add(w->evidence, w->path, &w->feed->stop, w->message, sizeof(w->message));
	else
	{
		size = read_object(w);
		if (size >= 0)
			evidence_add_object(w->evidence, w->path, w->content, (size_t) size,
								(ct_slice) {(const char *) w->object->signature,
											w->object->signature_length});
	}
	if (size < 0)
		report_unread(w);
	else
		report_checked(w->report, size);
}

void
plan_file(worker *w, int64_t size)
{
	bool		named = is_named(w) || s3_is_uri(w->path);

	if (!named && (size = read_file(w)) < 0)
		return;
	if (named || has_log_words(w->content, (size_t) size))
		report_planned(w->report, w->path, size);
	else
		report_unlike(w->report, w->path, size);
}

void
release_file(worker *w, char *path)
{
	w->path = NULL;
	if (w->object != NULL)
		fetch_release(w->pool, w->object);
	w->object = NULL;
	if (w->room > BUFFER_KEPT)
	{
		free(w->buffer);
		w->buffer = NULL;
		w->room = 0;
	}
	free(path);
}
