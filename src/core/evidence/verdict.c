/*
 * verdict.c: what CloudTrail's digests prove of log files.
 */
#include <stdlib.h>
#include <string.h>

#include "core/event/derived.h"
#include "core/evidence/verdict.h"

const char *
ct_file_status_name(ct_file_status status)
{
	static const char *const names[CT_FILE_STATUS_COUNT] = {
		[CT_FILE_VERIFIED] = "verified",
		[CT_FILE_UNSIGNED] = "unsigned",
		[CT_FILE_UNCOVERED] = "not covered",
		[CT_FILE_UNLISTED] = "listed nowhere",
		[CT_FILE_DIFFERS] = "hash differs",
		[CT_FILE_MISSING] = "missing",
		[CT_FILE_ALGORITHM] = "unknown hash algorithm",
		[CT_FILE_UNREADABLE] = "unreadable digest",
	};

	return names[status];
}

/* Memory of the host. */
static void *
allocate(ct_verdict *v, size_t size)
{
	return v->host.allocate(v->host.arg, size);
}

/* Looks for interrupts. */
static void
poll_host(const ct_verdict *v)
{
	if (v->host.poll != NULL)
		v->host.poll(v->host.arg);
}

/* Makes room for one more pointer in a list. */
static void *
more_room(ct_verdict *v, void *list, size_t count, size_t *room)
{
	void	   *larger;

	if (count < *room)
		return list;
	*room = *room == 0 ? 1024 : 2 * *room;
	larger = allocate(v, *room * sizeof(void *));
	if (count > 0)
		memcpy(larger, list, count * sizeof(void *));
	return larger;
}

/* A copy of some bytes; no slice stays none. */
static ct_slice
copy_slice(ct_verdict *v, ct_slice bytes)
{
	char	   *copy;

	if (bytes.ptr == NULL)
		return CT_NO_SLICE;
	copy = allocate(v, bytes.len + 1);
	memcpy(copy, bytes.ptr, bytes.len);
	return (ct_slice) {copy, bytes.len};
}

/* A digest to be read, so that the host may fail to give memory without a leak. */
typedef struct reading
{
	ct_digest	digest;
	ct_chain_digest *member;
	char	   *room;
	ct_listed  *files;
	char	   *texts;
} reading;

/* Bytes that the keys of a digest's log files take. */
static size_t
listed_room(const ct_digest *digest)
{
	size_t		room = 0;

	for (size_t i = 0; i < digest->file_count; i++)
		room += ct_digest_file_at(digest, i).object.len;
	return room;
}

/* Keeps what a digest lists. */
static void
keep_listed(const reading *r)
{
	char	   *text = r->texts;

	for (size_t i = 0; i < r->digest.file_count; i++)
	{
		ct_digest_file file = ct_digest_file_at(&r->digest, i);
		ct_listed  *listed = &r->files[i];

		memset(listed, 0, sizeof(*listed));
		listed->digest = r->member;
		listed->object = (ct_slice) {text, file.object.len};
		memcpy(text, file.object.ptr, file.object.len);
		text += file.object.len;
		listed->name = ct_base_name(listed->object);
		listed->known_algorithm = ct_is_sha256(file.hash_algorithm) &&
			ct_hex_decode(file.hash, listed->sha256, CT_SHA256_SIZE);
	}
}

/* Adds what a digest lists to the verdict. */
static void
add_listed(ct_verdict *v, ct_listed *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		v->listed = more_room(v, v->listed, v->listed_count, &v->listed_room);
		v->listed[v->listed_count++] = &files[i];
	}
}

/* The room that a digest takes; its JSON is another's memory, which a failing host would leave. */
typedef struct digest_size
{
	size_t		texts;
	size_t		files;
	size_t		file_texts;
} digest_size;

/* Measures a digest; false with the reason if it cannot be read. */
static bool
measure(ct_slice source, ct_slice content, digest_size *size, ct_error *err)
{
	ct_digest	digest;
	bool		readable = ct_digest_read(content.ptr, content.len, &digest, err);

	if (readable)
		*size = (digest_size) {
			ct_chain_room(&digest, source) + 1, digest.file_count, listed_room(&digest) + 1
		};
	ct_digest_release(&digest);
	return readable;
}

/* Reads a digest into room that was made for it; false if out of memory. */
static bool
read_member(reading *r, ct_slice source, ct_slice content)
{
	ct_error	err;
	uint8_t		sha256[CT_SHA256_SIZE];
	bool		taken;

	ct_sha256(content.ptr, content.len, sha256);
	taken = ct_digest_read(content.ptr, content.len, &r->digest, &err) &&
		ct_chain_take(&r->digest, source, sha256, r->room, r->member);
	if (taken)
		keep_listed(r);
	ct_digest_release(&r->digest);
	return taken;
}

