/*
 * options.c: reads the command line.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "options.h"
#include "s3_uri.h"

static const char help[] = {
	"cloudtrail-load loads CloudTrail log files into a trail in PostgreSQL.\n"
	"\n"
	"Usage: cloudtrail-load [OPTION]... TRAIL PATH...\n"
	"       cloudtrail-load verify [OPTION]... PATH...\n"
	"\n"
	"TRAIL is a schema made by cloudtrail_create_trail().  PATH is a log file, a\n"
	"folder of them, s3://BUCKET/PREFIX, or - for standard input.  What the trail\n"
	"has is left out.\n"
	"verify needs no database: it checks log files against the digests among them.\n"
	"\n"
	"  -d, --dbname=NAME     database, connection string or URI\n"
	"  -h, --host=HOST       server, or folder of its socket\n"
	"  -p, --port=PORT       port\n"
	"  -U, --username=NAME   user\n"
	"  -w, --no-password     never ask for a password\n"
	"  -W, --password        ask for a password\n"
	"  -j, --jobs=N          connections that load at the same time (default 1), or\n"
	"                        threads that verify (default: one a processor)\n"
	"  -n, --dry-run         only say what would be loaded\n"
	"      --create          create the trail if it does not exist\n"
	"      --verify          verify the files first, load nothing if that finds a break\n"
	"  -k, --keys=FILE       public keys, as aws cloudtrail list-public-keys prints\n"
	"                        them; once for each Region; the trail gets them, too\n"
	"      --all             also load what does not look like a file of CloudTrail's\n"
	"      --force           go on though most of the first files do not\n"
	"      --follow-links    follow symbolic links in folders\n"
	"      --max-size=SIZE   refuse larger files (default 256MB)\n"
	"      --since=DATE      only files of this day and later, by their names\n"
	"      --until=DATE      only files of this day and earlier\n"
	"      --account=ID      only files of this account; may be repeated\n"
	"      --region=NAME     only files of this Region; may be repeated\n"
	"      --follow[=SECONDS]  go on and look for new objects (default every 300)\n"
	"      --relist=DAYS     days that each look goes back (default 2)\n"
	"      --requests=N      requests to S3 at the same time (default 16)\n"
	"  -q, --quiet           print complaints only\n"
	"  -v, --verbose         print a line for each file\n"
	"  -?, --help            print this text\n"
	"  -V, --version         print the version\n"
	"\n"
	"Exit status: 0 all is loaded; 1 some records were put aside; 2 some files\n"
	"failed; 3 nothing was done; 130, 143 interrupted.  Of verify: 0 all is proven;\n"
	"1 not all can be proven; 2 some files failed; 3 nothing was done; 4 a break.\n"
};

/* Ends the program for a mistake in the command line. */
static void
usage_error(void)
{
	fputs("Try \"cloudtrail-load --help\".\n", stderr);
	exit(EXIT_NOTHING);
}

/* A number within limits, or the end of the program. */
static int64_t
number(const char *option, const char *text, int64_t least, int64_t most)
{
	char	   *end;
	long long	value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || value < least || value > most)
	{
		fprintf(stderr, "cloudtrail-load: %s must be a number from %lld to %lld\n",
				option, (long long) least, (long long) most);
		usage_error();
	}
	return value;
}

/* A day, or the end of the program. */
static select_day
day(const char *option, const char *text)
{
	select_day	value;

	if (!select_read_day(text, &value))
	{
		fprintf(stderr, "cloudtrail-load: %s must be a day as 2024-01-31\n", option);
		usage_error();
	}
	return value;
}

/* Adds the option's value to a list. */
static void
add_choice(const char *option, const char **list, int *count)
{
	if (*count == SELECT_MAX)
	{
		fprintf(stderr, "cloudtrail-load: %s may be given %d times\n", option, SELECT_MAX);
		usage_error();
	}
	list[(*count)++] = optarg;
}

/* Following is for buckets, and for loading: a mistake otherwise. */
static void
check_follow(const load_options *options)
{
	const char *mistake = NULL;

	if (options->follow == 0)
		return;
	if (options->verify || options->dry_run)
		mistake = "--follow cannot be used with --verify or --dry-run";
	else if (options->selection.until != 0)
		mistake = "--follow cannot be used with --until";
	for (int i = 0; mistake == NULL && i < options->path_count; i++)
		if (!s3_is_uri(options->paths[i]))
			mistake = "--follow needs paths that are all s3://";
	if (mistake == NULL)
		return;
	fprintf(stderr, "cloudtrail-load: %s\n", mistake);
	usage_error();
}

