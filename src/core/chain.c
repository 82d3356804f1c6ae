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

#include "chain.h"
#include "filename.h"

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

/* Order of the result: what cannot be read comes last. */
static int
compare_members(const void *x, const void *y)
{
	const ct_chain_digest *a = *(ct_chain_digest *const *) x;
	const ct_chain_digest *b = *(ct_chain_digest *const *) y;
	bool		bad = a->link == CT_LINK_UNREADABLE;
	int			order = (int) bad - (int) (b->link == CT_LINK_UNREADABLE);

	if (order == 0 && !bad)
		order = compare_places(a, b);
	if (order == 0)
		order = ct_compare_bytes(a->sha256, b->sha256, CT_SHA256_SIZE);
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

/* Room that the texts of a digest take. */
size_t
ct_chain_room(const ct_digest *digest, ct_slice source)
{
	return source.len + digest->object.len + digest->fingerprint.len +
		digest->previous_object.len + digest->previous_signature.len / 2;
}

/* Tells whether a digest lies where it says that it does, at the time that its name tells. */
static bool
is_misnamed(ct_slice source, const ct_chain_digest *member, const ct_filename *name, bool named)
{
	ct_filename lies;

	/* Who keeps digests under names of his own has nothing to compare. */
	if (ct_digest_name(source, &lies) && ct_compare_slices(lies.base, member->name) != 0)
		return true;
	return !named || name->time / 1000000 != member->end_time / 1000000;
}

/* Makes a member of a chain of a digest file's content; false if out of memory. */
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

/* Tells whether two digests are of one chain. */
static bool
same_chain(const ct_chain_digest *a, const ct_chain_digest *b)
{
	return a->backfill == b->backfill && a->chain.len > 0 && ct_compare_slices(a->chain, b->chain) == 0;
}

/* Tells whether a digest has the bytes that a newer one recorded of the one before it. */
static bool
is_recorded(const ct_chain_digest *older, const ct_chain_digest *newer)
{
	return newer->known_hash_algorithm && memcmp(older->sha256, newer->previous_sha256, CT_SHA256_SIZE) == 0;
}

/* Finds the digest that another names as the one before; of several of that name the recorded one. */
static ct_chain_digest *
find_previous(ct_chain_digest *const *sorted, size_t count, const ct_chain_digest *newer)
{
	ct_chain_digest key = {.name = newer->previous_name};
	ct_chain_digest *found = NULL;
	ct_filename name;
	size_t		low = 0;
	size_t		high = count;

	if (ct_digest_name(newer->previous_name, &name))
	{
		key.chain = name.chain;
		key.backfill = name.backfill;
	}
	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;

		if (compare_places(sorted[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < count && compare_places(sorted[low], &key) == 0; low++)
	{
		if (sorted[low] != newer && (found == NULL || is_recorded(sorted[low], newer)))
			found = sorted[low];
	}
	return found;
}

/* Finds the digest of the same chain that comes before, by its name. */
static ct_chain_digest *
find_earlier(ct_chain_digest *const *sorted, size_t i)
{
	const ct_chain_digest *d = sorted[i];

	/* The same digest may be there twice. */
	while (i > 0 && compare_places(sorted[i - 1], d) == 0)
		i--;
	return i > 0 && same_chain(sorted[i - 1], d) ? sorted[i - 1] : NULL;
}

/* Tells how a digest is joined to the one before, setting older and the other's newer. */
static ct_link
find_link(ct_chain_digest *const *sorted, size_t count, size_t i)
{
	ct_chain_digest *d = sorted[i];
	ct_chain_digest *earlier = find_earlier(sorted, i);
	ct_chain_digest *previous = d->has_previous ? find_previous(sorted, count, d) : NULL;

	d->older = previous != NULL ? previous : earlier;
	if (!d->has_previous)
		/* Late files begin a chain whenever they come. */
		return earlier == NULL || d->backfill ? CT_LINK_START : CT_LINK_RESTART;
	if (previous == NULL)
		return earlier == NULL ? CT_LINK_EARLIEST : CT_LINK_MISSING;
	if (previous->newer == NULL || (is_recorded(previous, d) && !is_recorded(previous, previous->newer)))
		previous->newer = d;
	if (!d->known_hash_algorithm)
		return CT_LINK_ALGORITHM;
	if (!is_recorded(previous, d))
		return CT_LINK_ALTERED;
	return d->backfill || previous->end_time == d->start_time ? CT_LINK_WHOLE : CT_LINK_GAP;
}

/* Tells of digests of one name, from first to before end, which is the recorded one. */
static void
compare_rivals(ct_chain_digest **first, ct_chain_digest **end)
{
	const ct_chain_digest *newer = NULL;
	const uint8_t *recorded = NULL;
	bool		differ = false;

	for (ct_chain_digest **d = first; d < end; d++)
	{
		if ((*d)->newer != NULL)
			newer = (*d)->newer;
		differ |= memcmp((*d)->sha256, (*first)->sha256, CT_SHA256_SIZE) != 0;
	}
	for (ct_chain_digest **d = first; d < end; d++)
	{
		(*d)->newer = newer;
		if (newer != NULL && is_recorded(*d, newer))
			recorded = (*d)->sha256;
	}
	for (ct_chain_digest **d = first; d < end && differ; d++)
	{
		if (recorded == NULL || memcmp((*d)->sha256, recorded, CT_SHA256_SIZE) != 0)
			(*d)->link = CT_LINK_RIVAL;
	}
}

/* Checks one signature of a digest by all keys of its fingerprint. */
static ct_sign
check_signature(const ct_chain_digest *d, ct_slice signature, const ct_public_key *keys, size_t key_count)
{
	ct_sign		sign = CT_SIGN_NO_KEY;

	for (size_t i = 0; i < key_count; i++)
	{
		const ct_public_key *key = &keys[i];

		if (ct_compare_slices(key->fingerprint, d->fingerprint) != 0)
			continue;
		if (!ct_signature_valid(d->signed_hash, (const uint8_t *) signature.ptr, signature.len, key->der, key->der_len))
		{
			if (sign == CT_SIGN_NO_KEY)
				sign = CT_SIGN_INVALID;
			continue;
		}
		/* A digest of late files is signed when they come. */
		if (!key->has_validity || d->backfill ||
			(d->end_time >= key->valid_from - KEY_TOLERANCE && d->end_time <= key->valid_to + KEY_TOLERANCE))
			return CT_SIGN_VALID;
		sign = CT_SIGN_KEY_TIME;
	}
	return sign;
}

/* Checks the signatures that are known of a digest: its own, and that which the next one has. */
static ct_sign
find_sign(const ct_chain_digest *d, const ct_public_key *keys, size_t key_count)
{
	ct_sign		sign = CT_SIGN_UNKNOWN;

	if (!d->known_signature_algorithm)
		return CT_SIGN_ALGORITHM;
	if (d->signature.ptr != NULL)
		sign = check_signature(d, d->signature, keys, key_count);
	if (d->newer != NULL && sign != CT_SIGN_VALID)
	{
		ct_sign		other = check_signature(d, d->newer->previous_signature, keys, key_count);

		if (other == CT_SIGN_VALID || sign == CT_SIGN_UNKNOWN)
			sign = other;
	}
	return sign;
}

/* Checks digests of any number of chains, and sorts them: by chain, then by time. */
void
ct_chain_check(ct_chain_digest **sorted, size_t count, const ct_public_key *keys, size_t key_count)
{
	size_t		end;

	qsort(sorted, count, sizeof(*sorted), compare_members);
	/* Behind count lies what could not be read. */
	while (count > 0 && sorted[count - 1]->link == CT_LINK_UNREADABLE)
		sorted[--count]->sign = CT_SIGN_UNKNOWN;
	for (size_t i = 0; i < count; i++)
		sorted[i]->link = find_link(sorted, count, i);
	for (size_t i = 0; i < count; i = end)
	{
		end = i + 1;
		while (end < count && compare_places(sorted[i], sorted[end]) == 0)
			end++;
		if (end > i + 1)
			compare_rivals(sorted + i, sorted + end);
	}
	for (size_t i = 0; i < count; i++)
	{
		sorted[i]->sign = find_sign(sorted[i], keys, key_count);
		if (sorted[i]->misnamed && !ct_link_is_break(sorted[i]->link))
			sorted[i]->link = CT_LINK_MISNAMED;
	}
}
