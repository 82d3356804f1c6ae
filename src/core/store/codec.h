/*
 * codec.h: records compressed one by one, with a dictionary known beforehand.
 *
 * Events resemble one another more than they resemble anything inside
 * themselves, so a dictionary of typical events makes one row compress as
 * well as a whole log file does.  A dictionary never changes once released;
 * a better one gets the next number.
 */
#ifndef CT_CODEC_H
#define CT_CODEC_H

#include <stdbool.h>
#include <stddef.h>

/* How a stored record is compressed; the numbers are on disk. */
typedef enum ct_codec_id
{
	CT_CODEC_PLAIN = 0,
	CT_CODEC_DICTIONARY_1 = 1
} ct_codec_id;

/* The dictionary for new values. */
#define CT_CODEC_CURRENT	CT_CODEC_DICTIONARY_1

typedef struct ct_codec ct_codec;

/* Prepares compression and decompression; NULL if out of memory. */
extern ct_codec *ct_codec_new(void);

/* Releases a codec; NULL is fine. */
extern void ct_codec_free(ct_codec *codec);

/* Room that compressing len bytes may take. */
extern size_t ct_codec_bound(size_t len);

/* Compresses with the current dictionary; 0 where that does not make it shorter. */
extern size_t ct_codec_compress(ct_codec *codec, char *dst, size_t room,
								const char *src, size_t len);

/* Decompresses what is known to have been dst_len bytes; false if it is not so. */
extern bool ct_codec_decompress(ct_codec *codec, unsigned id, char *dst, size_t dst_len,
								const char *src, size_t len);

#endif							/* CT_CODEC_H */
