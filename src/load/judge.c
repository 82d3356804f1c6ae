/*
 * judge.c: reports what digests say of the files that were found.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blob.h"
#include "core/container/container.h"
#include "evidence.h"
#include "text.h"

#define TEXT_ROOM		(CT_CHAIN_DESCRIPTION + 400)

#define NO_TIME			INT64_MAX

typedef struct judgement
{
	evidence   *e;
	const ct_verdict *v;
	uint64_t	files[CT_FILE_STATUS_COUNT];
	uint64_t	links[CT_LINK_COUNT];
	uint64_t	signs[CT_SIGN_COUNT];
	uint64_t	unsigned_chains;
	uint64_t	ending_chains;	/* amid the time of another */
	uint64_t	breaks;
	int64_t		first_time;		/* of the first break */
	char		first[TEXT_ROOM + 600];
} judgement;

/* Reports that something is broken, and remembers the first by time. */
static void
report_break(judgement *j, int64_t time, const char *path, const char *text)
{
	if (j->breaks++ == 0 || time < j->first_time)
	{
		j->first_time = time;
		snprintf(j->first, sizeof(j->first), "%.500s: %s", path, text);
	}
	report_complaint(j->e->report, path, text);
}

/* Reports what is known of a digest. */
static void
judge_digest(judgement *j, const ct_chain_digest *d, ct_slice *absent_key)
{
	const char *path = d->owner;
	int64_t		time = ct_in_chain(d) ? d->end_time : NO_TIME;
	char		text[CT_CHAIN_DESCRIPTION];

	j->links[d->link]++;
	ct_chain_describe(d, text);
	if (ct_link_is_break(d->link))
		report_break(j, d->link == CT_LINK_MISSING || d->link == CT_LINK_ALTERED ? d->start_time :
					 time, path, text);
	else if (text[0] != '\0')
		report_note(j->e->report, path, text);
	if (!ct_in_chain(d))
		return;
	j->signs[d->sign]++;
	if (d->sign == CT_SIGN_NO_KEY && ct_compare_slices(d->fingerprint, *absent_key) != 0)
	{
		/* Once for each key, not for each of its digests. */
		*absent_key = d->fingerprint;
		snprintf(text, sizeof(text), "signed with key %.*s, which was not given",
				 (int) (absent_key->len < 100 ? absent_key->len : 100), absent_key->ptr);
		report_note(j->e->report, path, text);
	}
	if (ct_sign_is_break(d->sign))
	{
		snprintf(text, sizeof(text), "signature of the digest: %s", ct_sign_name(d->sign));
		report_break(j, time, path, text);
	}
}

/* Reports what is known of the chains. */
static void
judge_chains(judgement *j)
{
	ct_slice	absent_key = {"", 0};
	char		remark[CT_CHAIN_DESCRIPTION];

	for (size_t i = 0; i < j->v->digest_count; i++)
		judge_digest(j, j->v->digests[i], &absent_key);
	for (size_t i = 0; i < j->v->chain_count; i++)
	{
		const ct_chain *chain = &j->v->chains[i];

		j->unsigned_chains += !chain->proven;
		j->ending_chains += chain->ends_in != NULL;
		ct_chain_remark(chain, remark);
		if (remark[0] != '\0')
			report_note(j->e->report, chain->first->owner, remark);
	}
}

/* Reports a log file that is listed, but not here. */
static void
judge_missing(judgement *j, const ct_listed *listed)
{
	const ct_log_file *same = ct_verdict_same_bytes(j->v, listed->sha256);
	char		name[600];
	char		text[TEXT_ROOM];

	j->files[CT_FILE_MISSING]++;
	snprintf(name, sizeof(name), "%.*s", (int) (listed->name.len < 500 ? listed->name.len : 500),
			 listed->name.ptr);
	snprintf(text, sizeof(text), "missing, though listed in %.600s%s%.600s",
			 (const char *) listed->digest->owner,
			 same != NULL ? "; the same bytes are in " : "",
			 same != NULL ? (const char *) same->owner : "");
	report_break(j, listed->digest->end_time, name, text);
}

/* Judges a file that no digest lists by its events; what cannot be read again stays as it is. */
static void
judge_events(judgement *j, ct_log_file *file)
{
	const load_options *options = j->e->report->options;
	atomic_bool stop = false;
	char		reason[200];
	char	   *buffer = NULL;
	size_t		room = 0;
	int64_t		size = read_blob(file->owner, options, options->max_size, &stop, &buffer,
								 &room, reason, sizeof(reason));
	ct_splitter *splitter = NULL;
	ct_item		item;

	if (size < 0 || !evidence_holds(j->e, file->owner, buffer, (size_t) size))
		report_break(j, NO_TIME, file->owner, "was changed while it was verified");
	else
		splitter = ct_splitter_new(buffer, (size_t) size);
	while (splitter != NULL && ct_splitter_next(splitter, &item))
	{
		if (item.kind == CT_ITEM_EVENT && !ct_verdict_record(j->v, file, item.rec))
			break;
	}
	ct_splitter_free(splitter);
	free(buffer);
}

