/*
 * s3.c: log files as CloudTrail puts them in S3: gzip, one folder for each
 * account, Region and day, and folders of their own for Insights events and
 * network activity events.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zlib.h>

#include "calendar.h"
#include "output.h"

/* A new log file may hold what came in five minutes. */
#define DELIVERY_MS (5 * MINUTE_MS)

static const char *const kinds[] = {"CloudTrail", "CloudTrail-Insight", "CloudTrail-NetworkActivity"};

#define KINDS ((int) (sizeof(kinds) / sizeof(*kinds)))

/* A log file that is being filled. */
typedef struct log_file
{
	text		json;
	int64_t		events;
	int64_t		time;			/* of its last event */
} log_file;

static const char *root;
static int64_t most_events;
static const world *the_world;
static log_file *files;			/* by account, Region and kind */
static rng name_rng;

/* Begins to write log files below a folder. */
void
s3_open(const char *folder, int64_t events_per_file, const world *w)
{
	root = folder;
	most_events = events_per_file;
	the_world = w;
	files = xalloc((size_t) (w->accounts * w->regions * KINDS) * sizeof(log_file));
	name_rng = rng_fork(w->seed, 5);
}

/* Creates the folders of a path. */
static void
make_folders(char *path)
{
	for (char *p = path + 1; *p; p++)
	{
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0777) != 0 && errno != EEXIST)
			die("cannot create the folder %s", path);
		*p = '/';
	}
}

/* Compresses a text into a file. */
static void
write_compressed(const char *path, const text *json)
{
	z_stream	z = {0};
	FILE	   *out = fopen(path, "wb");
	unsigned char *packed;
	size_t		size;

	if (out == NULL)
		die("cannot create %s", path);
	if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		die("zlib fails to start");
	size = deflateBound(&z, (uLong) json->len);
	packed = xalloc(size);
	z.next_in = (unsigned char *) json->data;
	z.avail_in = (uInt) json->len;
	z.next_out = packed;
	z.avail_out = (uInt) size;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		die("zlib fails to compress");
	size = z.total_out;
	deflateEnd(&z);
	if (fwrite(packed, 1, size, out) != size || fclose(out) != 0)
		die("cannot write %s", path);
	free(packed);
}

/* Delivers a log file and empties it. */
static void
deliver(log_file *f, int number)
{
	const char *kind = kinds[number % KINDS];
	const char *region = world_regions[number / KINDS % the_world->regions];
	const char *owner = the_world->account[number / KINDS / the_world->regions].id;
	int64_t		time = f->time - f->time % DELIVERY_MS + DELIVERY_MS;
	text		path = {0};

	text_adds(&path, root);
	text_lit(&path, "/AWSLogs/");
	text_adds(&path, owner);
	text_addc(&path, '/');
	text_adds(&path, kind);
	text_addc(&path, '/');
	text_adds(&path, region);
	text_addc(&path, '/');
	text_day(&path, time, "/");
	text_addc(&path, '/');
	text_adds(&path, owner);
	text_addc(&path, '_');
	text_adds(&path, kind);
	text_addc(&path, '_');
	text_adds(&path, region);
	text_addc(&path, '_');
	text_compact_time(&path, time, false);
	text_addc(&path, '_');
	text_random(&path, &name_rng, alphabet_alnum, 62, 16);
	text_lit(&path, ".json.gz");
	text_addc(&path, '\0');
	make_folders(path.data);
	text_lit(&f->json, "]}");
	write_compressed(path.data, &f->json);
	text_free(&path);
	f->json.len = 0;
	f->events = 0;
}

/* Adds a record to the log file it belongs in. */
void
s3_record(const text *record, const scene *s)
{
	uint32_t	flags = s->entry->shape->flags;
	int			region = s->entry->service->global ? GLOBAL_REGION : s->region;
	int			kind = flags & INSIGHT ? 1 : flags & NETWORK ? 2 : 0;
	int			number = (s->recipient * the_world->regions + region) * KINDS + kind;
	log_file   *f = &files[number];

	/* A folder holds what was delivered on its day. */
	if (f->events > 0 && f->time / DAY_MS < s->time / DAY_MS)
		deliver(f, number);
	text_adds(&f->json, f->events ? "," : "{\"Records\":[");
	text_add(&f->json, record->data, record->len);
	f->time = s->time;
	if (++f->events == most_events)
		deliver(f, number);
}

/* Delivers the log files that are not full. */
void
s3_close(void)
{
	for (int i = 0; i < the_world->accounts * the_world->regions * KINDS; i++)
	{
		if (files[i].events > 0)
			deliver(&files[i], i);
		text_free(&files[i].json);
	}
	free(files);
}
