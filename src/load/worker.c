/*
 * worker.c: a thread with a connection that loads files, several at a time.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blob.h"
#include "connection.h"
#include "group.h"
#include "look.h"
#include "s3_uri.h"
#include "text.h"

/* A larger buffer is not kept for the next file. */
#define BUFFER_KEPT		(16 * 1024 * 1024)

char *
text_array(char *const *texts, int count)
{
	size_t		room = 3;
	char	   *array;
	char	   *p;

	for (int i = 0; i < count; i++)
		room += 2 * strlen(texts[i]) + 3;
	p = array = get_memory(room);
	*p++ = '{';
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			*p++ = ',';
		*p++ = '"';
		for (const char *t = texts[i]; *t != '\0'; t++)
		{
			if (*t == '"' || *t == '\\')
				*p++ = '\\';
			*p++ = *t;
		}
		*p++ = '"';
	}
	*p++ = '}';
	*p = '\0';
	return array;
}

/* Compares two texts. */
static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Keeps of a batch what the ledger answered to be missing. */
static void
keep_missing(worker *w, const PGresult *answer, load_file *files, char **sources, int *count)
{
	int			missing_count = PQntuples(answer);
	char	  **missing = get_memory(((size_t) missing_count + 1) * sizeof(char *));
	int			kept = 0;

	for (int i = 0; i < missing_count; i++)
		missing[i] = PQgetvalue(answer, i, 0);
	qsort(missing, (size_t) missing_count, sizeof(char *), compare_texts);
	for (int i = 0; i < *count; i++)
	{
		if (files[i].size < 0 ||
			bsearch(&sources[i], missing, (size_t) missing_count, sizeof(char *),
					compare_texts) != NULL)
			files[kept++] = files[i];
		else
		{
			report_known(w->report, files[i].path, files[i].size);
			free(files[i].path);
		}
	}
	*count = kept;
	free(missing);
}

bool
ask_ledger(void *asker, load_file *files, int *count)
{
	worker	   *w = asker;
	char	   *sources[BATCH_SIZE];
	char		sizes[BATCH_SIZE * 21 + 3];
	char	   *p = sizes;
	char	   *array;
	PGresult   *answer = NULL;
	outcome		o;

	/* A dry run may come before the trail is made. */
	if (w->evidence != NULL || w->server->trail[0] == '\0')
		return true;
	*p++ = '{';
	for (int i = 0; i < *count; i++)
	{
		sources[i] = valid_utf8(source_of(files[i].path));
		p += sprintf(p, "%s%lld", i > 0 ? "," : "", (long long) files[i].size);
	}
	strcpy(p, "}");
	array = text_array(sources, *count);
	o = run_query(w, w->server->missing_query, NULL,
				  (const char *const[]) {w->server->trail, array, sizes}, NULL, NULL, &answer);
	for (int i = *count; o != ANSWERED && i > 0; i--)
		free(sources[i - 1]);
	free(array);
	if (o == ANSWERED)
	{
		int			asked = *count;

		keep_missing(w, answer, files, sources, count);
		for (int i = 0; i < asked; i++)
			free(sources[i]);
		PQclear(answer);
	}
	else if (o != STOPPED)
		report_complaint(w->report, NULL, w->message);
	return o == ANSWERED;
}

/*
 * Makes the content of the object in hand that of the file; its size, or -1 if
 * it could not be fetched.
 */
static int64_t
take_object(worker *w)
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

/* The file in hand failed, which is reported, and tried again if all is followed. */
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

/* Reads the file in hand; its size, or -1 where that fails, which is reported. */
int64_t
read_file(worker *w)
{
	int64_t		size;

	if (w->object != NULL)
		size = take_object(w);
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

/* Reads the file in hand for the judgement of all. */
static void
check_file(worker *w)
{
	int64_t		size;

	if (w->object == NULL)
		size = evidence_add(w->evidence, w->path, &w->feed->stop, w->message, sizeof(w->message));
	else
	{
		size = take_object(w);
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

/* Whether the file in hand is taken by its name: the user gave it, or CloudTrail. */
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
 * Says that the file in hand would be loaded; it is read only if its content
 * decides, an object of S3 never.
 */
static void
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

bool
take_file(worker *w, load_file *file)
{
	w->object = NULL;
	if (w->pool != NULL)
		return fetch_take(w->pool, file, &w->object);
	return feed_take(w->feed, ask_ledger, w, file);
}

/* Takes the next file if it is at hand and no larger than some bytes; false if there is none. */
bool
take_file_at_hand(worker *w, int64_t max_size, load_file *file)
{
	w->object = NULL;
	if (w->pool != NULL)
		return fetch_take_at_hand(w->pool, max_size, file, &w->object);
	return feed_take_at_hand(w->feed, max_size, file);
}

void
stop_workers(worker *w)
{
	feed_stop(w->feed);
	if (w->pool != NULL)
		fetch_wake(w->pool);
}

/* The file in hand is done with. */
void
let_go(worker *w, char *path)
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

/* Looks at one file after another, until there are no more: nothing is loaded. */
static void
look_at_files(worker *w)
{
	load_file	file;

	while (take_file(w, &file))
	{
		w->path = file.path;
		w->size = file.size;
		if (w->evidence != NULL)
			check_file(w);
		else
			plan_file(w, file.size);
		if (w->evidence == NULL && report_brake(w->report, w->path))
			stop_workers(w);
		let_go(w, file.path);
	}
}

/* The thread. */
static void *
work(void *arg)
{
	worker	   *w = arg;

	if (w->evidence != NULL || w->server->options->dry_run)
		look_at_files(w);
	else
		import_groups(w);
	set_connection(w, NULL);
	free(w->buffer);
	w->ended = true;
	pthread_kill(w->waiter, SIGUSR1);
	return NULL;
}

/* Sets up a worker. */
static void
begin(worker *w, const server *s, feed *f, report *r, evidence *e)
{
	memset(w, 0, sizeof(*w));
	pthread_mutex_init(&w->lock, NULL);
	w->server = s;
	w->feed = f;
	w->report = r;
	w->evidence = e;
	w->waiter = pthread_self();
}

/* Starts a worker's thread. */
static void
start_thread(worker *w, fetch_pool *pool)
{
	w->pool = pool;
	if (pthread_create(&w->thread, NULL, work, w) != 0)
	{
		fputs("cloudtrail-load: cannot start a thread\n", stderr);
		_Exit(EXIT_NOTHING);
	}
}

void
worker_start(worker *w, const server *s, feed *f, report *r, const evidence *verified,
			 fetch_pool *pool, PGconn *conn)
{
	begin(w, s, f, r, NULL);
	w->verified = verified;
	set_connection(w, conn);
	start_thread(w, pool);
}

void
worker_start_verifying(worker *w, const server *s, feed *f, report *r, fetch_pool *pool,
					   evidence *e)
{
	begin(w, s, f, r, e);
	start_thread(w, pool);
}

void
worker_begin_asking(worker *w, const server *s, feed *f, report *r, evidence *e, PGconn *conn)
{
	begin(w, s, f, r, e);
	set_connection(w, conn);
}

/* Ends it. */
void
worker_end_asking(worker *w)
{
	set_connection(w, NULL);
	pthread_mutex_destroy(&w->lock);
}