ct_chain_digest *
ct_verdict_add_digest(ct_verdict *v, ct_slice source, ct_slice content, ct_slice signature)
{
	reading		r = {.member = allocate(v, sizeof(ct_chain_digest))};
	digest_size size;
	ct_error	err;

	memset(r.member, 0, sizeof(*r.member));
	if (measure(source, content, &size, &err))
	{
		r.room = allocate(v, size.texts);
		r.files = allocate(v, (size.files + 1) * sizeof(ct_listed));
		r.texts = allocate(v, size.file_texts);
		if (!read_member(&r, source, content))
			return NULL;
		add_listed(v, r.files, size.files);
	}
	else if (err.code == CT_ERR_OUT_OF_MEMORY)
		return NULL;
	else
	{
		r.member->source = copy_slice(v, source);
		r.member->link = CT_LINK_UNREADABLE;
		r.member->err = err;
		ct_sha256(content.ptr, content.len, r.member->sha256);
	}
	r.member->signature = copy_slice(v, signature);
	v->digests = more_room(v, v->digests, v->digest_count, &v->digest_room);
	return v->digests[v->digest_count++] = r.member;
}

void
ct_verdict_add_signature(ct_verdict *v, ct_chain_digest *digest, ct_slice signature)
{
	ct_other_signature *other = allocate(v, sizeof(ct_other_signature));

	*other = (ct_other_signature) {copy_slice(v, signature), digest->others};
	digest->others = other;
}

ct_log_file *
ct_verdict_add_file(ct_verdict *v, ct_slice source, const uint8_t sha256[CT_SHA256_SIZE])
{
	ct_log_file *file = allocate(v, sizeof(ct_log_file));

	memset(file, 0, sizeof(*file));
	file->source = copy_slice(v, source);
	memcpy(file->sha256, sha256, CT_SHA256_SIZE);
	ct_file_name(file->source, &file->name);
	v->files = more_room(v, v->files, v->file_count, &v->file_room);
	return v->files[v->file_count++] = file;
}

/* Order of what digests list: by name, the proven first, by hash. */
static int
compare_listed(const void *x, const void *y)
{
	const ct_listed *a = *(ct_listed *const *) x;
	const ct_listed *b = *(ct_listed *const *) y;
	int			order = ct_compare_slices(a->name, b->name);

	if (order == 0)
		order = (int) b->digest->proven - (int) a->digest->proven;
	if (order == 0)
		order = (int) b->known_algorithm - (int) a->known_algorithm;
	return order != 0 ? order : ct_compare_bytes(a->sha256, b->sha256, CT_SHA256_SIZE);
}

/* Order of files: by name, then by source. */
static int
compare_files(const void *x, const void *y)
{
	const ct_log_file *a = *(ct_log_file *const *) x;
	const ct_log_file *b = *(ct_log_file *const *) y;
	int			order = ct_compare_slices(a->name.base, b->name.base);

	return order != 0 ? order : ct_compare_slices(a->source, b->source);
}

/* Order of files: by hash, then by source. */
static int
compare_hashes(const void *x, const void *y)
{
	const ct_log_file *a = *(ct_log_file *const *) x;
	const ct_log_file *b = *(ct_log_file *const *) y;
	int			order = ct_compare_bytes(a->sha256, b->sha256, CT_SHA256_SIZE);

	return order != 0 ? order : ct_compare_slices(a->source, b->source);
}

