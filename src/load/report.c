/*
 * report.c: complaints, progress and the summary.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"
#include "text.h"

/* The load stops if this many files are not CloudTrail's, and most of the first ones. */
#define BRAKE_FILES		20
#define FIRST_FILES		1000

void
report_begin(report *r, const load_options *options, bool verifying)
{
	const char *term = getenv("TERM");

	memset(r, 0, sizeof(*r));
	pthread_mutex_init(&r->lock, NULL);
	r->options = options;
	r->verifying = verifying;
	r->terminal = isatty(STDERR_FILENO) && (term == NULL || strcmp(term, "dumb") != 0);
	r->started = r->line_time = report_now();
}

/* Prints a line about a file, or about all; the lock is held. */
static void
print_message(report *r, FILE *out, const char *path, const char *text)
{
	report_clear_line(r);
	fflush(stderr);
	if (out == stderr)
		fputs("cloudtrail-load: ", out);
	if (path != NULL)
	{
		put_escaped(out, path);
		fputs(": ", out);
	}
	put_escaped(out, text);
	fputc('\n', out);
	fflush(out);
}

/* The same, if the user wants a line for each file. */
static void
__attribute__((format(printf, 3, 4)))
print_verbosely(report *r, const char *path, const char *format,...)
{
	char		text[400];
	va_list		args;

	if (!r->options->verbose)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	print_message(r, stdout, path, text);
}

void
report_found(report *r, int64_t size)
{
	pthread_mutex_lock(&r->lock);
	r->counts.found++;
	if (size > 0)
		r->counts.found_bytes += (uint64_t) size;
	pthread_mutex_unlock(&r->lock);
}

void
report_walked(report *r)
{
	pthread_mutex_lock(&r->lock);
	r->walked = true;
	pthread_mutex_unlock(&r->lock);
}

void
report_skipped(report *r, const char *path, const char *why)
{
	pthread_mutex_lock(&r->lock);
	r->counts.skipped++;
	print_verbosely(r, path, "skipped, %s", why);
	pthread_mutex_unlock(&r->lock);
}

void
report_repeated(report *r, const char *path)
{
	pthread_mutex_lock(&r->lock);
	r->counts.repeated++;
	print_verbosely(r, path, "skipped, given before");
	pthread_mutex_unlock(&r->lock);
}

/* A file is left out, for a reason. */
static void
report_left_out(report *r, uint64_t *count, const char *path, int64_t size, const char *why)
{
	pthread_mutex_lock(&r->lock);
	(*count)++;
	if (size > 0)
		r->counts.done_bytes += (uint64_t) size;
	print_verbosely(r, path, "%s", why);
	pthread_mutex_unlock(&r->lock);
}

void
report_known(report *r, const char *path, int64_t size)
{
	report_left_out(r, &r->counts.known, path, size, "loaded before");
}

void
report_planned(report *r, const char *path, int64_t size)
{
	pthread_mutex_lock(&r->lock);
	r->counts.loaded++;
	if (size > 0)
		r->counts.loaded_bytes += (uint64_t) size;
	if (size >= 0)
		print_verbosely(r, path, "would be loaded, %" PRId64 " bytes", size);
	else
		print_verbosely(r, path, "would be loaded");
	pthread_mutex_unlock(&r->lock);
}

void
report_unlike(report *r, const char *path, int64_t size)
{
	report_left_out(r, &r->counts.unlike, path, size,
					"skipped, does not look like a file of CloudTrail's");
}

bool
report_brake(report *r, const char *path)
{
	const report_counts *c = &r->counts;
	char		text[200];
	uint64_t	others;
	uint64_t	all;
	bool		brake;

	pthread_mutex_lock(&r->lock);
	others = c->unlike + c->barren;
	all = c->known + c->loaded + c->unlike;
	brake = !r->options->force && !r->braked && others >= BRAKE_FILES && 2 * others > all &&
		all <= FIRST_FILES;
	if (brake)
	{
		r->braked = true;
		r->counts.complaints++;
		snprintf(text, sizeof(text),
				 "%" PRIu64 " of the first %" PRIu64 " files, this one the last, are not CloudTrail's:"
				 " stopped (--force goes on)", others, all);
		print_message(r, stderr, path, text);
	}
	pthread_mutex_unlock(&r->lock);
	return brake;
}

bool
report_nothing(report *r)
{
	const report_counts *c = &r->counts;
	char		text[200];

	if (c->found > c->unlike)
		return false;
	if (c->found == 0)
		report_complaint(r, NULL,
						 "there are no files whose names end in .json, .jsonl, .ndjson, .csv, .gz or .zst");
	else
	{
		snprintf(text, sizeof(text),
				 "none of %" PRIu64 " file%s looks like one of CloudTrail's (--all loads them)",
				 c->found, plural(c->found));
		report_complaint(r, NULL, text);
	}
	return true;
}

