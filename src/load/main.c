/*
 * main.c: cloudtrail-load, which loads CloudTrail log files into a trail.
 */
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

/* Room for sessions; more would only wait for one another. */
#define JOBS_MAX	64

/* What the threads share: each takes the next file. */
static const options *opt;
static file_list list;
static size_t next_file;
static int	running;			/* threads that have not ended */
static session sessions[JOBS_MAX];
static volatile sig_atomic_t signals;
static volatile sig_atomic_t signal_number;

/* Prints how the program is used. */
static void
print_help(void)
{
	puts("Loads CloudTrail log files into a trail, each file once.\n"
		 "\n"
		 "usage: " PROGRAM " [OPTION]... TRAIL PATH...\n"
		 "\n"
		 "TRAIL is a table made by cloudtrail_create_trail().  A PATH is a log file, a folder\n"
		 "with log files anywhere below, or - for standard input.\n"
		 "\n"
		 "  -d, --dbname=CONNINFO   database, or connection string\n"
		 "  -h, --host=HOST         server, or folder of its socket\n"
		 "  -p, --port=PORT         its port\n"
		 "  -U, --username=NAME     user\n"
		 "  -w, --no-password       never ask for a password\n"
		 "  -j, --jobs=N            connections that load side by side (default 1)\n"
		 "      --create            make the trail if it is not there\n"
		 "  -n, --dry-run           only tell what would be loaded\n"
		 "      --max-size=BYTES    refuse larger files (default, and most, 1 GB)\n"
		 "  -q, --quiet             no progress and no summary\n"
		 "  -v, --verbose           a line for each file\n"
		 "      --help              this text\n"
		 "      --version           version\n"
		 "\n"
		 "Exit status: 0 everything is loaded; 1 it is, but some records were put aside;\n"
		 "2 some files failed; 3 nothing was done.");
}

/* Reads a number of an option. */
static uint64_t
read_number(const char *option, const char *text, uint64_t max)
{
	char	   *end;
	unsigned long long number;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno != 0 || *text < '0' || *text > '9' || *end != '\0' || number < 1 || number > max)
	{
		complain(NULL, "%s must be a number from 1 to %llu, not \"%s\"", option, (unsigned long long) max, text);
		exit(STATUS_NOTHING);
	}
	return number;
}

/* Reads the command line; what follows the options begins at optind. */
static options
read_options(int argc, char **argv)
{
	enum
	{
		OPTION_CREATE = 256, OPTION_MAX_SIZE, OPTION_HELP, OPTION_VERSION
	};
	static const struct option names[] = {
		{"dbname", required_argument, NULL, 'd'},
		{"host", required_argument, NULL, 'h'},
		{"port", required_argument, NULL, 'p'},
		{"username", required_argument, NULL, 'U'},
		{"no-password", no_argument, NULL, 'w'},
		{"jobs", required_argument, NULL, 'j'},
		{"create", no_argument, NULL, OPTION_CREATE},
		{"dry-run", no_argument, NULL, 'n'},
		{"max-size", required_argument, NULL, OPTION_MAX_SIZE},
		{"quiet", no_argument, NULL, 'q'},
		{"verbose", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, OPTION_HELP},
		{"version", no_argument, NULL, OPTION_VERSION},
		{NULL, 0, NULL, 0}
	};
	options		o = {.jobs = 1, .max_size = MAX_FILE_SIZE};
	int			c;

	while ((c = getopt_long(argc, argv, "d:h:p:U:wj:nqv", names, NULL)) != -1)
	{
		switch (c)
		{
			case 'd':
				o.dbname = optarg;
				break;
			case 'h':
				o.host = optarg;
				break;
			case 'p':
				o.port = optarg;
				break;
			case 'U':
				o.user = optarg;
				break;
			case 'w':
				o.no_password = true;
				break;
			case 'j':
				o.jobs = (int) read_number("--jobs", optarg, JOBS_MAX);
				break;
			case OPTION_CREATE:
				o.create = true;
				break;
			case 'n':
				o.dry_run = true;
				break;
			case OPTION_MAX_SIZE:
				o.max_size = read_number("--max-size", optarg, MAX_FILE_SIZE);
				break;
			case 'q':
				o.quiet = true;
				break;
			case 'v':
				o.verbose = true;
				break;
			case OPTION_HELP:
				print_help();
				exit(STATUS_COMPLETE);
			case OPTION_VERSION:
				puts(PROGRAM " " CLOUDTRAIL_VERSION);
				exit(STATUS_COMPLETE);
			default:
				fputs("Try \"" PROGRAM " --help\".\n", stderr);
				exit(STATUS_NOTHING);
		}
	}
	if (argc - optind < 2)
	{
		fputs("usage: " PROGRAM " [OPTION]... TRAIL PATH...\nTry \"" PROGRAM " --help\".\n", stderr);
		exit(STATUS_NOTHING);
	}
	o.trail = argv[optind++];
	return o;
}

