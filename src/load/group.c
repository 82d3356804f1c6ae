/*
 * group.c: imports files, several small ones at once.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blob.h"
#include "connection.h"
#include "file.h"
#include "group.h"
#include "look.h"
#include "text.h"

/* Types of parameters, whose OIDs never change. */
#define BYTEA_OID		17
#define BYTEA_ARRAY_OID	1001

/* So many files are a group at most. */
#define GROUP_MAX		500

/* Files of a group have no more bytes than this, but for a single larger one. */
#define GROUP_BYTES		((int64_t) 2 * 1000 * 1000)

/*
 * Before its elements, an array has five numbers: of dimensions, whether any is
 * null, type, elements, first index.
 */
#define ARRAY_HEAD		(5 * sizeof(uint32_t))

/* A larger message is not kept for the next group. */
#define MESSAGE_KEPT	((size_t) 16 * 1024 * 1024)

/* What is to be done with a file of a group. */
typedef enum group_part
{
	PART_UNLIKE,				/* nothing: it does not look like CloudTrail's */
	PART_SENT,					/* import it with the others */
	PART_ALONE					/* import it by itself */
} group_part;

typedef struct group_file
{
	load_file	file;
	s3_object  *object;			/* NULL if it is not one of S3 */
	group_part	part;
	int64_t		size;			/* as it was read */
	size_t		offset;			/* of its content in the message */
} group_file;

/* The message is an array of bytea as PostgreSQL receives it. */
typedef struct file_group
{
	group_file	files[GROUP_MAX];
	int			count;
	int			sent;			/* how many are to be imported with others */
	char	   *message;
	size_t		length;
	size_t		room;
} file_group;

/* Writes a number as PostgreSQL receives it. */
static void
put_number(char *to, size_t number)
{
	uint32_t	in_network_order = htonl((uint32_t) number);

	memcpy(to, &in_network_order, sizeof(in_network_order));
}

/* Adds the content of the file in hand to the message. */
static void
add_content(file_group *g, group_file *f, const worker *w)
{
	size_t		size = (size_t) f->size;

	if (g->length == 0)
		g->length = ARRAY_HEAD;
	f->offset = g->length + sizeof(uint32_t);
	if (f->offset + size > g->room)
	{
		g->room = f->offset + size + g->room / 2;
		g->message = resize_memory(g->message, g->room);
	}
	put_number(g->message + g->length, size);
	if (size > 0)
		memcpy(g->message + f->offset, w->content, size);
	g->length = f->offset + size;
	g->sent++;
}

/* Completes the message. */
static void
finish_message(file_group *g)
{
	const size_t head[] = {1, 0, BYTEA_OID, (size_t) g->sent, 1};

	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		put_number(g->message + i * sizeof(uint32_t), head[i]);
}

/* Takes a file in hand. */
static void
take_in_hand(worker *w, const group_file *f)
{
	w->path = f->file.path;
	w->size = f->file.size;
	w->object = f->object;
}

/* Adds a file to a group, with its content if it is small. */
static void
add_file(worker *w, file_group *g, load_file file)
{
	group_file *f = &g->files[g->count];

	*f = (group_file) {.file = file, .object = w->object, .part = PART_ALONE};
	take_in_hand(w, f);
	if (file.size >= 0 && file.size <= GROUP_BYTES)
	{
		f->size = read_file(w);
		if (f->size < 0)
		{
			release_file(w, file.path);
			return;
		}
		if (!is_named(w) && !has_log_words(w->content, (size_t) f->size))
			f->part = PART_UNLIKE;
		else
		{
			f->part = PART_SENT;
			add_content(g, f, w);
		}
	}
	g->count++;
}

/* Gathers the next files; may wait for the first of them, which may then be of any size. */
static void
gather_files(worker *w, file_group *g, bool wait)
{
	int			jobs = w->server->options->jobs > 0 ? w->server->options->jobs : 1;
	int			most;
	load_file	file;

	while (wait && g->count == 0 && take_file(w, &file))
		add_file(w, g, file);
	if (g->count > 0 && g->files[0].part == PART_ALONE)
		return;
	/* Other connections want some, too. */
	most = w->pool != NULL ? GROUP_MAX : 1 + feed_at_hand(w->feed) / jobs;
	while (g->count < GROUP_MAX && g->count < most &&
		   take_file_at_hand(w, GROUP_BYTES - (int64_t) g->length, &file))
		add_file(w, g, file);
}

