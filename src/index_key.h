/*
 * index_key.h: the keys of events in a GIN index.
 *
 * A key is a short bytea.  Its first byte is the kind.  For an action the
 * service and name follow in full, in small letters, so that a pattern can
 * be matched against the keys themselves:
 *
 *		kind, name, a zero byte, service
 *
 * For all other kinds six bytes of hash follow.  Keys are on disk: none of
 * this may change.
 */
#ifndef CLOUDTRAIL_INDEX_KEY_H
#define CLOUDTRAIL_INDEX_KEY_H

#include "core/store/search_key.h"

/* Bytes of hash; with kind and header a key takes eight. */
#define INDEX_HASH_LENGTH	6

/*
 * Longest service and name together that fit a key.  An event with longer
 * ones has a key of a kind of its own, without more bytes.
 */
#define INDEX_ACTION_MAX		120
#define INDEX_KIND_LONG_ACTION	0

/* Room for any key: its header is always the short one. */
#define INDEX_KEY_MAX			(VARHDRSZ_SHORT + 1 + INDEX_ACTION_MAX + 1)

/* The bytes of a key behind its header. */
static inline ct_slice
index_key_bytes(Datum key)
{
	return (ct_slice) {VARDATA_ANY(DatumGetPointer(key)), VARSIZE_ANY_EXHDR(DatumGetPointer(key))};
}

/* Writes the key of a text in a scope; returns its length with header. */
extern Size write_index_key(char *key, ct_key_kind kind, ct_slice text, ct_slice scope);

/* A key in memory of its own. */
extern Datum make_index_key(ct_key_kind kind, ct_slice text, ct_slice scope);

/* A key as a number: the kind and the hash, or a hash of the whole. */
extern int64 index_key_number(Datum key);

/* The kind of a key that is a number. */
static inline ct_key_kind
index_number_kind(int64 number)
{
	return (ct_key_kind) (number >> (8 * INDEX_HASH_LENGTH));
}

/* The keys of an event; one may be there twice. */
typedef struct EventKeys
{
	Datum	   *keys;
	int			count;
	int			room;
	char	   *next;			/* free memory for keys */
	char	   *end;
} EventKeys;

extern EventKeys event_keys(Datum event);

#endif							/* CLOUDTRAIL_INDEX_KEY_H */
