/*
 * codec.c: records compressed one by one, with a dictionary known beforehand.
 */
#include <stdlib.h>
#include <zstd.h>

#include "core/base/memory_probe.h"
#include "core/store/codec.h"
#include "core/store/dictionary.h"

/*
 * Level 3 makes records 6 to 8 % shorter than level 1 for a tenth more time;
 * level 5 gains another 4 % and takes twice as long.  Level 3's own tables take
 * 384 kB, which beside all else that an import touches do not fit a processor's
 * second cache; with these of 160 kB records are 0.5 % longer, and compressing
 * them takes a sixth less time.
 */
#define LEVEL 3
#define HASH_LOG 15
#define CHAIN_LOG 13
#define MIN_MATCH 5

/* More than zstd takes for its contexts and a dictionary. */
#define ROOM	(8 * 1024 * 1024)

struct ct_codec
{
	ZSTD_CCtx  *compressor;
	ZSTD_DCtx  *decompressor;
	ZSTD_DDict *decompressing;
};

/* Sets the parameters of compression, and the dictionary; false if out of memory. */
static bool
set_up_compressor(ZSTD_CCtx *compressor)
{
	char		room[64];

	ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(compressor, ZSTD_c_strategy, ZSTD_dfast);
	ZSTD_CCtx_setParameter(compressor, ZSTD_c_hashLog, HASH_LOG);
	ZSTD_CCtx_setParameter(compressor, ZSTD_c_chainLog, CHAIN_LOG);
	ZSTD_CCtx_setParameter(compressor, ZSTD_c_minMatch, MIN_MATCH);

	/* Length and dictionary are in the value's header already. */
	ZSTD_CCtx_setParameter(compressor, ZSTD_c_contentSizeFlag, 0);
	ZSTD_CCtx_setParameter(compressor, ZSTD_c_dictIDFlag, 0);
	ZSTD_CCtx_setParameter(compressor, ZSTD_c_checksumFlag, 0);
	if (ZSTD_isError(ZSTD_CCtx_loadDictionary(compressor, ct_dictionary_1, ct_dictionary_1_size)))
		return false;
	/* The dictionary is prepared with the first record: lack of memory should show now. */
	return !ZSTD_isError(ZSTD_compress2(compressor, room, sizeof(room), "{}", 2));
}

ct_codec *
ct_codec_new(void)
{
	ct_codec   *codec = ct_memory_for(ROOM) ? calloc(1, sizeof(ct_codec)) : NULL;

	if (codec == NULL)
		return NULL;
	codec->compressor = ZSTD_createCCtx();
	codec->decompressor = ZSTD_createDCtx();
	codec->decompressing = ZSTD_createDDict(ct_dictionary_1, ct_dictionary_1_size);
	if (codec->compressor == NULL || codec->decompressor == NULL || codec->decompressing == NULL ||
		!set_up_compressor(codec->compressor))
	{
		ct_codec_free(codec);
		return NULL;
	}
	ZSTD_DCtx_refDDict(codec->decompressor, codec->decompressing);
	return codec;
}

void
ct_codec_free(ct_codec *codec)
{
	if (codec == NULL)
		return;
	ZSTD_freeCCtx(codec->compressor);
	ZSTD_freeDCtx(codec->decompressor);
	ZSTD_freeDDict(codec->decompressing);
	free(codec);
}

size_t
ct_codec_bound(size_t len)
{
	return ZSTD_compressBound(len);
}

size_t
ct_codec_compress(ct_codec *codec, char *dst, size_t room, const char *src, size_t len)
{
	size_t		size = ZSTD_compress2(codec->compressor, dst, room, src, len);

	return ZSTD_isError(size) || size >= len ? 0 : size;
}

bool
ct_codec_decompress(ct_codec *codec, unsigned id, char *dst, size_t dst_len,
					const char *src, size_t len)
{
	if (id != CT_CODEC_DICTIONARY_1)
		return false;
	return ZSTD_decompressDCtx(codec->decompressor, dst, dst_len, src, len) == dst_len;
}
