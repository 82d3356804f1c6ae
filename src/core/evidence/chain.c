/*
 * chain.c: whether digests follow one another without a break, and are signed.
 *
 * A digest names the one before by its object, so that is how they are
 * joined; folders do not count, since a trail's bucket and prefix may change.
 * The signature of a digest stands in the next one, hence that of the newest
 * is known only where it was kept along with the file.
 */
#include <stdlib.h>
#include <string.h>

#include "core/evidence/chain.h"
#include "core/evidence/filename.h"

/* Keys are published a little late and used a little long. */
#define KEY_TOLERANCE	(INT64_C(2) * 3600 * 1000000)

/* Order of chains, and of digests in one: the name has the time as its last part. */
static int
compare_places(const ct_chain_digest *a, const ct_chain_digest *b)
{
	int			order = ct_compare_slices(a->chain, b->chain);

	if (order == 0)
		order = (int) a->backfill - (int) b->backfill;
	return order != 0 ? order : ct_compare_slices(a->name, b->name);
}

/* The same, and of digests of one name by their bytes. */
static int
compare_contents(const ct_chain_digest *a, const ct_chain_digest *b)
{
	int			order = compare_places(a, b);

	return order != 0 ? order : ct_compare_bytes(a->sha256, b->sha256, CT_SHA256_SIZE);
}

/* Order of the result: what cannot be read comes last. */
static int
compare_members(const void *x, const void *y)
{
	const ct_chain_digest *a = *(ct_chain_digest *const *) x;
	const ct_chain_digest *b = *(ct_chain_digest *const *) y;
	int			order = (int) ct_in_chain(b) - (int) ct_in_chain(a);

	if (order == 0)
		order = ct_in_chain(a) ? compare_contents(a, b) :
			ct_compare_bytes(a->sha256, b->sha256, CT_SHA256_SIZE);
	return order != 0 ? order : ct_compare_slices(a->source, b->source);
}

/* Copies a text to room. */
static ct_slice
keep(char **room, ct_slice text)
{
	ct_slice	copy = {*room, text.len};

	if (text.len > 0)
		memcpy(*room, text.ptr, text.len);
	*room += text.len;
	return copy;
}

size_t
ct_chain_room(const ct_digest *digest, ct_slice source)
{
	return source.len + digest->object.len + digest->fingerprint.len +
		digest->previous_object.len + digest->previous_signature.len / 2;
}

/* Whether a digest lies where it says that it does, at the time that its name tells. */
static bool
is_misnamed(ct_slice source, const ct_chain_digest *member, const ct_filename *name, bool named)
{
	ct_filename lies;

	/* Who keeps digests under names of his own has nothing to compare. */
	if (ct_digest_name(source, &lies) && ct_compare_slices(lies.base, member->name) != 0)
		return true;
	return !named || name->time / 1000000 != member->end_time / 1000000;
}

bool
ct_chain_take(const ct_digest *digest, ct_slice source, const uint8_t sha256[CT_SHA256_SIZE],
			  char *room, ct_chain_digest *member)
{
	ct_filename name;
	bool		named;
	ct_slice	signature;

	memset(member, 0, sizeof(*member));
	memcpy(member->sha256, sha256, CT_SHA256_SIZE);
	member->source = keep(&room, source);
	member->name = ct_base_name(keep(&room, digest->object));
	named = ct_digest_name(member->name, &name);
	if (named)
	{
		member->chain = name.chain;
		member->region = name.region;
		member->account_id = name.account_id;
		member->backfill = name.backfill;
	}
	member->start_time = digest->start_time;
	member->end_time = digest->end_time;
	member->misnamed = is_misnamed(member->source, member, &name, named) ||
		ct_compare_slices(member->account_id, digest->account_id) != 0;
	member->file_count = digest->file_count;
	member->fingerprint = keep(&room, digest->fingerprint);
	member->known_signature_algorithm = digest->signature_algorithm.len == 13 &&
		memcmp(digest->signature_algorithm.ptr, "SHA256withRSA", 13) == 0;
	member->has_previous = digest->has_previous;
	if (digest->has_previous)
	{
		member->previous_name = ct_base_name(keep(&room, digest->previous_object));
		member->known_hash_algorithm = ct_is_sha256(digest->previous_hash_algorithm) &&
			ct_hex_decode(digest->previous_hash, member->previous_sha256, CT_SHA256_SIZE);
		signature = (ct_slice) {room, digest->previous_signature.len / 2};
		if (signature.len > 0 && signature.len <= CT_SIGNATURE_MAX &&
			ct_hex_decode(digest->previous_signature, (uint8_t *) room, signature.len))
			member->previous_signature = signature;
	}
	return ct_digest_signed_hash(digest, sha256, member->signed_hash);
}

bool
ct_same_chain(const ct_chain_digest *a, const ct_chain_digest *b)
{
	return a->backfill == b->backfill && a->chain.len > 0 &&
		ct_compare_slices(a->chain, b->chain) == 0;
}