void
report_loaded(report *r, const char *path, int64_t size, const import_result *result)
{
	char		text[100];

	pthread_mutex_lock(&r->lock);
	r->counts.done_bytes += (uint64_t) size;
	if (result->known)
	{
		r->counts.known++;
		print_verbosely(r, path, "the same content was loaded before");
	}
	else
	{
		r->counts.loaded++;
		r->counts.loaded_bytes += (uint64_t) size;
		r->counts.events += result->events;
		r->counts.inserted += result->inserted;
		r->counts.duplicates += result->duplicates;
		r->counts.rejects += result->rejects;
		r->counts.barren += result->events == 0 && result->rejects > 0;
		print_verbosely(r, path,
						"%s, %" PRIu64 " events, %" PRIu64 " inserted, %" PRIu64 " duplicates",
						result->kind, result->events, result->inserted, result->duplicates);
	}
	if (result->rejects > 0)
	{
		r->counts.complaints++;
		snprintf(text, sizeof(text), "%" PRIu64 " item%s put aside as not an event",
				 result->rejects, plural(result->rejects));
		print_message(r, stderr, path, text);
	}
	pthread_mutex_unlock(&r->lock);
}

void
report_checked(report *r, int64_t size)
{
	pthread_mutex_lock(&r->lock);
	r->counts.loaded++;
	r->counts.loaded_bytes += (uint64_t) size;
	r->counts.done_bytes += (uint64_t) size;
	pthread_mutex_unlock(&r->lock);
}

void
report_unreachable(report *r, const char *path, const char *reason)
{
	report_found(r, -1);
	report_failed(r, path, reason);
}

void
report_failed(report *r, const char *path, const char *reason)
{
	pthread_mutex_lock(&r->lock);
	r->counts.failed++;
	r->counts.complaints++;
	print_message(r, stderr, path, reason);
	pthread_mutex_unlock(&r->lock);
}

void
report_retry(report *r, uint64_t files)
{
	pthread_mutex_lock(&r->lock);
	r->counts.failed -= files;
	pthread_mutex_unlock(&r->lock);
}

void
report_untried(report *r, uint64_t files)
{
	pthread_mutex_lock(&r->lock);
	r->counts.untried += files;
	pthread_mutex_unlock(&r->lock);
}

void
report_complaint(report *r, const char *path, const char *reason)
{
	pthread_mutex_lock(&r->lock);
	r->counts.complaints++;
	print_message(r, stderr, path, reason);
	pthread_mutex_unlock(&r->lock);
}

void
report_note(report *r, const char *path, const char *text)
{
	pthread_mutex_lock(&r->lock);
	if (!r->options->quiet)
		print_message(r, stderr, path, text);
	pthread_mutex_unlock(&r->lock);
}

void
report_state(report *r)
{
	const report_counts *c = &r->counts;
	char		room[4][COUNT_ROOM];
	char		text[300];

	if (r->options->quiet)
		return;
	pthread_mutex_lock(&r->lock);
	snprintf(text, sizeof(text),
			 "up to date: %s file%s loaded, %s loaded before, %s failed; %s event%s",
			 with_commas(room[0], c->loaded), plural(c->loaded), with_commas(room[1], c->known),
			 with_commas(room[2], c->failed), with_commas(room[3], c->events), plural(c->events));
	print_message(r, stderr, NULL, text);
	pthread_mutex_unlock(&r->lock);
}

void
print_part(uint64_t number, const char *what)
{
	char		room[COUNT_ROOM];

	if (number > 0)
		printf(", %s %s", with_commas(room, number), what);
}

void
report_summary(report *r, bool interrupted)
{
	const report_counts *c = &r->counts;
	double		seconds = report_now() - r->started;
	char		room[3][COUNT_ROOM];

	pthread_mutex_lock(&r->lock);
	report_clear_line(r);
	fflush(stderr);
	if (!r->options->quiet)
	{
		if (interrupted)
			fputs("interrupted: ", stdout);
		if (r->options->dry_run)
			printf("%s file%s of %s byte%s would be loaded", with_commas(room[0], c->loaded),
				   plural(c->loaded),
				   with_commas(room[1], c->loaded_bytes), plural(c->loaded_bytes));
		else
			printf("%s file%s loaded", with_commas(room[0], c->loaded), plural(c->loaded));
		print_part(c->known, "loaded before");
		print_part(c->repeated, "given twice");
		print_part(c->skipped, "skipped");
		print_part(c->unlike, "skipped as not CloudTrail's");
		print_part(c->failed, "failed");
		print_part(c->untried, "not loaded");
		putchar('\n');
		if (!r->options->dry_run)
		{
			printf("%s event%s, %s inserted", with_commas(room[0], c->events), plural(c->events),
				   with_commas(room[1], c->inserted));
			print_part(c->duplicates, c->duplicates == 1 ? "duplicate" : "duplicates");
			print_part(c->rejects, c->rejects == 1 ? "item put aside" : "items put aside");
			printf("; %s byte%s in %.1f s", with_commas(room[2], c->loaded_bytes),
				   plural(c->loaded_bytes), seconds);
			if (seconds >= 0.05 && c->events > 0)
				printf(", %s events/s",
					   with_commas(room[0], (uint64_t) ((double) c->events / seconds)));
			putchar('\n');
		}
		fflush(stdout);
	}
	pthread_mutex_unlock(&r->lock);
}