/* Reports what a log file is. */
static void
judge_file(judgement *j, ct_log_file *file)
{
	const char *path = file->owner;
	const char *digest = file->listed != NULL ? file->listed->digest->owner : NULL;
	int64_t		time = digest != NULL ? file->listed->digest->end_time :
		file->name.kind == CT_NAME_UNKNOWN ? NO_TIME : file->name.time;
	char		text[TEXT_ROOM];

	if (file->wants_events)
		judge_events(j, file);
	j->files[file->status]++;
	switch (file->status)
	{
		case CT_FILE_UNSIGNED:
			snprintf(text, sizeof(text), file->broken ?
					 "hash differs from that in %.1000s, which nothing proves" :
					 "not proven: %.1000s, which lists it, has no valid signature, nor has one that follows",
					 digest);
			if (file->broken)
				report_break(j, time, path, text);
			else if (j->e->report->options->verbose)
				report_note(j->e->report, path, text);
			break;
		case CT_FILE_UNCOVERED:
			if (j->e->report->options->verbose)
				report_note(j->e->report, path, "not covered: no proven digest covers its time");
			break;
		case CT_FILE_UNLISTED:
			report_break(j, time, path, "listed nowhere, though proven digests cover its time");
			break;
		case CT_FILE_DIFFERS:
			snprintf(text, sizeof(text), "hash differs from that in %.1000s", digest);
			report_break(j, time, path, text);
			break;
		case CT_FILE_ALGORITHM:
			snprintf(text, sizeof(text), "its hash in %.1000s is not by SHA-256", digest);
			report_break(j, time, path, text);
			break;
		case CT_FILE_UNREADABLE:
			report_break(j, time, path, "named as a digest, but too large for one");
			break;
		default:
			break;
	}
}

/* What could not be proven, of what should be provable. */
static uint64_t
unproven(const judgement *j)
{
	return j->v->file_count - j->files[CT_FILE_VERIFIED] + (j->v->digest_count == 0) +
		j->unsigned_chains + j->ending_chains +
		j->links[CT_LINK_EARLIEST] + j->links[CT_LINK_RESTART] + j->links[CT_LINK_GAP];
}

/* Prints the last word. */
static void
print_summary(const judgement *j)
{
	char		room[3][COUNT_ROOM];

	printf("%s log file%s, %s verified", with_commas(room[0], j->v->file_count),
		   plural(j->v->file_count), with_commas(room[1], j->files[CT_FILE_VERIFIED]));
	print_part(j->files[CT_FILE_DIFFERS], "with another hash");
	print_part(j->files[CT_FILE_MISSING], "missing");
	print_part(j->files[CT_FILE_UNLISTED], "listed nowhere");
	print_part(j->files[CT_FILE_UNSIGNED], "without a signature");
	print_part(j->files[CT_FILE_UNCOVERED], "not covered");
	print_part(j->files[CT_FILE_ALGORITHM], "of an unknown hash algorithm");
	print_part(j->files[CT_FILE_UNREADABLE], "named as digests");
	printf("; %s byte%s\n", with_commas(room[2], j->e->bytes), plural(j->e->bytes));
	printf("%s digest%s in %s chain%s", with_commas(room[0], j->v->digest_count),
		   plural(j->v->digest_count), with_commas(room[1], j->v->chain_count),
		   plural(j->v->chain_count));
	print_part(j->unsigned_chains, "without a valid signature");
	print_part(j->ending_chains, "ending amid another");
	for (int link = CT_LINK_EARLIEST; link < CT_LINK_COUNT; link++)
		print_part(j->links[link], ct_link_name((ct_link) link));
	printf("; signatures");
	for (int sign = 0; sign < CT_SIGN_COUNT; sign++)
	{
		if (sign == CT_SIGN_VALID)
			printf(": %s valid", with_commas(room[2], j->signs[sign]));
		else
			print_part(j->signs[sign], ct_sign_name((ct_sign) sign));
	}
	putchar('\n');
	if (j->breaks > 0)
	{
		fputs("first break: ", stdout);
		put_escaped(stdout, j->first);
		putchar('\n');
	}
	else if (j->v->digest_count == 0)
		puts("nothing is proven: there are no digests");
	else
		puts(unproven(j) == 0 ? "no break" : "no break found, but not all can be proven");
	fflush(stdout);
}

/* The exit status of the program. */
static int
exit_status(const judgement *j)
{
	if (j->breaks > 0)
		return EXIT_BROKEN;
	if (j->e->report->counts.failed > 0 || j->e->report->counts.untried > 0)
		return EXIT_FAILED;
	return unproven(j) > 0 ? EXIT_REJECTS : EXIT_LOADED;
}

/* Order of files by path. */
static int
compare_paths(const void *a, const void *b)
{
	return strcmp(((const evidence_file *) a)->path, ((const evidence_file *) b)->path);
}

int
evidence_judge(evidence *e, bool interrupted)
{
	judgement	j = {.e = e, .v = &e->verdict};

	if (interrupted)
	{
		report_complaint(e->report, NULL,
						 "interrupted: nothing is said of files that were not read");
		return EXIT_FAILED;
	}
	if (e->file_count > 0)
		qsort(e->files, e->file_count, sizeof(evidence_file), compare_paths);
	e->verdict.keys = e->keys;
	e->verdict.key_count = e->key_count;
	ct_verdict_judge(&e->verdict);
	judge_chains(&j);
	for (size_t i = 0; i < j.v->listed_count; i++)
	{
		if (j.v->listed[i]->missing)
			judge_missing(&j, j.v->listed[i]);
	}
	for (size_t i = 0; i < j.v->file_count; i++)
		judge_file(&j, j.v->files[i]);
	if (!e->report->options->quiet)
		print_summary(&j);
	return exit_status(&j);
}
