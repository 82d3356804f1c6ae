/*
 * report_progress.c: the line of progress.
 */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "report.h"
#include "text.h"

/* Seconds between two lines of progress where there is no terminal. */
#define PLAIN_SECONDS	5.0

/* Length of the bar, and room for it with its frame. */
#define BAR_STEPS		20
#define BAR_ROOM		(BAR_STEPS + 4)

double
report_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

void
report_clear_line(report *r)
{
	if (r->line_shown)
		fputs("\r\033[K", stderr);
	r->line_shown = false;
}

/* The time left, as text; empty where it cannot be told. */
static void
format_time_left(report *r, double seconds, char *text, size_t room)
{
	double		done = (double) r->counts.done_bytes;
	double		left = (double) r->counts.found_bytes - done;
	double		estimate;
	unsigned	s;

	*text = '\0';
	if (!r->walked || done <= 0 || left <= 0 || seconds < 1)
		return;
	estimate = seconds * left / done;
	if (estimate > 3600.0 * 9999)
		return;
	s = (unsigned) estimate;
	if (s >= 3600)
		snprintf(text, room, ", %u:%02u:%02u left", s / 3600, s / 60 % 60, s % 60);
	else
		snprintf(text, room, ", %u:%02u left", s / 60, s % 60);
}

/* A bar as long as the part that is done, while it can be told; empty before. */
static void
format_bar(const report *r, char bar[BAR_ROOM])
{
	const report_counts *c = &r->counts;
	int			steps;

	bar[0] = '\0';
	if (!r->terminal || !r->walked || c->found_bytes == 0)
		return;
	steps = (int) (BAR_STEPS * ((double) c->done_bytes / (double) c->found_bytes));
	if (steps > BAR_STEPS)
		steps = BAR_STEPS;
	memset(bar, '-', BAR_STEPS + 1);
	memset(bar + 1, '#', (size_t) steps);
	bar[0] = '[';
	memcpy(bar + BAR_STEPS + 1, "] ", sizeof("] "));
}

/* Prints the line of progress; the lock is held. */
static void
print_line(report *r)
{
	const report_counts *c = &r->counts;
	char		room[6][COUNT_ROOM];
	char		left[64];
	char		complaints[64] = "";
	char		bar[BAR_ROOM];
	char		events[2 * COUNT_ROOM + 30] = "";
	char		line[400];
	double		seconds = report_now() - r->started;
	double		per_second = seconds > 0 ? 1 / seconds : 0;
	uint64_t	done = c->known + c->loaded + c->unlike + c->failed;
	struct winsize window;

	format_time_left(r, seconds, left, sizeof(left));
	if (c->complaints > 0)
		snprintf(complaints, sizeof(complaints), ", %s complaint%s",
				 with_commas(room[0], c->complaints), c->complaints == 1 ? "" : "s");
	if (!r->verifying)
		snprintf(events, sizeof(events), " %s events, %s events/s,",
				 with_commas(room[3], c->events),
				 with_commas(room[4], (uint64_t) ((double) c->events * per_second)));
	format_bar(r, bar);
	snprintf(line, sizeof(line), "%s%s/%s%s files%s,%s %.1f MB/s%s%s",
			 bar, with_commas(room[1], done), with_commas(room[2], c->found), r->walked ? "" : "+",
			 r->verifying ? " verified" : "", events, (double) c->loaded_bytes * per_second / 1e6,
			 left, complaints);

	if (!r->terminal)
	{
		fprintf(stderr, "cloudtrail-load: %s\n", line);
		return;
	}
	/* A line that wraps could not be rewritten. */
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 &&
		strlen(line) >= window.ws_col)
		line[window.ws_col - 1] = '\0';
	fprintf(stderr, "\r%s\033[K", line);
	fflush(stderr);
	r->line_shown = true;
}

/* Whether all that was found is done; the lock is held. */
static bool
is_idle(const report *r)
{
	const report_counts *c = &r->counts;

	return c->known + c->loaded + c->unlike + c->failed + c->untried == c->found;
}

bool
report_is_idle(report *r, uint64_t *loaded)
{
	bool		idle;

	pthread_mutex_lock(&r->lock);
	idle = is_idle(r);
	*loaded = r->counts.loaded;
	pthread_mutex_unlock(&r->lock);
	return idle;
}

void
report_progress(report *r)
{
	if (r->options->quiet)
		return;
	pthread_mutex_lock(&r->lock);
	if (!r->terminal && r->options->follow > 0 && is_idle(r))
		r->line_time = report_now();
	else if (r->terminal || report_now() - r->line_time >= PLAIN_SECONDS)
	{
		r->line_time = report_now();
		print_line(r);
	}
	pthread_mutex_unlock(&r->lock);
}

void
report_end_progress(report *r)
{
	pthread_mutex_lock(&r->lock);
	report_clear_line(r);
	fflush(stderr);
	pthread_mutex_unlock(&r->lock);
}