/* A size, which may have a unit; one of 1G stands for the most that there can be. */
static int64_t
size_in_bytes(const char *option, const char *text)
{
	static const char units[] = "kMGT";
	char	   *end;
	const char *unit;
	double		size = strtod(text, &end);

	if (end != text && *end != '\0')
	{
		unit = strchr(units, *end == 'K' ? 'k' : *end);
		for (const char *u = units; unit != NULL && u <= unit; u++)
			size *= 1024;
		if (unit != NULL)
			end++;
		end += strcmp(end, "B") == 0;
	}
	if (end == text || *end != '\0' || !(size >= 1 && size <= 1024.0 * 1024 * 1024))
	{
		fprintf(stderr, "cloudtrail-load: %s must be a size from 1 to 1G, as 4096, 64k or 16MB\n",
				option);
		usage_error();
	}
	return size < (double) FILE_SIZE_MAX ? (int64_t) size : FILE_SIZE_MAX;
}

/* Whether there is a file or folder of this name. */
static bool
exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* Ends the program if the trail and the first path look swapped. */
static void
check_order(const char *trail, const char *path)
{
	if (exists(trail) && !exists(path) && strcmp(path, "-") != 0 && strchr(path, '/') == NULL)
	{
		fprintf(stderr, "cloudtrail-load: the trail comes first: cloudtrail-load %s %s\n", path,
				trail);
		usage_error();
	}
}

/* Ends the program after what was asked for is printed. */
static void
print_and_exit(const char *text)
{
	if (fputs(text, stdout) < 0 || fflush(stdout) != 0)
		exit(EXIT_NOTHING);
	exit(0);
}

/* Options that have no letter. */
enum
{
	OPTION_CREATE = 256,
	OPTION_MAX_SIZE,
	OPTION_VERIFY,
	OPTION_SINCE,
	OPTION_UNTIL,
	OPTION_ACCOUNT,
	OPTION_REGION,
	OPTION_FOLLOW,
	OPTION_RELIST,
	OPTION_REQUESTS,
	OPTION_ALL,
	OPTION_FORCE,
	OPTION_FOLLOW_LINKS,
	OPTION_HELP
};

/* The long names of all options. */
static const struct option names[] = {
	{"dbname", required_argument, NULL, 'd'},
	{"host", required_argument, NULL, 'h'},
	{"port", required_argument, NULL, 'p'},
	{"username", required_argument, NULL, 'U'},
	{"no-password", no_argument, NULL, 'w'},
	{"password", no_argument, NULL, 'W'},
	{"jobs", required_argument, NULL, 'j'},
	{"dry-run", no_argument, NULL, 'n'},
	{"quiet", no_argument, NULL, 'q'},
	{"verbose", no_argument, NULL, 'v'},
	{"create", no_argument, NULL, OPTION_CREATE},
	{"verify", no_argument, NULL, OPTION_VERIFY},
	{"keys", required_argument, NULL, 'k'},
	{"max-size", required_argument, NULL, OPTION_MAX_SIZE},
	{"since", required_argument, NULL, OPTION_SINCE},
	{"until", required_argument, NULL, OPTION_UNTIL},
	{"account", required_argument, NULL, OPTION_ACCOUNT},
	{"region", required_argument, NULL, OPTION_REGION},
	{"follow", optional_argument, NULL, OPTION_FOLLOW},
	{"relist", required_argument, NULL, OPTION_RELIST},
	{"requests", required_argument, NULL, OPTION_REQUESTS},
	{"all", no_argument, NULL, OPTION_ALL},
	{"force", no_argument, NULL, OPTION_FORCE},
	{"follow-links", no_argument, NULL, OPTION_FOLLOW_LINKS},
	{"help", no_argument, NULL, OPTION_HELP},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0}
};

