/*
 * chain_list.c: the chains that digests form, and the times they are about.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/evidence/verdict.h"

/*
 * Digests come once an hour, those of two trails at different minutes: ends
 * that lie closer to one another say nothing.
 */
#define HOUR	(INT64_C(3600) * 1000000)

/* Order of accounts and Regions. */
static int
compare_accounts(ct_slice account, ct_slice region, ct_slice other_account, ct_slice other_region)
{
	int			order = ct_compare_slices(account, other_account);

	return order != 0 ? order : ct_compare_slices(region, other_region);
}

/* Order of chains: by account, Region and start. */
static int
compare_chains(const void *x, const void *y)
{
	const ct_chain *a = *(ct_chain *const *) x;
	const ct_chain *b = *(ct_chain *const *) y;
	int			order = compare_accounts(a->first->account_id, a->first->region,
										 b->first->account_id, b->first->region);

	return order != 0 ? order : (a->start_time > b->start_time) - (a->start_time < b->start_time);
}

/* Adds a digest to its chain's time. */
static void
extend(ct_chain *chain, const ct_chain_digest *d)
{
	bool		first = chain->count++ == 0;

	if (d->proven && !chain->proven)
	{
		chain->proven = true;
		first = true;
	}
	if (d->proven != chain->proven)
		return;
	if (first || d->start_time < chain->start_time)
		chain->start_time = d->start_time;
	if (first || d->end_time > chain->end_time)
		chain->end_time = d->end_time;
}

