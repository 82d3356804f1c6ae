/*
 * index_key.c: the keys of events in a GIN index.
 */
#include "cloudtrail.h"

#include "common/hashfn.h"
#include "index_key.h"
#include "miscadmin.h"

/* Memory for keys is taken in pieces of this size. */
#define KEY_MEMORY		512

Size
write_index_key(char *key, ct_key_kind kind, ct_slice text, ct_slice scope)
{
	char	   *next = key + VARHDRSZ_SHORT;
	uint64		hash = kind;

	StaticAssertStmt(INDEX_KEY_MAX <= VARATT_SHORT_MAX, "a key needs a long header");
	if (kind == CT_KEY_ACTION && text.len + scope.len > INDEX_ACTION_MAX)
		kind = INDEX_KIND_LONG_ACTION;
	*next++ = (char) kind;
	if (kind == CT_KEY_ACTION)
	{
		next = mempcpy(next, text.ptr, text.len);
		*next++ = '\0';
		next = mempcpy(next, scope.ptr, scope.len);
	}
	else if (kind != INDEX_KIND_LONG_ACTION)
	{
		if (scope.ptr != NULL)
			hash = hash_bytes_extended((const unsigned char *) scope.ptr, (int) scope.len, hash);
		hash = hash_bytes_extended((const unsigned char *) text.ptr, (int) text.len, hash);
		for (int i = 0; i < INDEX_HASH_LENGTH; i++)
			*next++ = (char) (hash >> (8 * i));
	}
	SET_VARSIZE_SHORT(key, next - key);
	return next - key;
}

Datum
make_index_key(ct_key_kind kind, ct_slice text, ct_slice scope)
{
	char		key[INDEX_KEY_MAX];
	Size		size = write_index_key(key, kind, text, scope);
	char	   *copy = palloc(size);

	memcpy(copy, key, size);
	return PointerGetDatum(copy);
}

int64
index_key_number(Datum key)
{
	ct_slice	bytes = index_key_bytes(key);
	int64		number = 0;

	if (bytes.ptr[0] == CT_KEY_ACTION)
		return (int64) CT_KEY_ACTION << (8 * INDEX_HASH_LENGTH) |
			(int64) (hash_bytes_extended((const unsigned char *) bytes.ptr, (int) bytes.len,
										 0) >> 16);
	for (size_t i = 0; i < bytes.len; i++)
		number = number << 8 | (uint8) bytes.ptr[i];
	return number;
}

/* Adds a key of an event. */
static void
add_key(void *arg, ct_key_kind kind, ct_slice text, ct_slice scope)
{
	EventKeys  *keys = arg;

	if (keys->count == keys->room)
	{
		CHECK_FOR_INTERRUPTS();
		keys->room *= 2;
		keys->keys = repalloc_huge(keys->keys, keys->room * sizeof(Datum));
	}
	if (keys->end - keys->next < (int) INDEX_KEY_MAX)
	{
		keys->next = palloc(KEY_MEMORY);
		keys->end = keys->next + KEY_MEMORY;
	}
	keys->keys[keys->count++] = PointerGetDatum(keys->next);
	keys->next += write_index_key(keys->next, kind, text, scope);
}

EventKeys
event_keys(Datum event)
{
	const ct_record *rec = event_record(event);
	ct_scratch	scratch = event_scratch(rec);
	EventKeys	keys = {.room = 16};

	keys.keys = palloc(keys.room * sizeof(Datum));
	ct_each_key(rec, &scratch, add_key, &keys);
	return keys;
}
