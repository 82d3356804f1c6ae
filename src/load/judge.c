/*
 * judge.c: what digests say of the files that were found.
 *
 * A file is told by its name without folders, which is unique: the bucket and
 * the prefix of a trail may change, and where a copy lies says nothing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filename.h"
#include "evidence.h"
#include "text.h"

#define TEXT_ROOM		(CT_CHAIN_DESCRIPTION + 400)

/* A file of the last minutes of an hour may be listed in the digest of the next. */
#define DELIVERY		(INT64_C(15) * 60 * 1000000)

#define NO_TIME			INT64_MAX

/* The time that a digest of an account and Region is about. */
typedef struct span
{
	ct_slice	account_id;
	ct_slice	region;
	int64_t		start;
	int64_t		end;
} span;

typedef struct judgement
{
	evidence   *e;
	evidence_file **by_name;
	evidence_file **by_hash;	/* NULL before it is needed */
	span	   *spans;
	size_t		span_count;
	uint64_t	verified;
	uint64_t	differ;
	uint64_t	missing;
	uint64_t	unlisted;
	uint64_t	uncovered;
	uint64_t	unknown;		/* of an unknown hash algorithm */
	uint64_t	chains;
	uint64_t	links[CT_LINK_COUNT];
	uint64_t	signs[CT_SIGN_COUNT];
	uint64_t	breaks;
	int64_t		first_time;		/* of the first break */
	char		first[TEXT_ROOM + 600];
} judgement;

