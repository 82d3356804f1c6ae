/*
 * s3_walk.c: finds the files below an address of S3, several listings at a time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "s3_listing.h"
#include "s3_walk.h"
#include "text.h"

/* Listings at a time. */
#define LISTINGS_MAX	8

/*
 * Folders outside of CloudTrail's layout are entered so deep; where there are
 * more, listings take all below.
 */
#define OUTSIDE_DEPTH	3
#define OUTSIDE_FOLDERS	100

/*
 * Where so many days at most are wanted, one listing of a Region has fewer
 * pages than years, months and days.
 */
#define FEW_DAYS		62

/* Room for an address. */
#define PATH_ROOM		(sizeof("s3:///") + S3_BUCKET_MAX + S3_KEY_MAX)

/* A listing that is being made. */
typedef struct listing_work
{
	s3_walk    *walk;
	s3_job		job;
	s3_layout	layout;
	select_day	since;
	char	  **children;
	size_t		child_count;
	size_t		child_room;
	bool		found;			/* anything at all */
} listing_work;

bool
s3_walk_begin(s3_walk *walk, feed *f, report *r, s3_client *client, const char *path)
{
	char		reason[200];

	memset(walk, 0, sizeof(*walk));
	if (!s3_uri_read(path, &walk->uri, reason, sizeof(reason)))
	{
		report_unreachable(r, path, reason);
		return false;
	}
	pthread_mutex_init(&walk->lock, NULL);
	pthread_cond_init(&walk->changed, NULL);
	walk->feed = f;
	walk->report = r;
	walk->client = client;
	walk->path = path;
	return true;
}

/* Adds a job; the lock is held, or there are no threads. */
static void
add_job(s3_walk *walk, const char *prefix, s3_job job)
{
	if (walk->job_count == walk->job_room)
	{
		walk->job_room = walk->job_room == 0 ? 64 : 2 * walk->job_room;
		walk->jobs = resize_memory(walk->jobs, walk->job_room * sizeof(s3_job));
	}
	job.prefix = copy_text(prefix);
	walk->jobs[walk->job_count++] = job;
	pthread_cond_signal(&walk->changed);
}

