/*
 * evidence.c: gathers what files are and what digests say of them.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blob.h"
#include "core/filename.h"
#include "core/inflate.h"
#include "evidence.h"
#include "s3_uri.h"
#include "text.h"

/* A file of keys, and one with a signature, are never larger. */
#define KEYS_MAX		(16 * 1024 * 1024)
#define SIGNATURE_FILE_MAX	(2 * CT_SIGNATURE_MAX + 16)

/* Begins with nothing. */
void
evidence_begin(evidence *e, report *r)
{
	memset(e, 0, sizeof(*e));
	pthread_mutex_init(&e->lock, NULL);
	e->report = r;
}

/* Reads a small file; NULL with the reason where it cannot. */
static char *
read_small(const char *path, int64_t max, int64_t *size, char *reason, size_t reason_room)
{
	atomic_bool stop = false;
	char	   *buffer = NULL;
	size_t		room = 0;

	*size = read_blob(path, max, &stop, &buffer, &room, reason, reason_room);
	if (*size >= 0)
		return buffer;
	free(buffer);
	return NULL;
}

/* Reads a file of public keys as text, to be freed; NULL with the reason where that fails. */
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

/* Reads a file of public keys; false with a complaint where that fails. */
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

/* Reads the signature that lies beside a digest; its length, 0 if there is none. */
size_t
read_signature(const char *path, uint8_t signature[CT_SIGNATURE_MAX])
{
	char	   *name = get_memory(strlen(path) + 5);
	char		reason[200];
	int64_t		size;
	char	   *text;
	ct_slice	digits;
	size_t		length = 0;

	sprintf(name, "%s.sig", path);
	text = read_small(name, SIGNATURE_FILE_MAX, &size, reason, sizeof(reason));
	if (text != NULL)
	{
		digits = (ct_slice) {text, (size_t) size};
		while (digits.len > 0 && strchr(" \t\r\n\"", digits.ptr[digits.len - 1]) != NULL)
			digits.len--;
		while (digits.len > 0 && strchr(" \t\r\n\"", digits.ptr[0]) != NULL)
			digits = (ct_slice) {digits.ptr + 1, digits.len - 1};
		if (digits.len / 2 <= CT_SIGNATURE_MAX && ct_hex_decode(digits, signature, digits.len / 2))
			length = digits.len / 2;
	}
	free(text);
	free(name);
	return length;
}

/* Keeps what a digest lists. */
static evidence_listed *
keep_listed(const ct_digest *digest)
{
	evidence_listed *files = get_memory((digest->file_count + 1) * sizeof(evidence_listed));

	for (size_t i = 0; i < digest->file_count; i++)
	{
		ct_digest_file file = ct_digest_file_at(digest, i);
		ct_slice	name = ct_base_name(file.object);
		char	   *copy = get_memory(name.len + 1);

		memcpy(copy, name.ptr, name.len);
		files[i].name = (ct_slice) {copy, name.len};
		files[i].known_algorithm = ct_is_sha256(file.hash_algorithm) &&
			ct_hex_decode(file.hash, files[i].sha256, CT_SHA256_SIZE);
	}
	return files;
}

