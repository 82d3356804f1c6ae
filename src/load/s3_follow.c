/*
 * s3_follow.c: looks for new objects, again and again.
 *
 * A late file sorts before keys that were seen, so each look goes back some
 * days.  New accounts and Regions are looked for once an hour: finding them
 * takes many requests where there are many.
 */
#include <stdlib.h>
#include <time.h>

#include "s3_follow.h"

#define FIND_SECONDS	(60 * 60)

/* A line of state comes when something was loaded, and otherwise so often. */
#define STATE_SECONDS	(60 * 60)

/* Files that failed are tried again at the next look, then after ever more of them. */
#define RETRY_LOOKS_MAX	64

/* Where the following is. */
typedef struct follow
{
	feed	   *feed;
	report	   *report;
	follow_sum_up sum_up;
	void	   *arg;
	time_t		found;			/* when all was walked */
	time_t		told;			/* when the last line of state came */
	uint64_t	loaded;			/* when it came */
	int			looks;			/* since failures were tried again */
	int			retry_looks;	/* after so many they are */
} follow;

/* Seconds of a clock that is never set. */
static time_t
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* Sums up and tells the state, if what was found is done and there is something to tell. */
static void
tell(follow *f)
{
	uint64_t	loaded;

	if (!report_is_idle(f->report, &loaded))
		return;
	if (loaded == f->loaded && seconds() - f->told < STATE_SECONDS)
		return;
	if (loaded != f->loaded)
		f->sum_up(f->arg);
	f->told = seconds();
	f->loaded = loaded;
	report_state(f->report);
}

/* Waits until the next look is due. */
static void
wait_for_next(follow *f, int interval)
{
	time_t		end = seconds() + interval;

	while (!f->feed->stop && seconds() < end)
	{
		tell(f);
		nanosleep(&(struct timespec) {.tv_nsec = 200 * 1000 * 1000}, NULL);
	}
}

/* Tries files again that failed, if it is time. */
static void
retry(follow *f)
{
	if (++f->looks < f->retry_looks)
		return;
	f->looks = 0;
	if (feed_retry(f->feed) == 0)
		f->retry_looks = 1;
	else if (f->retry_looks < RETRY_LOOKS_MAX)
		f->retry_looks *= 2;
}

/* Looks once. */
static void
look(follow *f, s3_walk *walks, int count)
{
	bool		find_roots = seconds() - f->found >= FIND_SECONDS;

	for (int i = 0; i < count && !f->feed->stop; i++)
		s3_walk_look(&walks[i], find_roots);
	if (find_roots)
		f->found = seconds();
}

void
s3_follow(s3_walk *walks, int count, feed *f, report *r, follow_sum_up sum_up, void *arg)
{
	follow		state = {
		.feed = f, .report = r, .sum_up = sum_up, .arg = arg, .found = seconds(), .told = seconds(),
		.retry_looks = 1
	};

	for (;;)
	{
		wait_for_next(&state, r->options->follow);
		if (f->stop)
			return;
		retry(&state);
		look(&state, walks, count);
	}
}