/* Takes an option about the connection; false if it is another. */
static bool
read_connection(int c, load_options *options)
{
	switch (c)
	{
		case 'd':
			options->dbname = optarg;
			break;
		case 'h':
			options->host = optarg;
			break;
		case 'p':
			options->port = optarg;
			break;
		case 'U':
			options->user = optarg;
			break;
		case 'w':
			options->never_ask = true;
			options->always_ask = false;
			break;
		case 'W':
			options->always_ask = true;
			options->never_ask = false;
			break;
		case 'j':
			options->jobs = (int) number("--jobs", optarg, 1, JOBS_MAX);
			break;
		default:
			return false;
	}
	return true;
}

/* Takes an option about which files are loaded; false if it is another. */
static bool
read_choice(int c, load_options *options)
{
	switch (c)
	{
		case OPTION_MAX_SIZE:
			options->max_size = size_in_bytes("--max-size", optarg);
			break;
		case OPTION_ALL:
			options->all = true;
			break;
		case OPTION_FORCE:
			options->force = true;
			break;
		case OPTION_FOLLOW_LINKS:
			options->follow_links = true;
			break;
		case OPTION_SINCE:
			options->selection.since = day("--since", optarg);
			break;
		case OPTION_UNTIL:
			options->selection.until = day("--until", optarg);
			break;
		case OPTION_ACCOUNT:
			add_choice("--account", options->selection.accounts,
					   &options->selection.account_count);
			break;
		case OPTION_REGION:
			add_choice("--region", options->selection.regions,
					   &options->selection.region_count);
			break;
		default:
			return false;
	}
	return true;
}

/* Takes an option about how they are; false if it is another. */
static bool
read_manner(int c, load_options *options)
{
	switch (c)
	{
		case 'n':
			options->dry_run = true;
			break;
		case 'q':
			options->quiet = true;
			options->verbose = false;
			break;
		case 'v':
			options->verbose = true;
			options->quiet = false;
			break;
		case 'k':
			if (options->key_files == KEY_FILES_MAX)
			{
				fprintf(stderr, "cloudtrail-load: --keys may be given %d times\n",
						KEY_FILES_MAX);
				usage_error();
			}
			options->keys[options->key_files++] = optarg;
			break;
		case OPTION_CREATE:
			options->create = true;
			break;
		case OPTION_VERIFY:
			options->verify = true;
			break;
		case OPTION_FOLLOW:
			options->follow = FOLLOW_USUAL;
			if (optarg != NULL)
				options->follow = (int) number("--follow", optarg, 1, FOLLOW_MAX);
			break;
		case OPTION_RELIST:
			options->relist = (int) number("--relist", optarg, 1, RELIST_MAX);
			break;
		case OPTION_REQUESTS:
			options->requests = (int) number("--requests", optarg, 1, REQUESTS_MAX);
			break;
		default:
			return false;
	}
	return true;
}

/* Takes what stands behind the options: the trail and the paths. */
static void
read_paths(int argc, char **argv, load_options *options)
{
	if (argc - optind < 2)
	{
		fprintf(stderr, "cloudtrail-load: %s missing\n",
				argc == optind ? "TRAIL and PATH are" : "PATH is");
		usage_error();
	}
	if (strcmp(argv[optind], "verify") == 0)
		options->verify = true;
	else
		options->trail = argv[optind];
	if (options->trail != NULL)
		check_order(options->trail, argv[optind + 1]);
	options->paths = argv + optind + 1;
	options->path_count = argc - optind - 1;
	check_follow(options);
	for (int i = 0; options->verify && i < options->path_count; i++)
	{
		/* What is read once cannot be verified first and loaded then. */
		if (strcmp(options->paths[i], "-") == 0)
		{
			fputs("cloudtrail-load: standard input cannot be verified\n", stderr);
			usage_error();
		}
	}
}

void
read_options(int argc, char **argv, load_options *options)
{
	int			c;

	*options = (load_options) {
		.max_size = FILE_SIZE_DEFAULT, .relist = RELIST_USUAL, .requests = REQUESTS_USUAL
	};
	while ((c = getopt_long(argc, argv, "d:h:p:U:wWj:k:nqvV?", names, NULL)) != -1)
	{
		if (read_connection(c, options) || read_choice(c, options) || read_manner(c, options))
			continue;
		if (c == 'V')
			print_and_exit("cloudtrail-load " LOAD_VERSION "\n");
		/* getopt returns "?" for a mistake, too. */
		if (c != OPTION_HELP && strcmp(argv[optind - 1], "-?") != 0)
			usage_error();
		print_and_exit(help);
	}
	read_paths(argc, argv, options);
}