/* Makes a digest of a file's content, be it unreadable; NULL where the file is none. */
static evidence_digest *
take_digest(const char *path, const char *content, size_t len, const uint8_t sha256[CT_SHA256_SIZE],
			ct_slice signature)
{
	ct_slice	source = {path, strlen(path)};
	evidence_digest *d;
	ct_digest	digest;
	ct_filename name;
	ct_error	err;
	bool		readable;
	uint8_t		beside[CT_SIGNATURE_MAX];

	if (!ct_digest_name(source, &name) && !ct_maybe_digest(content, len))
		return NULL;
	readable = ct_digest_read(content, len, &digest, &err);
	if (!readable && !ct_digest_name(source, &name))
	{
		ct_digest_release(&digest);
		return NULL;
	}
	d = get_memory(sizeof(evidence_digest));
	memset(d, 0, sizeof(*d));
	d->path = copy_text(path);
	if (!readable)
	{
		d->member.source = (ct_slice) {d->path, source.len};
		d->member.link = CT_LINK_UNREADABLE;
		d->member.err = err;
	}
	else if (!ct_chain_take(&digest, source, sha256, get_memory(ct_chain_room(&digest, source) + 1),
							&d->member))
	{
		fputs("cloudtrail-load: out of memory\n", stderr);
		_Exit(EXIT_FAILED);
	}
	else
		d->files = keep_listed(&digest);
	ct_digest_release(&digest);
	d->member.owner = d;
	if (signature.len == 0 && !s3_is_uri(path))
		signature = (ct_slice) {(const char *) beside, read_signature(path, beside)};
	if (signature.len > 0)
	{
		d->member.signature = (ct_slice) {get_memory(signature.len), signature.len};
		memcpy((char *) d->member.signature.ptr, signature.ptr, signature.len);
	}
	return d;
}

/* Adds a digest; the lock is held. */
static void
add_digest(evidence *e, evidence_digest *d)
{
	if (e->digest_count == e->digest_room)
	{
		e->digest_room = e->digest_room == 0 ? 1024 : 2 * e->digest_room;
		e->digests = resize_memory(e->digests, e->digest_room * sizeof(ct_chain_digest *));
	}
	e->digests[e->digest_count++] = &d->member;
}

/* Adds a log file; the lock is held. */
static void
add_file(evidence *e, const char *path, const uint8_t sha256[CT_SHA256_SIZE])
{
	evidence_file *file;

	if (e->file_count == e->file_room)
	{
		e->file_room = e->file_room == 0 ? 4096 : 2 * e->file_room;
		e->files = resize_memory(e->files, e->file_room * sizeof(evidence_file));
	}
	file = &e->files[e->file_count++];
	file->path = copy_text(path);
	file->name = ct_base_name((ct_slice) {file->path, strlen(file->path)});
	file->listed = false;
	memcpy(file->sha256, sha256, CT_SHA256_SIZE);
}

/* Takes a file into account: the hash is of what it is uncompressed, where it can be. */
void
evidence_add(evidence *e, const char *path, const char *bytes, size_t len, ct_slice signature)
{
	ct_inflated inflated = {0};
	ct_error	err;
	uint8_t		sha256[CT_SHA256_SIZE];
	evidence_digest *d;

	if (ct_compression_of(bytes, len) != CT_PLAIN)
	{
		if (ct_inflate(bytes, len, ct_inflate_limit(len), &inflated, &err))
		{
			bytes = inflated.data;
			len = inflated.len;
		}
		else if (err.code == CT_ERR_OUT_OF_MEMORY)
		{
			fputs("cloudtrail-load: out of memory\n", stderr);
			_Exit(EXIT_FAILED);
		}
	}
	ct_sha256(bytes, len, sha256);
	d = take_digest(path, bytes, len, sha256, signature);
	pthread_mutex_lock(&e->lock);
	e->bytes += len;
	if (d != NULL)
		add_digest(e, d);
	else
		add_file(e, path, sha256);
	pthread_mutex_unlock(&e->lock);
	free(inflated.data);
}

/* Releases all. */
void
evidence_end(evidence *e)
{
	for (size_t i = 0; i < e->file_count; i++)
		free(e->files[i].path);
	for (size_t i = 0; i < e->digest_count; i++)
	{
		evidence_digest *d = e->digests[i]->owner;

		for (size_t k = 0; k < d->member.file_count; k++)
			free((char *) d->files[k].name.ptr);
		free(d->files);
		free((char *) d->member.signature.ptr);
		/* The room of a member's texts begins with its source. */
		if (d->member.link != CT_LINK_UNREADABLE)
			free((char *) d->member.source.ptr);
		free(d->path);
		free(d);
	}
	for (size_t i = 0; i < e->key_count; i++)
		free((char *) e->keys[i].fingerprint.ptr);
	free(e->files);
	free(e->digests);
	free(e->keys);
	pthread_mutex_destroy(&e->lock);
}
