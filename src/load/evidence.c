/*
 * evidence.c: gathers what files are and what digests say of them.
 */
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blob.h"
#include "content.h"
#include "evidence.h"
#include "s3_uri.h"
#include "text.h"

/* A file of keys, and one with a signature, are never larger. */
#define KEYS_MAX		(16 * 1024 * 1024)
#define SIGNATURE_FILE_MAX	(2 * CT_SIGNATURE_MAX + 16)

/* Memory is taken in chunks; more is a chunk of its own. */
#define CHUNK_SIZE		((size_t) 1024 * 1024)

typedef struct evidence_chunk
{
	struct evidence_chunk *next;
	size_t		used;
	size_t		room;
	max_align_t bytes[];
} evidence_chunk;

/* Memory that lives as long as the evidence; the lock is held. */
static void *
allocate(void *arg, size_t size)
{
	evidence   *e = arg;
	evidence_chunk *chunk = e->chunks;
	void	   *memory;

	size = (size + 15) & ~(size_t) 15;
	if (chunk == NULL || chunk->room - chunk->used < size)
	{
		size_t		room = size > CHUNK_SIZE / 4 ? size : CHUNK_SIZE;

		chunk = get_memory(sizeof(evidence_chunk) + room);
		chunk->used = 0;
		chunk->room = room;
		/* What is full lies behind the chunk that still has room. */
		if (e->chunks != NULL && room == size)
		{
			chunk->next = e->chunks->next;
			e->chunks->next = chunk;
		}
		else
		{
			chunk->next = e->chunks;
			e->chunks = chunk;
		}
	}
	memory = (char *) chunk->bytes + chunk->used;
	chunk->used += size;
	return memory;
}

void
evidence_begin(evidence *e, report *r)
{
	memset(e, 0, sizeof(*e));
	pthread_mutex_init(&e->lock, NULL);
	e->report = r;
	e->verdict.host = (ct_evidence_host) {.allocate = allocate, .arg = e};
}

/* Reads a small file; NULL with the reason where it cannot. */
static char *
read_small(const char *path, int64_t max, int64_t *size, char *reason, size_t reason_room)
{
	atomic_bool stop = false;
	char	   *buffer = NULL;
	size_t		room = 0;

	*size = read_blob(path, NULL, max, &stop, &buffer, &room, reason, reason_room);
	if (*size >= 0)
		return buffer;
	free(buffer);
	return NULL;
}

char *
read_keys(const char *path, char *reason, size_t reason_room)
{
	int64_t		size;
	char	   *text = read_small(path, KEYS_MAX, &size, reason, reason_room);

	if (text != NULL)
	{
		text = resize_memory(text, (size_t) size + 1);
		text[size] = '\0';
	}
	return text;
}

bool
evidence_add_keys(evidence *e, const char *path)
{
	char		reason[200];
	int64_t		size;
	char	   *json = read_small(path, KEYS_MAX, &size, reason, sizeof(reason));
	ct_key_list list = {0};
	ct_error	err;
	bool		good;

	if (json == NULL)
	{
		report_complaint(e->report, path, reason);
		return false;
	}
	good = ct_key_list_read(json, (size_t) size, &list, &err);
	if (good)
		e->keys = resize_memory(e->keys, (e->key_count + list.count + 1) * sizeof(ct_public_key));
	for (size_t i = 0; good && i < list.count; i++)
	{
		ct_public_key *key = &e->keys[e->key_count];
		char	   *fingerprint;

		good = ct_key_list_get(&list, i, key, &err);
		if (!good)
			break;
		fingerprint = get_memory(key->fingerprint.len + 1);
		memcpy(fingerprint, key->fingerprint.ptr, key->fingerprint.len);
		key->fingerprint.ptr = fingerprint;
		e->key_count++;
	}
	if (!good)
		report_complaint(e->report, path, ct_error_message(err.code));
	ct_key_list_release(&list);
	free(json);
	return good;
}

size_t
read_signature(const char *path, const load_options *options, uint8_t signature[CT_SIGNATURE_MAX])
{
	char	   *name = get_memory(strlen(path) + 5);
	atomic_bool stop = false;
	char		reason[200];
	char	   *text = NULL;
	size_t		room = 0;
	int64_t		size = 0;
	ct_slice	digits;
	blob		b;
	bool		good;

	sprintf(name, "%s.sig", path);
	if (open_beside(name, options, &b))
	{
		size = read_opened(&b, SIGNATURE_FILE_MAX, &stop, &text, &room, reason, sizeof(reason));
		close_blob(&b);
	}
	free(name);
	digits = (ct_slice) {text, size > 0 ? (size_t) size : 0};
	while (digits.len > 0 && strchr(" \t\r\n\"", digits.ptr[digits.len - 1]) != NULL)
		digits.len--;
	while (digits.len > 0 && strchr(" \t\r\n\"", digits.ptr[0]) != NULL)
		digits = (ct_slice) {digits.ptr + 1, digits.len - 1};
	good = digits.len / 2 <= CT_SIGNATURE_MAX && ct_hex_decode(digits, signature, digits.len / 2);
	free(text);
	return good ? digits.len / 2 : 0;
}