/* The root of a prefix, which is made if it is new; the lock is held. */
static s3_root *
root_of(s3_walk *walk, const char *prefix)
{
	size_t		low = 0;
	size_t		high = walk->root_count;
	s3_root    *root;

	while (low < high)
	{
		size_t		middle = (low + high) / 2;
		int			order = strcmp(walk->roots[middle]->prefix, prefix);

		if (order == 0)
			return walk->roots[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (walk->root_count == walk->root_room)
	{
		walk->root_room = walk->root_room == 0 ? 32 : 2 * walk->root_room;
		walk->roots = resize_memory(walk->roots, walk->root_room * sizeof(s3_root *));
	}
	memmove(walk->roots + low + 1, walk->roots + low, (walk->root_count - low) * sizeof(s3_root *));
	walk->root_count++;
	root = walk->roots[low] = get_memory(sizeof(s3_root));
	*root = (s3_root) {.prefix = copy_text(prefix)};
	return root;
}

/* The first day that a listing is to give; 0 if all are. */
static select_day
since_of(const s3_walk *walk, const s3_root *root)
{
	const load_options *options = walk->report->options;
	select_day	since = root == NULL || root->complete == 0 ? 0 :
		select_day_before(root->complete, options->relist - 1);

	return since > options->selection.since ? since : options->selection.since;
}

/* The address of a key or prefix. */
static const char *
address_of(const s3_walk *walk, const char *key, char address[PATH_ROOM])
{
	snprintf(address, PATH_ROOM, "s3://%s/%s", walk->uri.bucket, key);
	return address;
}

/* Something is left out. */
static void
skip(const s3_walk *walk, const char *key, const char *why)
{
	char		address[PATH_ROOM];

	if (!walk->again)
		report_skipped(walk->report, address_of(walk, key, address), why);
}

/* Whether a listing gives its keys in the order of days. */
static bool
is_by_day(const listing_work *work)
{
	return work->layout.level >= LEVEL_YEARS && work->layout.level <= LEVEL_FILES;
}

/* Handles an object; false if none that is wanted follows. */
static bool
handle_key(void *arg, const char *key, int64_t size)
{
	listing_work *work = arg;
	s3_walk    *walk = work->walk;
	const selection *wanted = &walk->report->options->selection;
	char		address[PATH_ROOM];
	size_t		length = strlen(key);
	s3_layout	layout;

	work->found = true;
	s3_layout_read(&layout, key);
	if (length == 0 || key[length - 1] == '/')
		return !*walk->client->stop;
	if (work->job.exact)
	{
		if (strcmp(key, work->job.prefix) == 0)
			feed_add(walk->feed, walk->path, size);
		return false;
	}
	if (s3_layout_foreign(&layout))
		skip(walk, key, "not of CloudTrail");
	else if (!is_log_name(key))
		skip(walk, key, "not named as a log file");
	else if (is_by_day(work) && layout.level == LEVEL_FILES && wanted->until != 0 &&
			 layout.year * 10000 + layout.month * 100 + layout.day > wanted->until)
		return false;
	else if (!s3_layout_wanted(&layout, wanted, wanted->since) || !select_file(wanted, key))
		skip(walk, key, "not selected");
	else
		feed_add(walk->feed, address_of(walk, key, address), size);
	return !*walk->client->stop;
}

/* Handles a prefix. */
static void
handle_prefix(void *arg, const char *prefix)
{
	listing_work *work = arg;

	if (work->job.exact && (strncmp(prefix, work->job.prefix, strlen(work->job.prefix)) != 0 ||
							strcmp(prefix + strlen(work->job.prefix), "/") != 0))
		return;
	work->found = true;
	if (work->child_count == work->child_room)
	{
		work->child_room = work->child_room == 0 ? 32 : 2 * work->child_room;
		work->children = resize_memory(work->children, work->child_room * sizeof(char *));
	}
	work->children[work->child_count++] = copy_text(prefix);
}

/* Makes jobs of the prefixes that were found. */
static void
add_children(listing_work *work)
{
	s3_walk    *walk = work->walk;
	const s3_job *job = &work->job;
	bool		many = work->child_count > OUTSIDE_FOLDERS || job->depth + 1 >= OUTSIDE_DEPTH;

	pthread_mutex_lock(&walk->lock);
	/* The last job is made first. */
	for (size_t i = work->child_count; i > 0; i--)
	{
		const char *child = work->children[i - 1];
		s3_layout	layout;

		s3_layout_read(&layout, child);
		if (!s3_layout_foreign(&layout) &&
			s3_layout_wanted(&layout, &walk->report->options->selection, work->since))
			add_job(walk, child, (s3_job) {
				.depth = job->depth + 1, .root = job->root,
				.whole = layout.level == LEVEL_OUTSIDE && many && !job->exact
			});
	}
	pthread_mutex_unlock(&walk->lock);
	for (size_t i = 0; i < work->child_count; i++)
	{
		s3_layout	layout;

		s3_layout_read(&layout, work->children[i]);
		if (s3_layout_foreign(&layout))
			skip(walk, work->children[i], "not of CloudTrail");
		free(work->children[i]);
	}
	free(work->children);
}

/* Whether one listing is to take all that begins with a prefix. */
static bool
is_whole(const listing_work *work)
{
	select_day	until = work->walk->report->options->selection.until;

	switch (work->layout.level)
	{
		case LEVEL_DAYS:
		case LEVEL_FILES:
		case LEVEL_OTHER:
			return true;
		case LEVEL_YEARS:
			return work->job.whole ||
				(work->since != 0 &&
				 work->since >= select_day_before(until == 0 ? select_today() : until, FEW_DAYS));
		default:
			return work->job.whole;
	}
}

/*
 * The key after which a listing begins: all before it are of earlier days;
 * empty if there is none.
 */
static void
start_of(const listing_work *work, char start[PATH_ROOM])
{
	select_day	since = work->since;

	*start = '\0';
	if (since != 0 && is_by_day(work))
		snprintf(start, PATH_ROOM, "%.*s%04d/%02d/%02d", (int) work->layout.region_end,
				 work->job.prefix,
				 since / 10000, since / 100 % 100, since % 100);
}

/* Reports a listing that failed, or found nothing at all. */
static void
report_listing(const listing_work *work, s3_outcome outcome, const char *reason)
{
	s3_walk    *walk = work->walk;
	char		address[PATH_ROOM];

	if (outcome == S3_FAILED)
	{
		pthread_mutex_lock(&walk->lock);
		if (work->job.root != NULL)
			work->job.root->failed = true;
		else
			walk->find_failed = true;
		pthread_mutex_unlock(&walk->lock);
		report_unreachable(walk->report, address_of(walk, work->job.prefix, address), reason);
	}
	else if (outcome == S3_DONE && !work->found && work->job.depth == 0 &&
			 walk->report->options->follow == 0 &&
			 work->since == 0)
		report_unreachable(walk->report, walk->path,
						   work->job.exact ? "no such object or folder" : "no objects there");
}

/* Makes one listing. */
static void
do_job(s3_walk *walk, s3_session *session, s3_job job)
{
	listing_work work = {.walk = walk, .job = job};
	char		start[PATH_ROOM];
	char		reason[500];
	s3_outcome	outcome;

	s3_layout_read(&work.layout, job.prefix);
	if (job.root == NULL && !job.exact && (job.whole || work.layout.level >= LEVEL_YEARS))
	{
		pthread_mutex_lock(&walk->lock);
		work.job.root = root_of(walk, job.prefix);
		pthread_mutex_unlock(&walk->lock);
	}
	work.since = since_of(walk, work.job.root);
	work.job.whole = !job.exact && is_whole(&work);
	start_of(&work, start);
	outcome = s3_list(session, &(s3_listing) {
		.bucket = walk->uri.bucket, .prefix = job.prefix,
		.start_after = *start == '\0' ? NULL : start,
		.delimited = !work.job.whole, .handle_key = handle_key,
		.handle_prefix = handle_prefix, .arg = &work
	}, reason, sizeof(reason));
	report_listing(&work, outcome, reason);
	add_children(&work);
	free(job.prefix);
}

/* A thread: one listing after another, until there are no more. */
static void *
list_all(void *arg)
{
	s3_walk    *walk = arg;
	s3_session	session;

	s3_session_open(&session, walk->client);
	pthread_mutex_lock(&walk->lock);
	while (!walk->feed->stop)
	{
		if (walk->job_count > 0)
		{
			s3_job		job = walk->jobs[--walk->job_count];

			walk->active++;
			pthread_mutex_unlock(&walk->lock);
			do_job(walk, &session, job);
			pthread_mutex_lock(&walk->lock);
			walk->active--;
		}
		else if (walk->active == 0)
			break;
		else
			pthread_cond_wait(&walk->changed, &walk->lock);
	}
	pthread_cond_broadcast(&walk->changed);
	pthread_mutex_unlock(&walk->lock);
	s3_session_close(&session);
	return NULL;
}

/* Makes all listings; this thread helps. */
static void
run_jobs(s3_walk *walk)
{
	pthread_t	threads[LISTINGS_MAX];
	int			wanted = walk->report->options->requests;
	int			count = 0;

	if (wanted > LISTINGS_MAX)
		wanted = LISTINGS_MAX;
	/* Where a thread cannot be had the others do its work. */
	while (count < wanted - 1 && pthread_create(&threads[count], NULL, list_all, walk) == 0)
		count++;
	list_all(walk);
	while (count > 0)
		pthread_join(threads[--count], NULL);
	while (walk->job_count > 0)
		free(walk->jobs[--walk->job_count].prefix);
}

/* Adds the listing of the address itself. */
static void
add_top(s3_walk *walk)
{
	const char *key = walk->uri.key;
	bool		is_folder = *key == '\0' || key[strlen(key) - 1] == '/';

	walk->find_failed = false;
	add_job(walk, key, (s3_job) {.exact = !is_folder});
}

void
s3_walk_look(s3_walk *walk, bool find_roots)
{
	select_day	today = select_today();

	for (size_t i = 0; i < walk->root_count; i++)
		walk->roots[i]->failed = false;
	if (find_roots || walk->find_failed || walk->root_count == 0)
		add_top(walk);
	else
		for (size_t i = walk->root_count; i > 0; i--)
			add_job(walk, walk->roots[i - 1]->prefix, (s3_job) {
				.whole = walk->roots[i - 1]->complete != 0, .root = walk->roots[i - 1]
			});
	run_jobs(walk);
	for (size_t i = 0; i < walk->root_count && !walk->feed->stop; i++)
		if (!walk->roots[i]->failed)
			walk->roots[i]->complete = today;
	walk->again = true;
}

void
s3_walk_end(s3_walk *walk)
{
	for (size_t i = 0; i < walk->root_count; i++)
	{
		free(walk->roots[i]->prefix);
		free(walk->roots[i]);
	}
	free(walk->roots);
	free(walk->jobs);
	pthread_cond_destroy(&walk->changed);
	pthread_mutex_destroy(&walk->lock);
}
