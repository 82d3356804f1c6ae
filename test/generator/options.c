/*
 * options.c: reads the command line of the generator.
 */
#include <stdio.h>
#include <stdlib.h>

#include "calendar.h"
#include "options.h"
#include "world.h"

static const char help[] =
"Writes CloudTrail events of an invented organization.  The same options give\n"
"the same events on every machine.\n"
"\n"
"usage: generate [option]...\n"
"\n"
"  --events N            how many (default 1000)\n"
"  --seed N              of the pseudo-random numbers (default 1)\n"
"  --start YYYY-MM-DD    when the events begin (default 2024-01-01)\n"
"  --days N              the span of time they are spread over (default 30)\n"
"  --accounts N          (default 3)\n"
"  --regions N           (default 3, at most 17)\n"
"  --secrets N           how many secrets there are (default 200)\n"
"  --format FORMAT       ndjson       one event a line (default)\n"
"                        s3           log files below --out, as S3 holds them\n"
"                        records      one {\"Records\":[...]}\n"
"                        lookup       what aws cloudtrail lookup-events prints\n"
"                        eventbridge  one EventBridge envelope a line\n"
"                        cwlogs       a CloudWatch Logs subscription document\n"
"  --out FOLDER          for the format s3\n"
"  --events-per-file N   for the format s3 (default 500)\n"
"  --service NAME        only this service, such as secretsmanager (with the\n"
"                        KMS events that its calls cause)\n"
"  --stories PERCENT     share of the draws that go to the secrets (default 4)\n"
"  --only-holdout        only the shapes that are kept from training\n"
"  --no-holdout          only the others\n"
"  --hostile PERCENT     records that are valid but meant to trip a reader up\n"
"  --broken PERCENT      records that are no events at all\n"
"  --chains N            beside the events, so many chains of sessions that end\n"
"                        with the read of a secret (ndjson and records only)\n"
"  --manifest FILE       a line for each record: number, good or broken, kind;\n"
"                        of a chain's read also eventID, kind of origin, origin,\n"
"                        what is missing (event, owner, caller), of which account\n"
"  --shapes              lists the shapes: service, event name, whether held out\n"
"  --help                this text\n";

/* A whole number within bounds, or the end. */
static int64_t
read_number(const char *name, const char *value, int64_t least, int64_t most)
{
	char	   *end;
	long long	number = strtoll(value, &end, 10);

	if (*value == '\0' || *end != '\0' || number < least || number > most)
		die("%s wants a number from %lld to %lld, not \"%s\"", name, (long long) least, (long long) most, value);
	return number;
}

/* A percentage with up to two decimals, in hundredths. */
static int
read_percent(const char *name, const char *value)
{
	char	   *end;
	double		percent = strtod(value, &end);

	if (*value == '\0' || *end != '\0' || !(percent >= 0 && percent <= 100))
		die("%s wants a number from 0 to 100, not \"%s\"", name, value);
	return (int) (percent * 100 + 0.5);
}

/* The format of a name, or the end. */
static format
read_format(const char *value)
{
	static const char *const names[] = {"ndjson", "s3", "records", "lookup", "eventbridge", "cwlogs"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(value, names[i]) == 0)
			return (format) i;
	die("there is no format \"%s\"", value);
}

/* The name of a service as the shapes have it, without .amazonaws.com. */
static const char *
read_service(const char *value)
{
	char	   *name = xstrdup(value);
	char	   *dot = strchr(name, '.');

	if (dot != NULL)
		*dot = '\0';
	return name;
}

/* Takes an option without a value; false where it is none. */
static bool
take_switch(options *o, const char *name)
{
	if (strcmp(name, "--help") == 0)
	{
		fputs(help, stdout);
		exit(0);
	}
	else if (strcmp(name, "--shapes") == 0)
		o->list_shapes = true;
	else if (strcmp(name, "--only-holdout") == 0)
		o->selection.only_holdout = true;
	else if (strcmp(name, "--no-holdout") == 0)
		o->selection.no_holdout = true;
	else
		return false;
	return true;
}

/* Takes an option with its value. */
static void
take_value(options *o, const char *name, const char *value)
{
	if (strcmp(name, "--events") == 0)
		o->events = read_number(name, value, 0, 2000000000);
	else if (strcmp(name, "--seed") == 0)
		o->seed = read_number(name, value, 0, INT64_MAX);
	else if (strcmp(name, "--start") == 0)
	{
		if (!calendar_parse_day(value, &o->start))
			die("--start wants a date as 2024-01-31, not \"%s\"", value);
	}
	else if (strcmp(name, "--days") == 0)
		o->days = read_number(name, value, 1, 36500);
	else if (strcmp(name, "--accounts") == 0)
		o->accounts = read_number(name, value, 1, 500);
	else if (strcmp(name, "--regions") == 0)
		o->regions = read_number(name, value, 1, REGION_LIMIT);
	else if (strcmp(name, "--secrets") == 0)
		o->secrets = read_number(name, value, 1, 10000000);
	else if (strcmp(name, "--format") == 0)
		o->format = read_format(value);
	else if (strcmp(name, "--out") == 0)
		o->out = value;
	else if (strcmp(name, "--events-per-file") == 0)
		o->events_per_file = read_number(name, value, 1, 1000000);
	else if (strcmp(name, "--chains") == 0)
		o->chains = read_number(name, value, 0, 1000000);
	else if (strcmp(name, "--service") == 0)
		o->selection.service = read_service(value);
	else if (strcmp(name, "--stories") == 0)
		o->selection.stories_percent = (int) read_number(name, value, 0, 100);
	else if (strcmp(name, "--hostile") == 0)
		o->hostile = read_percent(name, value);
	else if (strcmp(name, "--broken") == 0)
		o->broken = read_percent(name, value);
	else if (strcmp(name, "--manifest") == 0)
		o->manifest = value;
	else
		die("there is no option %s; try --help", name);
}

/* Reads the command line, or ends the program over what is wrong with it. */
options
options_read(int argc, char **argv)
{
	options		o = {
		.events = 1000, .seed = 1, .days = 30, .accounts = 3, .regions = 3, .secrets = 200,
		.events_per_file = 500, .selection.stories_percent = -1
	};

	calendar_parse_day("2024-01-01", &o.start);
	for (int i = 1; i < argc; i++)
	{
		char	   *equals = strchr(argv[i], '=');

		if (take_switch(&o, argv[i]))
			continue;
		if (equals != NULL)
		{
			*equals = '\0';
			take_value(&o, argv[i], equals + 1);
		}
		else if (i + 1 < argc)
		{
			take_value(&o, argv[i], argv[i + 1]);
			i++;
		}
		else
			die("%s is no option, or lacks its value; try --help", argv[i]);
	}
	if (o.format == FORMAT_S3 && o.out == NULL)
		die("the format s3 wants --out");
	if (o.selection.only_holdout && o.selection.no_holdout)
		die("--only-holdout and --no-holdout exclude each other");
	if (o.chains > 0 && o.format != FORMAT_NDJSON && o.format != FORMAT_RECORDS)
		die("--chains wants the format ndjson or records");
	o.selection.only_management = o.format == FORMAT_LOOKUP;
	return o;
}
