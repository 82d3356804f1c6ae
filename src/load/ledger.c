/*
 * ledger.c: which files the trail has.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connection.h"
#include "ledger.h"
#include "text.h"

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

void
worker_begin_asking(worker *w, const server *s, feed *f, report *r, evidence *e, PGconn *conn)
{
	worker_begin(w, s, f, r, e);
	set_connection(w, conn);
}

void
worker_end_asking(worker *w)
{
	set_connection(w, NULL);
	pthread_mutex_destroy(&w->lock);
}
