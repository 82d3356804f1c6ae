/*
 * progress.c: what the user sees: complaints, progress, what was done.
 *
 * On a terminal progress is a bar in one line that is written over; otherwise a line
 * now and then.  File names and messages come from elsewhere: what could
 * steer a terminal is shown as a code.
 */
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static counts total;
static const options *opt;
static bool on_terminal;
static bool line_open;			/* the progress line is not ended */
static struct timespec started;
static double shown;			/* when progress was shown last */

/* Seconds since the start. */
static double
elapsed(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double) (now.tv_sec - started.tv_sec) + 1e-9 * (double) (now.tv_nsec - started.tv_nsec);
}

/* Prints a text so that it cannot steer a terminal: control characters as codes. */
static void
print_safely(const char *text)
{
	for (const unsigned char *p = (const unsigned char *) text; *p; p++)
	{
		/* C1 controls are two bytes in UTF-8. */
		if (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
		{
			fprintf(stderr, "\\x%02x\\x%02x", p[0], p[1]);
			p++;
		}
		else if (*p < ' ' || *p == 0x7f)
			fprintf(stderr, "\\x%02x", *p);
		else
			fputc(*p, stderr);
	}
}

/* Makes room for a line of another kind. */
static void
clear_line(void)
{
	if (line_open)
		fputs("\r\033[K", stderr);
	line_open = false;
}

/* Prints a line about a file or in general. */
static void
print_line(const char *path, const char *format, va_list args)
{
	char	   *message;

	if (vasprintf(&message, format, args) < 0)
		return;
	for (size_t n = strlen(message); n > 0 && message[n - 1] == '\n'; n--)
		message[n - 1] = '\0';
	pthread_mutex_lock(&mutex);
	clear_line();
	fputs(PROGRAM ": ", stderr);
	if (path != NULL)
	{
		print_safely(path);
		fputs(": ", stderr);
	}
	print_safely(message);
	fputc('\n', stderr);
	pthread_mutex_unlock(&mutex);
	free(message);
}

/* Says something about a file, or with NULL in general. */
void
complain(const char *path, const char *format,...)
{
	va_list		args;

	__atomic_fetch_add(&total.complaints, 1, __ATOMIC_RELAXED);
	va_start(args, format);
	print_line(path, format, args);
	va_end(args);
}

/* Says something that is no complaint. */
void
say(const char *format,...)
{
	va_list		args;

	va_start(args, format);
	print_line(NULL, format, args);
	va_end(args);
}

/* Adds what became of a file. */
void
count_file(const options *options, const log_file *file, const outcome *o)
{
	if (o->loaded && o->rejects > 0)
		complain(file->path, "%llu item(s) put aside that are no events", (unsigned long long) o->rejects);
	if (options->verbose && o->loaded)
		say("%s: %llu events, %llu inserted%s", file->path, (unsigned long long) o->events,
			(unsigned long long) o->inserted, o->known ? ", known" : "");
	pthread_mutex_lock(&mutex);
	total.done++;
	total.done_bytes += file->size;
	total.failed += !o->loaded;
	total.known += o->known;
	total.events += o->events;
	total.inserted += o->inserted;
	total.rejects += o->rejects;
	pthread_mutex_unlock(&mutex);
}

/* Begins to count. */
void
start_progress(const options *options, size_t files, uint64_t bytes)
{
	opt = options;
	total.files = files;
	total.bytes = bytes;
	on_terminal = isatty(STDERR_FILENO);
	clock_gettime(CLOCK_MONOTONIC, &started);
}

/* Columns of the terminal beside a bar. */
static int
columns_beside(int bar)
{
	struct winsize size;
	int			columns = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;

	return columns > bar ? columns - bar : 0;
}

/* Shows how far it is, if it is time to: a bar on a terminal, now and then a line elsewhere. */
void
show_progress(void)
{
	static const char full[] = "####################";
	static const char empty[] = "--------------------";
	double		seconds = elapsed();
	double		part;
	double		left;
	char		line[256];
	int			steps;

	if (opt->quiet || seconds - shown < (on_terminal ? 0.2 : 10))
		return;
	shown = seconds;
	pthread_mutex_lock(&mutex);
	part = total.bytes > 0 ? (double) total.done_bytes / (double) total.bytes : 1;
	left = part > 0 ? seconds * (1 - part) / part : 0;
	steps = (int) (part * (double) strlen(full));
	snprintf(line, sizeof(line), "%3.0f%% %zu of %zu files, %llu events, %.0f events/s, %.1f MB/s, %d:%02d left,"
			 " %zu complaint(s)",
			 100 * part, total.done, total.files, (unsigned long long) total.events, (double) total.events / seconds,
			 1e-6 * (double) total.done_bytes / seconds, (int) left / 60, (int) left % 60, total.complaints);
	if (on_terminal)
		/* A line that is wider than the terminal could not be written over. */
		fprintf(stderr, "\r[%.*s%.*s] %.*s\033[K", steps, full, (int) strlen(empty) - steps, empty,
				columns_beside((int) strlen(full) + 4), line);
	else
		fprintf(stderr, PROGRAM ": %s\n", line);
	line_open = on_terminal;
	pthread_mutex_unlock(&mutex);
}

/* Ends the progress line; gives the counts. */
counts
end_progress(void)
{
	pthread_mutex_lock(&mutex);
	clear_line();
	pthread_mutex_unlock(&mutex);
	if (!opt->quiet)
		say("%zu of %zu files loaded, %zu of them known already: %llu events, %llu inserted, %llu item(s) put aside, "
			"%zu file(s) failed, %.1f s",
			total.done - total.failed, total.files, total.known, (unsigned long long) total.events,
			(unsigned long long) total.inserted, (unsigned long long) total.rejects, total.failed, elapsed());
	return total;
}