/* Records a file's hash, by which it is known again; the lock is held. */
static const char *
record_file(evidence *e, const char *path, const uint8_t sha256[CT_SHA256_SIZE])
{
	size_t		size = strlen(path) + 1;
	char	   *copy = allocate(e, size);

	if (e->file_count == e->file_room)
	{
		e->file_room = e->file_room == 0 ? 4096 : 2 * e->file_room;
		e->files = resize_memory(e->files, e->file_room * sizeof(evidence_file));
	}
	memcpy(copy, path, size);
	e->files[e->file_count].path = copy;
	memcpy(e->files[e->file_count++].sha256, sha256, CT_SHA256_SIZE);
	return copy;
}

/* Adds a digest; the lock is held, so that one thread at a time reads its JSON. */
static void
add_digest(evidence *e, const char *path, const file_content *content, ct_slice signature)
{
	uint8_t		bytes[CT_SIGNATURE_MAX];
	ct_chain_digest *d;

	/* What was fetched has no file beside it. */
	if (signature.len == 0)
	{
		size_t		length = s3_is_uri(path) ? 0 :
			read_signature(path, e->report->options, bytes);

		signature = (ct_slice) {length > 0 ? (const char *) bytes : NULL, length};
	}
	d = ct_verdict_add_digest(&e->verdict, (ct_slice) {path, strlen(path)},
							  (ct_slice) {content->digest, (size_t) content->length}, signature);
	if (d == NULL)
	{
		fputs("cloudtrail-load: out of memory\n", stderr);
		_Exit(EXIT_FAILED);
	}
	d->owner = (void *) path;
}

/* Whether content that seems to be a digest is judged as one: it can be read, or is named so. */
static bool
is_digest(const char *path, const file_content *content)
{
	ct_slice	source = {path, strlen(path)};
	ct_filename name;
	ct_digest	digest;
	ct_error	err;
	bool		readable;

	if (content->digest == NULL)
		return false;
	readable = ct_digest_read(content->digest, (size_t) content->length, &digest, &err);
	ct_digest_release(&digest);
	return readable || ct_file_name(source, &name) == CT_NAME_DIGEST;
}

/* Takes what a file is into account. */
static void
add_content(evidence *e, const char *path, const file_content *content, ct_slice signature)
{
	if (content->blank)
		report_complaint(e->report, path, ct_error_message(CT_ERR_EMPTY));
	pthread_mutex_lock(&e->lock);
	path = record_file(e, path, content->sha256);
	e->bytes += content->length;
	if (is_digest(path, content))
		add_digest(e, path, content, signature);
	else
		ct_verdict_add_file(&e->verdict, (ct_slice) {path, strlen(path)},
							content->sha256)->owner = (void *) path;
	pthread_mutex_unlock(&e->lock);
	free(content->digest);
}

void
evidence_add_object(evidence *e, const char *path, const char *bytes, size_t len,
					ct_slice signature)
{
	file_content content;

	examine_content(path, bytes, len, &content);
	add_content(e, path, &content, signature);
}

int64_t
evidence_add(evidence *e, const char *path, atomic_bool *stop, char *reason, size_t reason_room)
{
	file_content content;

	if (!read_content(path, e->report->options, stop, &content, reason, reason_room))
	{
		free(content.digest);
		return -1;
	}
	add_content(e, path, &content, (ct_slice) {NULL, 0});
	return content.size;
}

bool
evidence_holds(const evidence *e, const char *path, const char *bytes, size_t len)
{
	uint8_t		sha256[CT_SHA256_SIZE];
	size_t		low = 0;
	size_t		high = e->file_count;

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;

		if (strcmp(e->files[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == e->file_count || strcmp(e->files[low].path, path) != 0)
		return false;
	hash_content(bytes, len, sha256);
	return memcmp(sha256, e->files[low].sha256, CT_SHA256_SIZE) == 0;
}

void
evidence_end(evidence *e)
{
	while (e->chunks != NULL)
	{
		evidence_chunk *next = e->chunks->next;

		free(e->chunks);
		e->chunks = next;
	}
	for (size_t i = 0; i < e->key_count; i++)
		free((char *) e->keys[i].fingerprint.ptr);
	free(e->files);
	free(e->keys);
	pthread_mutex_destroy(&e->lock);
}
