/*
 * list.c: the files found but not yet asked for, and those found before.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/base/varint.h"
#include "list.h"
#include "text.h"

#define CHUNK_SIZE	(64 * 1024)

/* Three numbers of ten bytes at most come before the rest of a path. */
#define HEAD_MAX	30

struct list_chunk
{
	list_chunk *next;
	size_t		used;
	size_t		room;
	unsigned char bytes[];
};

/* Reads a number at the end that takes. */
static uint64_t
get_number(list_end *end)
{
	uint64_t	number = 0;
	unsigned char byte;
	int			shift = 0;

	do
	{
		byte = end->chunk->bytes[end->offset++];
		number |= (uint64_t) (byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	return number;
}

/* Makes a path the last one that passed an end: the bytes from shared on are new. */
static void
pass(list_end *end, size_t shared, const void *rest, size_t length)
{
	if (shared + length + 1 > end->room)
	{
		end->room = 2 * (shared + length + 1);
		end->path = resize_memory(end->path, end->room);
	}
	memcpy(end->path + shared, rest, length);
	end->length = shared + length;
	end->path[end->length] = '\0';
}

void
list_add(path_list *list, const char *path, int64_t size)
{
	list_end   *in = &list->in;
	size_t		shared = 0;
	size_t		length;
	unsigned char *p;

	while (shared < in->length && path[shared] == in->path[shared])
		shared++;
	length = strlen(path + shared);

	if (in->chunk == NULL || in->chunk->room - in->chunk->used < HEAD_MAX + length)
	{
		size_t		room = length + HEAD_MAX > CHUNK_SIZE ? length + HEAD_MAX : CHUNK_SIZE;
		list_chunk *chunk = get_memory(sizeof(list_chunk) + room);

		chunk->next = NULL;
		chunk->used = 0;
		chunk->room = room;
		if (in->chunk == NULL)
			list->out.chunk = chunk;
		else
			in->chunk->next = chunk;
		in->chunk = chunk;
	}
	p = in->chunk->bytes + in->chunk->used;
	p = ct_put_varint(p, shared);
	p = ct_put_varint(p, length);
	p = ct_put_varint(p, (uint64_t) (size + 1));
	memcpy(p, path + shared, length);
	in->chunk->used = (size_t) (p + length - in->chunk->bytes);
	pass(in, shared, path + shared, length);
}

bool
list_take(path_list *list, const char **path, int64_t *size)
{
	list_end   *out = &list->out;
	size_t		shared;
	size_t		length;

	if (out->chunk != NULL && out->offset == out->chunk->used && out->chunk->next != NULL)
	{
		list_chunk *done = out->chunk;

		out->chunk = done->next;
		out->offset = 0;
		free(done);
	}
	if (out->chunk == NULL || out->offset == out->chunk->used)
		return false;

	shared = get_number(out);
	length = get_number(out);
	*size = (int64_t) get_number(out) - 1;
	pass(out, shared, out->chunk->bytes + out->offset, length);
	out->offset += length;
	*path = out->path;
	return true;
}

void
list_release(path_list *list)
{
	const char *path;
	int64_t		size;

	while (list_take(list, &path, &size))
		;
	free(list->out.chunk);
	free(list->in.path);
	free(list->out.path);
	memset(list, 0, sizeof(*list));
}

/* Rotates left. */
static inline uint64_t
rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

/* One round of SipHash. */
static inline void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

/* Takes eight bytes into a SipHash. */
static inline void
sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	sip_round(v);
	v[0] ^= word;
}

/*
 * SipHash-2-4 of a source and a size.  The key is random, so that nobody can
 * name files such that two of them look like one.
 */
static uint64_t
keyed_hash(const uint64_t key[2], const char *source, int64_t size)
{
	uint64_t	v[4] = {
		key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
		key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573)
	};
	size_t		length = strlen(source);
	uint64_t	word;

	sip_word(v, (uint64_t) size);
	for (size_t i = 0; i < length; i += 8)
	{
		word = 0;
		memcpy(&word, source + i, length - i < 8 ? length - i : 8);
		sip_word(v, word);
	}
	sip_word(v, length);
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* Puts a hash into its place; false if it is there. */
static bool
put_hash(seen_set *set, uint64_t hash)
{
	size_t		i = hash & (set->size - 1);

	for (; set->places[i] != 0; i = (i + 1) & (set->size - 1))
		if (set->places[i] == hash)
			return false;
	set->places[i] = hash;
	return true;
}

/* Makes room for twice as many hashes. */
static void
enlarge(seen_set *set)
{
	uint64_t   *old = set->places;
	size_t		old_size = set->size;

	if (old_size == 0 && getrandom(set->key, sizeof(set->key), GRND_NONBLOCK) != sizeof(set->key))
		set->key[0] = (uint64_t) (uintptr_t) set;	/* where memory lies is random, too */
	set->size = old_size == 0 ? 1024 : 2 * old_size;
	set->places = get_memory(set->size * sizeof(uint64_t));
	memset(set->places, 0, set->size * sizeof(uint64_t));
	for (size_t i = 0; i < old_size; i++)
		if (old[i] != 0)
			put_hash(set, old[i]);
	free(old);
}

bool
seen_add(seen_set *set, const char *source, int64_t size)
{
	uint64_t	hash;

	if (4 * set->count >= 3 * set->size)
		enlarge(set);
	hash = keyed_hash(set->key, source, size);
	if (!put_hash(set, hash == 0 ? 1 : hash))
		return false;
	set->count++;
	return true;
}

bool
seen_has(const seen_set *set, const char *source, int64_t size)
{
	uint64_t	hash;

	if (set->size == 0)
		return false;
	hash = keyed_hash(set->key, source, size);
	if (hash == 0)
		hash = 1;
	for (size_t i = hash & (set->size - 1); set->places[i] != 0; i = (i + 1) & (set->size - 1))
		if (set->places[i] == hash)
			return true;
	return false;
}
