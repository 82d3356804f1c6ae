/*
 * test_manifest.c: manifests read back as they were written, and anything
 * else is refused without a step outside its bytes.
 */
#include "core/event/record_read.h"
#include "core/evidence/manifest.h"
#include "random_event.h"
#include "tap.h"

#define LOGS		200
#define EVENTS_MAX	40
#define MUTATIONS	50000

/* A log file, its events, and its manifest. */
typedef struct log_file
{
	buffer		content;
	buffer		manifest;
	size_t		starts[EVENTS_MAX];
	size_t		lengths[EVENTS_MAX];
	ct_record	records[EVENTS_MAX];
	size_t		count;
} log_file;

/* Makes a log file of random events, with random gaps between them. */
static void
make_log(rng *r, log_file *log)
{
	static const char *const gaps[] = {",", ",", ",", ",\n", " , ", "", "],\"Records\":["};

	puts_to(&log->content, "{\"Records\":[");
	log->count = rng_below(r, EVENTS_MAX);
	for (size_t i = 0; i < log->count; i++)
	{
		if (i > 0)
			puts_to(&log->content, gaps[rng_below(r, 7)]);
		log->starts[i] = log->content.len;
		put_random_event(r, &log->content);
		log->lengths[i] = log->content.len - log->starts[i];
	}
	puts_to(&log->content, "]}");
}

/* Writes the manifest of a log file. */
static void
write_manifest(log_file *log, ct_manifest_mode mode)
{
	ct_manifest_writer writer = {0};
	uint8_t		bytes[CT_MANIFEST_ENTRY_MAX];
	uint8_t		hash[32] = {1, 2, 3};
	const char *end = log->content.ptr;
	ct_error	err;
	bool		put_gap;

	ct_manifest_head(mode, log->count, bytes);
	put(&log->manifest, (char *) bytes, CT_MANIFEST_HEAD);
	if (mode == CT_MANIFEST_EVENTS)
		put(&log->manifest, (char *) hash, sizeof(hash));
	for (size_t i = 0; i < log->count; i++)
	{
		ct_record  *rec = &log->records[i];

		ct_record_read(log->content.ptr + log->starts[i], log->lengths[i], rec, NULL, &err);
		if (mode == CT_MANIFEST_FILE)
		{
			ct_slice	gap = {end, (size_t) (rec->json - end)};

			put(&log->manifest, (char *) bytes, ct_manifest_gap(&writer, gap, &put_gap, bytes));
			if (put_gap)
				put(&log->manifest, gap.ptr, gap.len);
			end = rec->json + rec->length;
		}
		put(&log->manifest, (char *) bytes, ct_manifest_event(&writer, rec, bytes));
	}
	if (mode == CT_MANIFEST_FILE)
	{
		ct_slice	tail = {end, (size_t) (log->content.ptr + log->content.len - end)};

		put(&log->manifest, (char *) bytes, ct_manifest_tail(tail, bytes));
		put(&log->manifest, tail.ptr, tail.len);
	}
}

/* Reads a manifest, and makes the file again of it and the events; true if all is as it was. */
static bool
read_back(const log_file *log)
{
	char	   *copy = exact_copy(log->manifest.ptr, log->manifest.len);
	ct_manifest_reader reader;
	ct_manifest_entry entry;
	buffer		content = {0};
	ct_slice	tail;
	uint8_t		key[16];
	bool		same = ct_manifest_open(copy, log->manifest.len, &reader);

	puts_to(&content, "");
	for (size_t i = 0; same && ct_manifest_next(&reader, &entry); i++)
	{
		const ct_record *rec = &log->records[i];

		ct_event_key(rec, key);
		same = entry.event_time == rec->event_time && memcmp(key, entry.event_key, 16) == 0 &&
			entry.checksum == ct_manifest_checksum(rec->json, rec->length);
		put(&content, entry.gap.len > 0 ? entry.gap.ptr : "", entry.gap.len);
		put(&content, rec->json, rec->length);
	}
	same = same && ct_manifest_end(&reader, &tail);
	if (same && reader.mode == CT_MANIFEST_FILE)
	{
		put(&content, tail.ptr, tail.len);
		same = content.len == log->content.len && memcmp(content.ptr, log->content.ptr, content.len) == 0;
	}
	else if (same)
		same = reader.hash[2] == 3 && tail.len == 0;
	free(content.ptr);
	free(copy);
	return same;
}

/* Reads whatever there is. */
static void
read_damaged(const char *bytes, size_t len)
{
	char	   *copy = exact_copy(bytes, len);
	ct_manifest_reader reader;
	ct_manifest_entry entry;
	ct_slice	tail;
	volatile char last;

	if (ct_manifest_open(copy, len, &reader))
	{
		while (ct_manifest_next(&reader, &entry))
		{
			if (entry.gap.len > 0)
				last = entry.gap.ptr[entry.gap.len - 1];
		}
		if (ct_manifest_end(&reader, &tail) && tail.len > 0)
			last = tail.ptr[tail.len - 1];
	}
	(void) last;
	free(copy);
}

int
main(void)
{
	rng			r = rng_fork(11, 0);
	unsigned	good = 0;
	size_t		bytes = 0;
	size_t		events = 0;

	for (int trial = 0; trial < LOGS; trial++)
	{
		log_file	log = {0};

		make_log(&r, &log);
		write_manifest(&log, trial % 2 ? CT_MANIFEST_FILE : CT_MANIFEST_EVENTS);
		good += read_back(&log);
		bytes += log.manifest.len;
		events += log.count;
		for (int i = 0; i < MUTATIONS / LOGS; i++)
		{
			size_t		at = rng_below(&r, (uint32_t) log.manifest.len);
			char		kept = log.manifest.ptr[at];

			log.manifest.ptr[at] = (char) rng_below(&r, 256);
			read_damaged(log.manifest.ptr, i % 3 == 0 ? at : log.manifest.len);
			log.manifest.ptr[at] = kept;
		}
		free(log.content.ptr);
		free(log.manifest.ptr);
	}
	ok(good == LOGS, "%u of %d log files are made again of their events", good, LOGS);
	ok(bytes / events < 40, "a manifest takes %zu bytes an event", bytes / events);
	ok(true, "%d damaged manifests", MUTATIONS);
	return done_testing();
}
