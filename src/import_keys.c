/*
 * import_keys.c: the keys that imported rows have in the GIN index.
 *
 * They are known from the records, which the rows have only in compressed
 * form.  Rows share most of their keys, so each is kept once, and has a number.
 */
#include "import.h"

#include "common/hashfn.h"
#include "index_key.h"
#include "storage/itemptr.h"
#include "utils/memutils.h"

/* What a key is looked up by. */
typedef struct KeyWord
{
	uint64		word;			/* the whole key if it fits, else a hash of it */
	const char *longer;			/* a key that does not, with its header */
} KeyWord;

/* The number of a key. */
typedef struct KeyNumber
{
	KeyWord		key;
	uint32		number;
	uint32		row;			/* number of the last row that has it */
	char		status;
} KeyNumber;

/* Whether two keys are the same. */
static inline bool
is_same_key(KeyWord a, KeyWord b)
{
	if (a.word != b.word || (a.longer == NULL) != (b.longer == NULL))
		return false;
	return a.longer == NULL || ct_same(index_key_bytes(PointerGetDatum(a.longer)),
									   index_key_bytes(PointerGetDatum(b.longer)));
}

#define SH_PREFIX		keys
#define SH_ELEMENT_TYPE	KeyNumber
#define SH_KEY_TYPE		KeyWord
#define SH_KEY			key
/* Behind its first byte, the kind, a short key is a hash. */
#define SH_HASH_KEY(table, key)		((uint32) ((key).word >> 16))
#define SH_EQUAL(table, a, b)		is_same_key(a, b)
#define SH_SCOPE		static inline
#define SH_DEFINE
#define SH_DECLARE
#include "lib/simplehash.h"

/* What a key is looked up by; it stays where it is. */
static inline KeyWord
word_of_key(const char *key)
{
	ct_slice	bytes = index_key_bytes(PointerGetDatum(key));
	KeyWord		word = {0, NULL};

	if (bytes.len <= sizeof(word.word) && bytes.ptr[0] != CT_KEY_ACTION)
	{
		memcpy(&word.word, bytes.ptr, bytes.len);
		return word;
	}
	word.word = hash_bytes_extended((const unsigned char *) bytes.ptr, (int) bytes.len, 0);
	word.longer = key;
	return word;
}

/* Finds a key, or adds it. */
static KeyNumber *
find_key(Import *import, const char *key, Size size)
{
	ImportKeys *keys = &import->keys;
	KeyWord		word = word_of_key(key);
	bool		found;
	KeyNumber  *number;
	char	   *copy;

	if (keys->numbers == NULL)
		keys->numbers = keys_create(import->row_context, 1024, NULL);
	number = keys_insert(keys->numbers, word, &found);
	if (found)
		return number;
	copy = MemoryContextAlloc(import->row_context, size);
	memcpy(copy, key, size);
	if (word.longer != NULL)
		number->key.longer = copy;
	number->number = keys->count;
	number->row = 0;
	MAKE_ROOM(import->row_context, keys->keys, keys->count, keys->room, ImportKey);
	keys->keys[keys->count++] = (ImportKey) {.key = PointerGetDatum(copy)};
	return number;
}

/* Adds a key of a row. */
static void
add_key(void *arg, ct_key_kind kind, ct_slice text, ct_slice scope)
{
	Import	   *import = arg;
	ImportKeys *keys = &import->keys;
	char		key[INDEX_KEY_MAX];
	Size		size = write_index_key(key, kind, text, scope);
	KeyNumber  *number = find_key(import, key, size);

	if (number->row == keys->rows)
		return;
	number->row = keys->rows;
	MAKE_ROOM(import->row_context, keys->of_rows, keys->used, keys->used_room, uint32);
	keys->of_rows[keys->used++] = number->number;
}

uint32
add_import_keys(Import *import, const ct_record *rec)
{
	ct_scratch	scratch = event_scratch(rec);
	uint32		before = import->keys.used;

	import->keys.rows++;
	ct_each_key(rec, &scratch, add_key, import);
	return import->keys.used - before;
}

void
forget_import_keys(Import *import)
{
	import->keys = (ImportKeys) {0};
}

/* Compares two keys in the order of the index. */
static int
compare_keys(const void *a, const void *b)
{
	return ct_compare_slices(index_key_bytes(*(const Datum *) a),
							 index_key_bytes(*(const Datum *) b));
}

/* The same of keys with their rows. */
static int
compare_collected_keys(const void *a, const void *b)
{
	return compare_keys(&(*(ImportKey *const *) a)->key, &(*(ImportKey *const *) b)->key);
}

/* Compares two places in a table. */
static int
compare_tids(const void *a, const void *b)
{
	return ItemPointerCompare((ItemPointer) a, (ItemPointer) b);
}

/* Brings the rows of a key into their order in the table, in which most are. */
static void
sort_tids(ImportKey *key)
{
	for (uint32 i = 1; i < key->count; i++)
	{
		if (ItemPointerCompare(&key->tids[i - 1], &key->tids[i]) > 0)
		{
			qsort(key->tids, key->count, sizeof(ItemPointerData), compare_tids);
			return;
		}
	}
}

/* Adds a row to those of a key. */
static inline void
add_tid(ImportKey *key, ItemPointerData tid)
{
	if (key->count == key->room)
	{
		key->room = Max(4, 2 * key->room);
		key->tids = key->tids == NULL ? palloc(key->room * sizeof(ItemPointerData)) :
			repalloc(key->tids, key->room * sizeof(ItemPointerData));
	}
	key->tids[key->count++] = tid;
}

ImportKey **
collect_import_keys(Import *import, const ImportRow *rows, int count, int *key_count)
{
	ImportKeys *keys = &import->keys;
	ImportKey **sorted = palloc(Max(keys->count, 1) * sizeof(ImportKey *));

	*key_count = 0;
	for (uint32 i = 0; i < keys->count; i++)
		keys->keys[i].count = 0;
	for (int i = 0; i < count; i++)
	{
		const uint32 *of_row = keys->of_rows + rows[i].first_key;

		for (uint32 k = 0; k < rows[i].key_count; k++)
			add_tid(&keys->keys[of_row[k]], rows[i].tid);
	}
	for (uint32 i = 0; i < keys->count; i++)
	{
		ImportKey  *key = &keys->keys[i];

		if (key->count == 0)
			continue;
		sort_tids(key);
		sorted[(*key_count)++] = key;
	}
	qsort(sorted, *key_count, sizeof(ImportKey *), compare_collected_keys);
	return sorted;
}

Datum *
sorted_import_keys(const Import *import, const ImportRow *row)
{
	Datum	   *keys = palloc(Max(row->key_count, 1) * sizeof(Datum));

	for (uint32 k = 0; k < row->key_count; k++)
		keys[k] = import->keys.keys[import->keys.of_rows[row->first_key + k]].key;
	qsort(keys, row->key_count, sizeof(Datum), compare_keys);
	return keys;
}