/* The number of the first of a sorted list that is not before one; that of all if none is. */
static size_t
lower_bound(void *const *list, size_t count, const void *wanted,
			int (*compare) (const void *, const void *))
{
	size_t		low = 0;
	size_t		high = count;

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;

		if (compare(&list[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What lists a name with a hash, in a digest that is proven or one that is not; or NULL. */
static const ct_listed *
find_listed(const ct_verdict *v, ct_slice name, const uint8_t sha256[CT_SHA256_SIZE], bool proven)
{
	ct_chain_digest digest = {.proven = proven};
	ct_listed	wanted = {.digest = &digest, .name = name, .known_algorithm = true};
	size_t		i;

	memcpy(wanted.sha256, sha256, CT_SHA256_SIZE);
	i = lower_bound((void *const *) v->listed, v->listed_count, &wanted, compare_listed);
	if (i < v->listed_count && ct_compare_slices(v->listed[i]->name, name) == 0 &&
		v->listed[i]->known_algorithm && v->listed[i]->digest->proven == proven &&
		memcmp(v->listed[i]->sha256, sha256, CT_SHA256_SIZE) == 0)
		return v->listed[i];
	return NULL;
}

/* The first that lists a name, proven before unproven; NULL if nothing does. */
static ct_listed *
first_listed(const ct_verdict *v, ct_slice name)
{
	static ct_chain_digest digest = {.proven = true};
	ct_listed	wanted = {.digest = &digest, .name = name, .known_algorithm = true};
	size_t		i = lower_bound((void *const *) v->listed, v->listed_count, &wanted,
								compare_listed);

	return i < v->listed_count && ct_compare_slices(v->listed[i]->name, name) == 0 ?
		v->listed[i] : NULL;
}

const ct_log_file *
ct_verdict_same_bytes(const ct_verdict *v, const uint8_t sha256[CT_SHA256_SIZE])
{
	ct_log_file wanted = {.source = CT_NO_SLICE};
	size_t		i;

	memcpy(wanted.sha256, sha256, CT_SHA256_SIZE);
	i = lower_bound((void *const *) v->by_hash, v->file_count, &wanted, compare_hashes);
	if (i < v->file_count && memcmp(v->by_hash[i]->sha256, sha256, CT_SHA256_SIZE) == 0)
		return v->by_hash[i];
	return NULL;
}

/* Whether a file must be listed, since proven digests cover the time in its name. */
static bool
is_covered(const ct_verdict *v, const ct_filename *name)
{
	return name->kind == CT_NAME_LOG && ct_covers(v, name->account_id, name->region, name->time) &&
		ct_covers(v, name->account_id, name->region, name->time + CT_DELIVERY);
}

/* Judges a file that no digest lists. */
static void
judge_unlisted(const ct_verdict *v, ct_log_file *file)
{
	file->status = CT_FILE_UNCOVERED;
	if (file->name.kind == CT_NAME_DIGEST)
	{
		file->status = CT_FILE_UNREADABLE;
		file->broken = true;
	}
	else if (is_covered(v, &file->name))
	{
		file->status = CT_FILE_UNLISTED;
		file->broken = true;
	}
	else
		file->wants_events = v->span_count > 0;
}

/* Judges a file by what lists it. */
static void
judge_file(const ct_verdict *v, ct_log_file *file)
{
	const ct_listed *first = first_listed(v, file->name.base);
	const ct_listed *same = find_listed(v, file->name.base, file->sha256, true);

	file->listed = same != NULL ? same : first;
	if (same != NULL)
		file->status = CT_FILE_VERIFIED;
	else if (first == NULL)
		judge_unlisted(v, file);
	else if (!first->known_algorithm)
	{
		file->status = CT_FILE_ALGORITHM;
		file->broken = true;
	}
	else if (first->digest->proven)
	{
		file->status = CT_FILE_DIFFERS;
		file->broken = true;
	}
	else
	{
		file->status = CT_FILE_UNSIGNED;
		same = find_listed(v, file->name.base, file->sha256, false);
		if (same != NULL)
			file->listed = same;
		/* Either of the two is not as CloudTrail wrote it, and nothing tells which. */
		file->broken = same == NULL;
	}
}

/* Marks what is listed, but not here: once for each name. */
static void
find_missing(ct_verdict *v)
{
	ct_log_file wanted;

	for (size_t i = 0; i < v->listed_count; i++)
	{
		ct_listed  *listed = v->listed[i];
		size_t		k;

		poll_host(v);
		if (i > 0 && ct_compare_slices(v->listed[i - 1]->name, listed->name) == 0)
			continue;
		memset(&wanted, 0, sizeof(wanted));
		wanted.name.base = listed->name;
		k = lower_bound((void *const *) v->files, v->file_count, &wanted, compare_files);
		listed->missing = k == v->file_count ||
			ct_compare_slices(v->files[k]->name.base, listed->name) != 0;
	}
}

void
ct_verdict_judge(ct_verdict *v)
{
	ct_chain_check(&v->host, v->digests, v->digest_count, v->keys, v->key_count);
	ct_list_chains(v);
	ct_list_spans(v);
	if (v->listed_count > 0)
		qsort(v->listed, v->listed_count, sizeof(*v->listed), compare_listed);
	v->by_hash = allocate(v, (v->file_count + 1) * sizeof(*v->by_hash));
	if (v->file_count > 0)
	{
		qsort(v->files, v->file_count, sizeof(*v->files), compare_files);
		memcpy(v->by_hash, v->files, v->file_count * sizeof(*v->by_hash));
		qsort(v->by_hash, v->file_count, sizeof(*v->by_hash), compare_hashes);
	}
	for (size_t i = 0; i < v->file_count; i++)
	{
		poll_host(v);
		judge_file(v, v->files[i]);
	}
	find_missing(v);
}
