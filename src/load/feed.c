/*
 * feed.c: the files on their way from the walk to the connections.
 */
#include <stdlib.h>
#include <string.h>

#include "core/filename.h"
#include "feed.h"
#include "text.h"

/* Begins with no files. */
void
feed_begin(feed *f, report *r)
{
	memset(f, 0, sizeof(*f));
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->changed, NULL);
	f->report = r;
}

/* The source of a file: its key in S3 where it has one, else its path. */
const char *
source_of(const char *path)
{
	if (strcmp(path, "-") == 0)
		return "stdin";
	return ct_source_of((ct_slice) {path, strlen(path)}).ptr;
}

/* Adds a file, unless it was added before. */
void
feed_add(feed *f, const char *path, int64_t size)
{
	bool		is_new;

	pthread_mutex_lock(&f->lock);
	/* To verify, every file counts: an altered copy may have name and size of another. */
	is_new = seen_add(&f->seen, f->report->verifying ? path : source_of(path), size);
	if (is_new)
	{
		list_add(&f->found, path, size);
		f->waiting++;
		pthread_cond_signal(&f->changed);
	}
	pthread_mutex_unlock(&f->lock);

	if (is_new)
		report_found(f->report, size);
	else
		report_repeated(f->report, path);
}

/* There are no more files to add. */
void
feed_walked(feed *f)
{
	pthread_mutex_lock(&f->lock);
	f->walked = true;
	free(f->seen.places);
	f->seen.places = NULL;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
	report_walked(f->report);
}

/* Asks the ledger about the next files; the lock is held, but not while asking. */
static bool
refill(feed *f, feed_ask ask, void *asker)
{
	const char *path;
	int64_t		size;
	int			count = 0;
	bool		asked;

	f->asking = true;
	while (count < BATCH_SIZE && list_take(&f->found, &path, &size))
		f->batch[count++] = (load_file) {copy_text(path), size};
	f->waiting -= (uint64_t) count;
	f->batch_next = f->batch_count = 0;
	pthread_mutex_unlock(&f->lock);

	asked = ask(asker, f->batch, &count);

	pthread_mutex_lock(&f->lock);
	f->batch_count = count;
	f->asking = false;
	pthread_cond_broadcast(&f->changed);
	return asked;
}

/* Takes the next file that the ledger lacks; false at the end, or when stopped. */
bool
feed_take(feed *f, feed_ask ask, void *asker, load_file *file)
{
	bool		taken = false;

	pthread_mutex_lock(&f->lock);
	while (!f->stop)
	{
		if (!f->asking && f->batch_next < f->batch_count)
		{
			*file = f->batch[f->batch_next++];
			taken = true;
			break;
		}
		if (!f->asking && f->waiting > 0)
		{
			/* A thousand at a time, but no waiting for them: the walk may be slow. */
			if (!refill(f, ask, asker))
				break;
		}
		else if (f->walked && !f->asking)
			break;
		else
			pthread_cond_wait(&f->changed, &f->lock);
	}
	pthread_mutex_unlock(&f->lock);
	return taken;
}

/* Ends everything soon. */
void
feed_stop(feed *f)
{
	pthread_mutex_lock(&f->lock);
	f->stop = true;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
}

/* Counts the files that nobody took; for when all threads have ended. */
void
feed_end(feed *f)
{
	const char *path;
	int64_t		size;

	report_untried(f->report, f->waiting + (uint64_t) (f->batch_count - f->batch_next));
	while (f->batch_next < f->batch_count)
		free(f->batch[f->batch_next++].path);
	while (list_take(&f->found, &path, &size))
		;
	free(f->found.out.chunk);
	free(f->found.in.path);
	free(f->found.out.path);
	free(f->seen.places);
}