/* Notes a signal to end; the second one is obeyed at once. */
static void
note_signal(int number)
{
	signal_number = number;
	ending = true;
	if (++signals > 1)
		_exit(128 + number);
}

/* The next file to load; NULL behind the last. */
static const log_file *
take_file(void)
{
	size_t		i = __atomic_fetch_add(&next_file, 1, __ATOMIC_RELAXED);

	return i < list.count && !ending ? &list.files[i] : NULL;
}

/* Loads files until there are none; a thread has one of them in memory. */
static void *
load_files(void *arg)
{
	session    *s = arg;
	const log_file *file;

	while ((file = take_file()) != NULL)
	{
		outcome		o = {0};
		size_t		len;
		char	   *log = read_log(file, opt->max_size, &len);

		if (log != NULL)
			o = load_file(s, file, log, len);
		free(log);
		if (!ending || o.loaded)
			count_file(opt, file, &o);
	}
	__atomic_fetch_sub(&running, 1, __ATOMIC_RELEASE);
	return NULL;
}

/* Loads all files of the list with so many sessions, of which the first is open. */
static void
load_all(int jobs)
{
	pthread_t	threads[JOBS_MAX];
	struct timespec moment = {0, 20 * 1000 * 1000};
	int			started = 0;

	for (int i = 0; i < jobs; i++)
	{
		if (i > 0 && !open_session(&sessions[i], opt, true))
		{
			close_session(&sessions[i]);
			break;
		}
		__atomic_fetch_add(&running, 1, __ATOMIC_RELAXED);
		if (pthread_create(&threads[i], NULL, load_files, &sessions[i]) != 0)
		{
			__atomic_fetch_sub(&running, 1, __ATOMIC_RELAXED);
			break;
		}
		started++;
	}
	while (__atomic_load_n(&running, __ATOMIC_ACQUIRE) > 0)
	{
		nanosleep(&moment, NULL);
		show_progress();
		/* What a session began before it was told may take another try. */
		for (int i = 0; ending && i < started; i++)
			cancel_session(&sessions[i]);
	}
	for (int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	for (int i = 1; i < started; i++)
		close_session(&sessions[i]);
}

/* Tells what would be loaded. */
static void
tell_plan(size_t found)
{
	uint64_t	bytes = 0;

	for (size_t i = 0; i < list.count; i++)
		bytes += list.files[i].size;
	printf("%zu files found, %zu of them loaded before, %zu to load, %.1f MB\n",
		   found, found - list.count, list.count, 1e-6 * (double) bytes);
	for (size_t i = 0; opt->verbose && i < list.count; i++)
		printf("%s\n", list.files[i].source);
}

int
main(int argc, char **argv)
{
	options		chosen = read_options(argc, argv);
	struct sigaction action = {.sa_handler = note_signal};
	uint64_t	bytes = 0;
	size_t		found;
	counts		result;

	opt = &chosen;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);

	for (int i = optind; i < argc; i++)
		add_path(&list, argv[i]);
	sort_files(&list);
	found = list.count;
	if (list.skipped > 0 && !opt->quiet)
		say("%zu file(s) are not named as log files are, and left out", list.skipped);
	if (!open_session(&sessions[0], opt, true) || !keep_missing(&sessions[0], &list))
	{
		close_session(&sessions[0]);
		return ending ? 128 + signal_number : STATUS_NOTHING;
	}
	if (opt->dry_run)
	{
		tell_plan(found);
		close_session(&sessions[0]);
		return list.unreadable > 0 ? STATUS_FAILED : STATUS_COMPLETE;
	}
	for (size_t i = 0; i < list.count; i++)
		bytes += list.files[i].size;
	start_progress(opt, list.count, bytes);
	load_all((size_t) opt->jobs < list.count ? opt->jobs : (int) (list.count > 0 ? list.count : 1));
	result = end_progress();
	close_session(&sessions[0]);
	if (signals > 0)
		return 128 + signal_number;
	if (result.failed > 0 || list.unreadable > 0)
		return STATUS_FAILED;
	return result.rejects > 0 ? STATUS_REJECTS : STATUS_COMPLETE;
}