/* Of chains by start the one that ends last of those that begin before a time; or NULL. */
static const ct_chain *
longest_before(ct_chain **first, ct_chain **end, int64_t time)
{
	size_t		low = 0;
	size_t		high = (size_t) (end - first);

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;

		if (first[middle]->start_time < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? first[low - 1]->longest : NULL;
}

/* Finds, of chains of one account and Region by start, amid which others each begins and ends. */
static void
find_overlaps(ct_chain **first, ct_chain **end)
{
	for (ct_chain **c = first; c < end; c++)
	{
		(*c)->longest = c > first ? c[-1]->longest : NULL;
		if ((*c)->proven && ((*c)->longest == NULL || (*c)->end_time > (*c)->longest->end_time))
			(*c)->longest = *c;
	}
	for (ct_chain **c = first; c < end; c++)
	{
		const ct_chain *other = longest_before(first, end, (*c)->start_time - HOUR);

		if (other != NULL && other->end_time > (*c)->start_time)
			(*c)->begins_in = other;
		other = longest_before(first, end, (*c)->end_time);
		if (other != NULL && other->end_time > (*c)->end_time + HOUR)
			(*c)->ends_in = other;
	}
}

void
ct_list_chains(ct_verdict *v)
{
	ct_chain  **sorted;
	size_t		count = 0;
	size_t		end;

	v->chains = v->host.allocate(v->host.arg, (v->digest_count + 1) * sizeof(ct_chain));
	sorted = v->host.allocate(v->host.arg, (v->digest_count + 1) * sizeof(ct_chain *));
	for (size_t i = 0; i < v->digest_count && ct_in_chain(v->digests[i]); i++)
	{
		if (i == 0 || !ct_same_chain(v->digests[i - 1], v->digests[i]))
			v->chains[v->chain_count++] = (ct_chain) {.first = v->digests[i]};
		extend(&v->chains[v->chain_count - 1], v->digests[i]);
	}
	for (size_t i = 0; i < v->chain_count; i++)
	{
		if (!v->chains[i].first->backfill && v->chains[i].first->chain.len > 0)
			sorted[count++] = &v->chains[i];
	}
	if (count > 0)
		qsort(sorted, count, sizeof(*sorted), compare_chains);
	for (size_t i = 0; i < count; i = end)
	{
		for (end = i + 1; end < count &&
			 compare_accounts(sorted[i]->first->account_id, sorted[i]->first->region,
							  sorted[end]->first->account_id, sorted[end]->first->region) == 0;)
			end++;
		find_overlaps(sorted + i, sorted + end);
	}
}

/* Order of spans: by account, Region and start. */
static int
compare_spans(const void *a, const void *b)
{
	const ct_span *x = a;
	const ct_span *y = b;
	int			order = compare_accounts(x->account_id, x->region, y->account_id, y->region);

	return order != 0 ? order : (x->start > y->start) - (x->start < y->start);
}

/* Sorts spans, and makes each end no earlier than those before, so that a search looks at one. */
static void
sort_spans(ct_span *spans, size_t count)
{
	if (count > 0)
		qsort(spans, count, sizeof(ct_span), compare_spans);
	for (size_t i = 1; i < count; i++)
	{
		ct_span    *before = &spans[i - 1];
		ct_span    *here = &spans[i];

		if (compare_accounts(before->account_id, before->region,
							 here->account_id, here->region) == 0 &&
			before->end > here->start && before->end > here->end)
			here->end = before->end;
	}
}

void
ct_list_spans(ct_verdict *v)
{
	v->spans = v->host.allocate(v->host.arg, (v->digest_count + 1) * sizeof(ct_span));
	v->all_spans = v->host.allocate(v->host.arg, (v->digest_count + 1) * sizeof(ct_span));
	for (size_t i = 0; i < v->digest_count; i++)
	{
		const ct_chain_digest *d = v->digests[i];

		if (!d->proven || d->backfill || d->start_time > d->end_time)
			continue;
		v->spans[v->span_count] = (ct_span) {d->account_id, d->region, d->start_time, d->end_time};
		v->all_spans[v->span_count++] = (ct_span) {.start = d->start_time, .end = d->end_time};
	}
	sort_spans(v->spans, v->span_count);
	sort_spans(v->all_spans, v->span_count);
}

bool
ct_covers(const ct_verdict *v, ct_slice account_id, ct_slice region, int64_t time)
{
	bool		any = account_id.ptr == NULL || region.ptr == NULL;
	const ct_span *spans = any ? v->all_spans : v->spans;
	ct_span		wanted = {.start = time};
	size_t		low = 0;
	size_t		high = v->span_count;

	if (!any)
	{
		wanted.account_id = account_id;
		wanted.region = region;
	}
	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;

		if (compare_spans(&spans[middle], &wanted) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && time < spans[low - 1].end &&
		compare_accounts(spans[low - 1].account_id, spans[low - 1].region,
						 wanted.account_id, wanted.region) == 0;
}

/* The name of a chain as far as it is shown. */
static ct_slice
chain_name(const ct_chain *chain)
{
	ct_slice	name = chain->first->chain.len > 0 ? chain->first->chain : chain->first->name;

	if (name.len > 250)
		name.len = 250;
	return name;
}

#define TEXT(slice)		(int) (slice).len, (slice).ptr

void
ct_chain_remark(const ct_chain *chain, char remark[CT_CHAIN_DESCRIPTION])
{
	ct_slice	name = chain_name(chain);
	int			len = 0;

	remark[0] = '\0';
	if (!chain->proven)
		len = snprintf(remark, CT_CHAIN_DESCRIPTION,
					   "no digest of chain %.*s has a valid signature by a given key: it proves nothing",
					   TEXT(name));
	if (chain->begins_in != NULL)
	{
		ct_slice	other = chain_name(chain->begins_in);

		len += snprintf(remark + len, CT_CHAIN_DESCRIPTION - (size_t) len,
						"%schain %.*s begins amid the time of chain %.*s",
						len > 0 ? "; " : "", TEXT(name), TEXT(other));
	}
	if (chain->ends_in != NULL)
	{
		ct_slice	other = chain_name(chain->ends_in);

		snprintf(remark + len, CT_CHAIN_DESCRIPTION - (size_t) len,
				 "%schain %.*s ends amid the time of chain %.*s",
				 len > 0 ? "; " : "", TEXT(name), TEXT(other));
	}
}