/* Gathers the next group, once, while the server is busy with this one. */
static void
gather_next(worker *w)
{
	const char *path = w->path;
	int64_t		size = w->size;
	s3_object  *object = w->object;

	if (w->next == NULL || w->next->count > 0)
		return;
	gather_files(w, w->next, false);
	w->path = path;
	w->size = size;
	w->object = object;
}

/* What the server says of a file in a row of its answer. */
static import_result
read_result(const PGresult *answer, int row)
{
	return (import_result) {
		.kind = PQgetvalue(answer, row, 0),
		.events = strtoull(PQgetvalue(answer, row, 1), NULL, 10),
		.inserted = strtoull(PQgetvalue(answer, row, 2), NULL, 10),
		.duplicates = strtoull(PQgetvalue(answer, row, 3), NULL, 10),
		.rejects = strtoull(PQgetvalue(answer, row, 4), NULL, 10),
		.known = PQgetvalue(answer, row, 5)[0] == 't'
	};
}

/*
 * Finds the signature of the digest in hand: its object's, or one that lies
 * beside it; its length, or 0.
 */
static size_t
find_signature(const worker *w, uint8_t signature[CT_SIGNATURE_MAX])
{
	if (w->object == NULL)
		return read_signature(w->path, w->server->options, signature);
	memcpy(signature, w->object->signature, w->object->signature_length);
	return w->object->signature_length;
}

/* Adds the signature of the digest in hand, if there is one. */
static void
add_signature(worker *w, const char *source)
{
	uint8_t		signature[CT_SIGNATURE_MAX];
	char		digits[2 * CT_SIGNATURE_MAX + 1];
	size_t		length = find_signature(w, signature);
	PGresult   *answer = NULL;

	if (length == 0)
		return;
	ct_hex_encode(signature, length, digits);
	switch (run_query(w, w->server->signature_query, NULL,
					  (const char *const[3]) {w->server->trail, source, digits},
					  NULL, NULL, &answer))
	{
		case ANSWERED:
			PQclear(answer);
			break;
		case STOPPED:
			break;
		default:
			report_complaint(w->report, w->path, w->message);
	}
}

/* The file in hand is in the trail. */
static void
finish_file(worker *w, int64_t size, const PGresult *answer, int row)
{
	import_result result = read_result(answer, row);
	char	   *source;

	if (strcmp(result.kind, "digest") == 0)
	{
		source = valid_utf8(source_of(w->path));
		add_signature(w, source);
		free(source);
	}
	report_loaded(w->report, w->path, size, &result);
}

/* Imports the file in hand by itself; false where the worker cannot go on. */
static bool
import_content(worker *w, const char *content, int64_t size)
{
	char	   *source = valid_utf8(source_of(w->path));
	PGresult   *answer = NULL;
	outcome		o;

	o = run_query(w, w->server->import_query, (const Oid[3]) {0, 0, BYTEA_OID},
				  (const char *const[3]) {w->server->trail, source, content},
				  (const int[3]) {0, 0, (int) size}, (const int[3]) {0, 0, 1}, &answer);
	free(source);
	switch (o)
	{
		case ANSWERED:
			finish_file(w, size, answer, 0);
			PQclear(answer);
			return true;
		case FILE_FAILED:
		case ALL_FAILS:
			fail_file(w);
			return o == FILE_FAILED;
		default:
			report_untried(w->report, 1);
			return false;
	}
}

/* Reads the file in hand and imports it by itself; false where the worker cannot go on. */
static bool
import_alone(worker *w)
{
	file_group *next = w->next;
	int64_t		size = read_file(w);
	bool		going = true;

	if (size < 0)
		return true;
	/* What is gathered would be read into the buffer that has its content. */
	w->next = NULL;
	if (is_named(w) || has_log_words(w->content, (size_t) size))
		going = import_content(w, w->content, size);
	else
		report_unlike(w->report, w->path, size);
	w->next = next;
	return going;
}