/* Compares two texts. */
static int
compare_slices(ct_slice a, ct_slice b)
{
	size_t		len = a.len < b.len ? a.len : b.len;
	int			order = len > 0 ? memcmp(a.ptr, b.ptr, len) : 0;

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* Order of files by name. */
static int
compare_names(const void *a, const void *b)
{
	return compare_slices((*(evidence_file *const *) a)->name, (*(evidence_file *const *) b)->name);
}

/* Order of files by hash. */
static int
compare_hashes(const void *a, const void *b)
{
	return memcmp((*(evidence_file *const *) a)->sha256, (*(evidence_file *const *) b)->sha256, CT_SHA256_SIZE);
}

/* Order of spans: by account, Region and start. */
static int
compare_spans(const void *a, const void *b)
{
	const span *x = a;
	const span *y = b;
	int			order = compare_slices(x->account_id, y->account_id);

	if (order == 0)
		order = compare_slices(x->region, y->region);
	return order != 0 ? order : (x->start > y->start) - (x->start < y->start);
}

/* Pointers to all files in an order. */
static evidence_file **
sort_files(evidence *e, int (*compare) (const void *, const void *))
{
	evidence_file **sorted = get_memory((e->file_count + 1) * sizeof(evidence_file *));

	for (size_t i = 0; i < e->file_count; i++)
		sorted[i] = &e->files[i];
	qsort(sorted, e->file_count, sizeof(evidence_file *), compare);
	return sorted;
}

/* The first file in an order that is not before one; its number, that of all files if there is none. */
static size_t
find_first(evidence_file **sorted, size_t count, const evidence_file *wanted,
		   int (*compare) (const void *, const void *))
{
	size_t		low = 0;
	size_t		high = count;

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;

		if (compare(&sorted[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Finds a file with some bytes; NULL if there is none. */
static const evidence_file *
find_bytes(judgement *j, const uint8_t sha256[CT_SHA256_SIZE])
{
	evidence_file wanted;
	size_t		i;

	if (j->by_hash == NULL)
		j->by_hash = sort_files(j->e, compare_hashes);
	memcpy(wanted.sha256, sha256, CT_SHA256_SIZE);
	i = find_first(j->by_hash, j->e->file_count, &wanted, compare_hashes);
	if (i < j->e->file_count && memcmp(j->by_hash[i]->sha256, sha256, CT_SHA256_SIZE) == 0)
		return j->by_hash[i];
	return NULL;
}

/* Says that something is broken, and remembers the first by time. */
static void
say_break(judgement *j, int64_t time, const char *path, const char *text)
{
	if (j->breaks++ == 0 || time < j->first_time)
	{
		j->first_time = time;
		snprintf(j->first, sizeof(j->first), "%.500s: %s", path, text);
	}
	report_complaint(j->e->report, path, text);
}

/* Says what is known of the digests themselves. */
static void
judge_digests(judgement *j)
{
	char		text[CT_CHAIN_DESCRIPTION];
	char		signature[200];
	ct_slice	absent = {"", 0};

	for (size_t i = 0; i < j->e->digest_count; i++)
	{
		const ct_chain_digest *d = j->e->digests[i];
		const ct_chain_digest *before = i > 0 ? j->e->digests[i - 1] : NULL;
		const char *path = ((evidence_digest *) d->owner)->path;
		int64_t		time = d->link == CT_LINK_UNREADABLE ? NO_TIME : d->end_time;

		j->links[d->link]++;
		if (d->link != CT_LINK_UNREADABLE)
		{
			j->signs[d->sign]++;
			j->chains += before == NULL || compare_slices(before->chain, d->chain) != 0 || before->backfill != d->backfill;
		}
		ct_chain_describe(d, text);
		if (ct_link_is_break(d->link))
			say_break(j, d->link == CT_LINK_MISSING || d->link == CT_LINK_ALTERED ? d->start_time : time, path, text);
		else if (text[0] != '\0')
			report_note(j->e->report, path, text);
		if (d->link != CT_LINK_UNREADABLE && d->sign == CT_SIGN_NO_KEY && compare_slices(d->fingerprint, absent) != 0)
		{
			/* Once for each key, not for each of its digests. */
			absent = d->fingerprint;
			snprintf(signature, sizeof(signature), "signed with key %.*s, which was not given",
					 (int) (absent.len < 100 ? absent.len : 100), absent.ptr);
			report_note(j->e->report, path, signature);
		}
		if (ct_sign_is_break(d->sign))
		{
			snprintf(signature, sizeof(signature), "signature of the digest: %s", ct_sign_name(d->sign));
			say_break(j, time, path, signature);
		}
	}
}

/* Says what a digest's log file is: there with its bytes, with others, or not there. */
static void
judge_listed(judgement *j, const ct_chain_digest *d, const evidence_listed *listed)
{
	evidence_file wanted = {.name = listed->name};
	size_t		i = find_first(j->by_name, j->e->file_count, &wanted, compare_names);
	const evidence_file *same;
	const char *digest = ((evidence_digest *) d->owner)->path;
	char		name[600];
	char		text[TEXT_ROOM];

	snprintf(name, sizeof(name), "%.*s", (int) (listed->name.len < 500 ? listed->name.len : 500), listed->name.ptr);
	if (!listed->known_algorithm)
	{
		j->unknown++;
		snprintf(text, sizeof(text), "its hash in %.1000s is not by SHA-256", digest);
		say_break(j, d->end_time, name, text);
	}
	else if (i == j->e->file_count || compare_slices(j->by_name[i]->name, listed->name) != 0)
	{
		j->missing++;
		same = find_bytes(j, listed->sha256);
		snprintf(text, sizeof(text), "missing, though listed in %.600s%s%.600s", digest,
				 same != NULL ? "; the same bytes are in " : "", same != NULL ? same->path : "");
		say_break(j, d->end_time, name, text);
	}
	for (; i < j->e->file_count && compare_slices(j->by_name[i]->name, listed->name) == 0; i++)
	{
		j->by_name[i]->listed = true;
		if (!listed->known_algorithm)
			continue;
		if (memcmp(j->by_name[i]->sha256, listed->sha256, CT_SHA256_SIZE) == 0)
			j->verified++;
		else
		{
			j->differ++;
			snprintf(text, sizeof(text), "hash differs from that in %.1000s", digest);
			say_break(j, d->end_time, j->by_name[i]->path, text);
		}
	}
}

/* Gathers what times the digests are about. */
static void
gather_spans(judgement *j)
{
	j->spans = get_memory((j->e->digest_count + 1) * sizeof(span));
	for (size_t i = 0; i < j->e->digest_count; i++)
	{
		const ct_chain_digest *d = j->e->digests[i];

		if (d->link != CT_LINK_UNREADABLE && !d->backfill && d->start_time <= d->end_time)
			j->spans[j->span_count++] = (span) {d->account_id, d->region, d->start_time, d->end_time};
	}
	if (j->span_count > 0)
		qsort(j->spans, j->span_count, sizeof(span), compare_spans);
	/* Make each end no earlier than those before, so that a search looks at one. */
	for (size_t i = 1; i < j->span_count; i++)
	{
		span	   *before = &j->spans[i - 1];
		span	   *here = &j->spans[i];

		if (compare_slices(before->account_id, here->account_id) == 0 &&
			compare_slices(before->region, here->region) == 0 &&
			before->end > here->start && before->end > here->end)
			here->end = before->end;
	}
}

/* Whether a digest is about a time in an account and Region. */
static bool
is_covered(const judgement *j, const ct_filename *name, int64_t time)
{
	span		wanted = {name->account_id, name->region, time, 0};
	size_t		low = 0;
	size_t		high = j->span_count;

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;

		if (compare_spans(&j->spans[middle], &wanted) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && compare_slices(j->spans[low - 1].account_id, name->account_id) == 0 &&
		compare_slices(j->spans[low - 1].region, name->region) == 0 && time < j->spans[low - 1].end;
}

/* Whether a name is of files that CloudTrail's digests need not list: Insights and the like. */
static bool
is_other_kind(ct_slice name)
{
	return name.len > 24 && memcmp(name.ptr + 12, "_CloudTrail-", 12) == 0;
}

/* Says what a file is that no digest lists. */
static void
judge_unlisted(judgement *j, const evidence_file *file)
{
	ct_filename name;
	bool		named = ct_log_name(file->name, &name);

	if (j->e->digest_count == 0 || is_other_kind(file->name) ||
		(named && !(is_covered(j, &name, name.time) && is_covered(j, &name, name.time + DELIVERY))))
	{
		j->uncovered++;
		if (j->e->report->options->verbose)
			report_note(j->e->report, file->path, "not covered: no digest is about its time");
		return;
	}
	j->unlisted++;
	say_break(j, named ? name.time : NO_TIME, file->path, "listed nowhere, though digests are about its time");
}

/* What could not be proven, of what should be provable. */
static uint64_t
unproven(const judgement *j)
{
	return j->uncovered + j->links[CT_LINK_EARLIEST] + j->links[CT_LINK_RESTART] + j->links[CT_LINK_GAP] +
		j->signs[CT_SIGN_NO_KEY];
}

/* Prints the last word. */
static void
print_summary(const judgement *j)
{
	char		room[3][COUNT_ROOM];

	printf("%s log file(s), %s verified", with_commas(room[0], j->e->file_count), with_commas(room[1], j->verified));
	print_part(j->differ, "with another hash");
	print_part(j->missing, "missing");
	print_part(j->unlisted, "listed nowhere");
	print_part(j->uncovered, "not covered");
	print_part(j->unknown, "of an unknown hash algorithm");
	printf("; %s bytes\n", with_commas(room[2], j->e->bytes));
	printf("%s digest(s) in %s chain(s)", with_commas(room[0], j->e->digest_count), with_commas(room[1], j->chains));
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
	else if (j->e->digest_count == 0)
		puts("nothing is proven: there are no digests");
	else
		puts(unproven(j) == 0 ? "no break" : "no break found, but not all can be proven");
	fflush(stdout);
}

/* What the program says to who started it. */
static int
exit_status(const judgement *j)
{
	if (j->breaks > 0)
		return EXIT_BROKEN;
	if (j->e->report->counts.failed > 0 || j->e->report->counts.untried > 0)
		return EXIT_FAILED;
	return unproven(j) > 0 || j->e->digest_count == 0 ? EXIT_REJECTS : EXIT_LOADED;
}

/* Says what was found, and returns the exit status. */
int
evidence_judge(evidence *e, bool interrupted)
{
	judgement	j = {.e = e};

	if (interrupted)
	{
		report_complaint(e->report, NULL, "interrupted: nothing is said of files that were not read");
		return EXIT_FAILED;
	}
	if (e->digest_count > 0)
		ct_chain_check(e->digests, e->digest_count, e->keys, e->key_count);
	j.by_name = sort_files(e, compare_names);
	judge_digests(&j);
	for (size_t i = 0; i < e->digest_count; i++)
	{
		const evidence_digest *d = e->digests[i]->owner;

		/* A copy of a digest, which was sorted beside it, says nothing new. */
		if (i > 0 && d->member.link != CT_LINK_UNREADABLE &&
			memcmp(e->digests[i - 1]->sha256, d->member.sha256, CT_SHA256_SIZE) == 0)
			continue;
		for (size_t k = 0; k < d->member.file_count; k++)
			judge_listed(&j, &d->member, &d->files[k]);
	}
	gather_spans(&j);
	for (size_t i = 0; i < e->file_count; i++)
	{
		if (!e->files[i].listed)
			judge_unlisted(&j, &e->files[i]);
	}
	if (!e->report->options->quiet)
		print_summary(&j);
	free(j.by_name);
	free(j.by_hash);
	free(j.spans);
	return exit_status(&j);
}
