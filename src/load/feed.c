/*
 * feed.c: the files on their way from the walk to the connections.
 */
#include <stdlib.h>
#include <string.h>

#include "core/evidence/filename.h"
#include "feed.h"
#include "text.h"

/* Files that a set of what was seen holds while following: 32 MB each of two. */
#define SEEN_MAX	(3 * 1024 * 1024)

void
feed_begin(feed *f, report *r)
{
	memset(f, 0, sizeof(*f));
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->changed, NULL);
	f->report = r;
	f->following = r->options->follow > 0 && !r->verifying;
}

const char *
source_of(const char *path)
{
	if (strcmp(path, "-") == 0)
		return "stdin";
	return ct_source_of((ct_slice) {path, strlen(path)}).ptr;
}

/* Whether a file is new; it is not from then on.  The lock is held. */
static bool
is_news(feed *f, const char *path, int64_t size)
{
	/* To verify, every file counts: an altered copy may have name and size of another. */
	const char *name = f->report->verifying ? path : source_of(path);

	if (!seen_add(&f->seen, name, size))
		return false;
	if (!f->following)
		return true;
	/* A service does not keep all that it ever saw: the ledger knows what is forgotten here. */
	if (f->seen.count >= SEEN_MAX)
	{
		free(f->seen_before.places);
		f->seen_before = f->seen;
		memset(&f->seen, 0, sizeof(f->seen));
		return true;
	}
	return !seen_has(&f->seen_before, name, size);
}

void
feed_add(feed *f, const char *path, int64_t size)
{
	bool		is_new;

	pthread_mutex_lock(&f->lock);
	is_new = is_news(f, path, size);
	if (is_new)
	{
		list_add(&f->found, path, size);
		f->waiting++;
		pthread_cond_signal(&f->changed);
	}
	pthread_mutex_unlock(&f->lock);

	if (is_new)
		report_found(f->report, size);
	else if (!f->following)
		report_repeated(f->report, path);
}

void
feed_failed(feed *f, const char *path, int64_t size)
{
	if (!f->following)
		return;
	pthread_mutex_lock(&f->lock);
	list_add(&f->failed, path, size);
	f->failed_count++;
	pthread_mutex_unlock(&f->lock);
}

uint64_t
feed_retry(feed *f)
{
	const char *path;
	int64_t		size;
	uint64_t	count;

	pthread_mutex_lock(&f->lock);
	count = f->failed_count;
	while (list_take(&f->failed, &path, &size))
		list_add(&f->found, path, size);
	f->failed_count = 0;
	f->waiting += count;
	report_retry(f->report, count);
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
	return count;
}

void
feed_walked(feed *f)
{
	pthread_mutex_lock(&f->lock);
	f->walked = true;
	free(f->seen.places);
	free(f->seen_before.places);
	f->seen.places = f->seen_before.places = NULL;
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

int
feed_at_hand(feed *f)
{
	int			count;

	pthread_mutex_lock(&f->lock);
	count = f->asking ? 0 : f->batch_count - f->batch_next;
	pthread_mutex_unlock(&f->lock);
	return count;
}

bool
feed_take_at_hand(feed *f, int64_t max_size, load_file *file)
{
	bool		taken;

	pthread_mutex_lock(&f->lock);
	taken = !f->stop && !f->asking && f->batch_next < f->batch_count &&
		f->batch[f->batch_next].size >= 0 && f->batch[f->batch_next].size <= max_size;
	if (taken)
		*file = f->batch[f->batch_next++];
	pthread_mutex_unlock(&f->lock);
	return taken;
}

void
feed_stop(feed *f)
{
	pthread_mutex_lock(&f->lock);
	f->stop = true;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
}

void
feed_end(feed *f)
{
	report_untried(f->report, f->waiting + (uint64_t) (f->batch_count - f->batch_next));
	while (f->batch_next < f->batch_count)
		free(f->batch[f->batch_next++].path);
	list_release(&f->found);
	list_release(&f->failed);
	free(f->seen.places);
	free(f->seen_before.places);
}