/*
 * Imports those files of a group that go together; the answer has a row for
 * each, if it is not NULL.
 */
static outcome
import_together(worker *w, file_group *g, PGresult **answer)
{
	char	  **sources = get_memory((size_t) g->sent * sizeof(char *));
	int			count = 0;
	char	   *array;
	outcome		o;

	for (int i = 0; i < g->count; i++)
		if (g->files[i].part == PART_SENT)
			sources[count++] = valid_utf8(source_of(g->files[i].file.path));
	array = text_array(sources, count);
	w->path = NULL;
	w->object = NULL;
	while (count > 0)
		free(sources[--count]);
	free(sources);
	finish_message(g);
	o = run_query(w, w->server->group_query, (const Oid[3]) {0, 0, BYTEA_ARRAY_OID},
				  (const char *const[3]) {w->server->trail, array, g->message},
				  (const int[3]) {0, 0, (int) g->length}, (const int[3]) {0, 0, 1}, answer);
	free(array);
	return o;
}

/*
 * Imports a file of a group, unless the server has done so already; false where
 * the worker cannot go on.
 */
static bool
import_file(worker *w, const file_group *g, const group_file *f, const PGresult *answer, int row)
{
	switch (f->part)
	{
		case PART_UNLIKE:
			report_unlike(w->report, w->path, f->size);
			return true;
		case PART_SENT:
			if (answer == NULL || PQgetisnull(answer, row, 0))
				return import_content(w, g->message + f->offset, f->size);
			finish_file(w, f->size, answer, row);
			return true;
		default:
			return import_alone(w);
	}
}

/* Empties a group whose files are done with. */
static void
empty_group(file_group *g)
{
	g->count = g->sent = 0;
	g->length = 0;
	if (g->room > MESSAGE_KEPT)
	{
		free(g->message);
		g->message = NULL;
		g->room = 0;
	}
}

/* Imports a group; false where the worker cannot go on. */
static bool
import_group(worker *w, file_group *g)
{
	PGresult   *answer = NULL;
	outcome		o = g->sent > 1 ? import_together(w, g, &answer) : FILE_FAILED;
	bool		going = true;
	int			row = 0;

	for (int i = 0; i < g->count; i++)
	{
		const group_file *f = &g->files[i];
		bool		sent = f->part == PART_SENT;

		take_in_hand(w, f);
		if (going && o == ALL_FAILS && sent)
		{
			fail_file(w);
			going = false;
		}
		else if (o == STOPPED ||
				 (!going && !(sent && answer != NULL && !PQgetisnull(answer, row, 0))))
			report_untried(w->report, 1);
		else
			going = import_file(w, g, f, answer, row) && going;
		row += sent;
		if (report_brake(w->report, w->path))
			stop_workers(w);
		release_file(w, f->file.path);
	}
	PQclear(answer);
	empty_group(g);
	return going && o != STOPPED;
}

/* Reports that the files of a group were not tried. */
static void
abandon_group(worker *w, file_group *g)
{
	for (int i = 0; i < g->count; i++)
	{
		take_in_hand(w, &g->files[i]);
		report_untried(w->report, 1);
		release_file(w, g->files[i].file.path);
	}
	empty_group(g);
}

void
import_groups(worker *w)
{
	file_group *groups = get_memory(2 * sizeof(file_group));
	file_group *now = &groups[0];
	bool		going;

	memset(groups, 0, 2 * sizeof(file_group));
	w->while_busy = gather_next;
	do
	{
		/* To ask the ledger for files takes the connection, which has nothing else to do now. */
		gather_files(w, now, true);
		w->next = now == &groups[0] ? &groups[1] : &groups[0];
		going = now->count > 0 && import_group(w, now);
		now = w->next;
		w->next = NULL;
	} while (going);
	abandon_group(w, now);
	free(groups[0].message);
	free(groups[1].message);
	free(groups);
}