/* The digests being checked. */
typedef struct checking
{
	const ct_evidence_host *host;
	ct_chain_digest **sorted;
	size_t		count;
	const ct_public_key *keys;
	size_t		key_count;
} checking;

/* Looks for interrupts. */
static void
poll_host(const checking *c)
{
	if (c->host->poll != NULL)
		c->host->poll(c->host->arg);
}

/* The number of the first digest that is not before another, by an order. */
static size_t
lower_bound(const checking *c, const ct_chain_digest *wanted,
			int (*compare) (const ct_chain_digest *, const ct_chain_digest *), bool behind)
{
	size_t		low = 0;
	size_t		high = c->count;

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;
		int			order = compare(c->sorted[middle], wanted);

		if (order < 0 || (behind && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What a digest says of the one before it, as a digest to look for. */
static ct_chain_digest
previous_wanted(const ct_chain_digest *newer)
{
	ct_chain_digest wanted = {.name = newer->previous_name};
	ct_filename name;

	if (ct_digest_name(newer->previous_name, &name))
	{
		wanted.chain = name.chain;
		wanted.backfill = name.backfill;
	}
	memcpy(wanted.sha256, newer->previous_sha256, CT_SHA256_SIZE);
	return wanted;
}

/*
 * Finds the digest that another names as the one before: of several of that
 * name the recorded one, else the first that is not the other itself.  alone
 * tells that all of that name have the same bytes.
 */
static ct_chain_digest *
find_previous(const checking *c, ct_chain_digest *newer, bool *alone)
{
	ct_chain_digest wanted = previous_wanted(newer);
	size_t		first = lower_bound(c, &wanted, compare_places, false);
	size_t		second;
	size_t		i;

	*alone = false;
	if (first == c->count || compare_places(c->sorted[first], &wanted) != 0)
		return NULL;
	second = lower_bound(c, c->sorted[first], compare_contents, true);
	*alone = second == c->count || compare_places(c->sorted[second], &wanted) != 0;
	if (newer->known_hash_algorithm)
	{
		i = lower_bound(c, &wanted, compare_contents, false);
		if (i < c->count && compare_contents(c->sorted[i], &wanted) == 0)
			return newer->recorded = c->sorted[i];
	}
	if (c->sorted[first]->same != newer)
		return c->sorted[first];
	return *alone ? NULL : c->sorted[second];
}

/* Tells how a digest is joined to the one before, which may be that of earlier. */
static ct_link
find_link(const ct_chain_digest *d, const ct_chain_digest *previous, const ct_chain_digest *earlier)
{
	if (!d->has_previous)
		/* Late files begin a chain whenever they come. */
		return earlier == NULL || d->backfill ? CT_LINK_START : CT_LINK_RESTART;
	if (previous == NULL)
		return earlier == NULL ? CT_LINK_EARLIEST : CT_LINK_MISSING;
	if (!d->known_hash_algorithm)
		return CT_LINK_ALGORITHM;
	if (d->recorded == NULL)
		return CT_LINK_ALTERED;
	return d->backfill || previous->end_time == d->start_time ? CT_LINK_WHOLE : CT_LINK_GAP;
}

/* Checks one signature of a digest by all keys of its fingerprint. */
static ct_sign
check_signature(const checking *c, const ct_chain_digest *d, ct_slice signature)
{
	ct_sign		sign = CT_SIGN_NO_KEY;

	for (size_t i = 0; i < c->key_count; i++)
	{
		const ct_public_key *key = &c->keys[i];

		if (ct_compare_slices(key->fingerprint, d->fingerprint) != 0)
			continue;
		poll_host(c);
		if (!(c->host->signature_valid != NULL ? c->host->signature_valid : ct_signature_valid)
			(d->signed_hash, (const uint8_t *) signature.ptr, signature.len, key->der,
			 key->der_len))
		{
			if (sign == CT_SIGN_NO_KEY)
				sign = CT_SIGN_INVALID;
			continue;
		}
		/* A digest of late files is signed when they come. */
		if (!key->has_validity || d->backfill ||
			(d->end_time >= key->valid_from - KEY_TOLERANCE &&
			 d->end_time <= key->valid_to + KEY_TOLERANCE))
			return CT_SIGN_VALID;
		sign = CT_SIGN_KEY_TIME;
	}
	return sign;
}

/* Adds what a signature of a digest says: anybody may put a wrong one beside the true one. */
static void
add_signature(const checking *c, ct_chain_digest *d, ct_slice signature)
{
	static const int weight[CT_SIGN_COUNT] = {
		[CT_SIGN_NO_KEY] = 1, [CT_SIGN_INVALID] = 2, [CT_SIGN_KEY_TIME] = 3, [CT_SIGN_VALID] = 4
	};
	ct_sign		sign;

	if (!d->known_signature_algorithm || d->sign == CT_SIGN_VALID)
		return;
	sign = check_signature(c, d, signature);
	if (weight[sign] > weight[d->sign])
		d->sign = sign;
}

/* Joins a digest to the one before; earlier is the nearest of its chain that is here. */
static void
join(const checking *c, ct_chain_digest *d, const ct_chain_digest *earlier)
{
	bool		alone = false;
	ct_chain_digest *previous = d->has_previous ? find_previous(c, d, &alone) : NULL;

	d->older = previous != NULL ? previous : earlier;
	d->link = find_link(d, previous, earlier);
	if (previous == NULL)
		return;
	if (previous->newer == NULL || (d->recorded != NULL && previous->newer->recorded != previous))
		previous->newer = d;
	/* The signature is of the one that it recorded, or of the only one that it can be of. */
	if (d->recorded != NULL || alone)
		add_signature(c, previous, d->previous_signature);
}

/* Joins all digests, each to the one before, and checks their signatures. */
static void
join_all(const checking *c)
{
	const ct_chain_digest *earlier = NULL;

	for (size_t i = 0; i < c->count; i++)
	{
		ct_chain_digest *d = c->sorted[i];

		d->sign = d->known_signature_algorithm ? CT_SIGN_UNKNOWN : CT_SIGN_ALGORITHM;
		d->same = i > 0 && compare_contents(c->sorted[i - 1], d) == 0 ? c->sorted[i - 1]->same : d;
	}
	for (size_t i = 0; i < c->count; i++)
	{
		ct_chain_digest *d = c->sorted[i];

		poll_host(c);
		if (i > 0 && compare_places(c->sorted[i - 1], d) != 0)
			earlier = ct_same_chain(c->sorted[i - 1], d) ? c->sorted[i - 1] : NULL;
		if (d->signature.ptr != NULL)
			add_signature(c, d->same, d->signature);
		for (const ct_other_signature *o = d->others; o != NULL; o = o->next)
			add_signature(c, d->same, o->signature);
		if (d->same == d)
			join(c, d, earlier);
	}
}

/* Finds which digests are proven: those signed, and what these recorded before them. */
static void
prove(const checking *c)
{
	for (size_t i = 0; i < c->count; i++)
	{
		if (c->sorted[i]->sign != CT_SIGN_VALID)
			continue;
		for (ct_chain_digest *d = c->sorted[i]; d != NULL && !d->proven; d = d->recorded)
			d->proven = true;
	}
}

/* Copies of a digest are as the first is. */
static void
copy_results(const checking *c)
{
	for (size_t i = 0; i < c->count; i++)
	{
		ct_chain_digest *d = c->sorted[i];

		if (d->same == d)
			continue;
		d->link = d->same->link;
		d->sign = d->same->sign;
		d->proven = d->same->proven;
		d->recorded = d->same->recorded;
		d->older = d->same->older;
		d->newer = d->same->newer;
	}
}

/* Marks those digests of one name, from first to before end, that the true one stands beside. */
static void
mark_rivals(ct_chain_digest **first, ct_chain_digest **end)
{
	bool		proven = false;

	for (ct_chain_digest **d = first; d < end; d++)
		proven |= (*d)->proven;
	for (ct_chain_digest **d = first; d < end; d++)
	{
		bool		recorded = (*d)->newer != NULL && (*d)->newer->recorded == (*d)->same;

		if (proven ? !(*d)->proven : !recorded)
			(*d)->link = CT_LINK_RIVAL;
	}
}

/* Marks digests that share a name with others of other bytes. */
static void
find_rivals(const checking *c)
{
	size_t		end;

	for (size_t i = 0; i < c->count; i = end)
	{
		for (end = i + 1; end < c->count && compare_places(c->sorted[i], c->sorted[end]) == 0;)
			end++;
		if (c->sorted[end - 1]->same != c->sorted[i])
			mark_rivals(c->sorted + i, c->sorted + end);
	}
}

void
ct_chain_check(const ct_evidence_host *host, ct_chain_digest **sorted, size_t count,
			   const ct_public_key *keys, size_t key_count)
{
	checking	c = {host, sorted, count, keys, key_count};

	if (count > 0)
		qsort(sorted, count, sizeof(*sorted), compare_members);
	/* Behind c.count lies what could not be read. */
	for (; c.count > 0 && !ct_in_chain(sorted[c.count - 1]); c.count--)
	{
		sorted[c.count - 1]->sign = CT_SIGN_UNKNOWN;
		sorted[c.count - 1]->same = sorted[c.count - 1];
	}
	join_all(&c);
	prove(&c);
	copy_results(&c);
	find_rivals(&c);
	for (size_t i = 0; i < c.count; i++)
	{
		if (sorted[i]->misnamed && !ct_link_is_break(sorted[i]->link))
			sorted[i]->link = CT_LINK_MISNAMED;
	}
}
