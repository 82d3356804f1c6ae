/*
 * compress.c: how small a dictionary makes events, one by one.
 *
 * usage: compress DICTIONARY LEVEL FILE
 *
 * Prints how many events a file of NDJSON has, their bytes, the bytes they are
 * compressed to, and the CPU seconds that took.  Without a dictionary: "-".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zstd.h>

/* Says what is wrong with the call or the file, and ends. */
static void
fail(const char *reason)
{
	fprintf(stderr, "compress: %s\n", reason);
	exit(1);
}

/* Reads all of a file. */
static char *
read_file(const char *name, size_t *len)
{
	FILE	   *file = fopen(name, "rb");
	char	   *bytes;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0)
		fail("cannot open the file");
	*len = ftell(file);
	rewind(file);
	bytes = malloc(*len + 1);
	if (bytes == NULL || fread(bytes, 1, *len, file) != *len)
		fail("cannot read the file");
	fclose(file);
	return bytes;
}

int
main(int argc, char **argv)
{
	ZSTD_CCtx  *context = ZSTD_createCCtx();
	ZSTD_CDict *dictionary;
	size_t		len;
	size_t		dictionary_len = 0;
	char	   *bytes;
	char	   *dictionary_bytes = NULL;
	char	   *room;
	size_t		size;
	size_t		before = 0;
	size_t		after = 0;
	long		events = 0;
	clock_t		start;

	if (argc != 4)
		fail("usage: compress DICTIONARY LEVEL FILE");
	if (strcmp(argv[1], "-") != 0)
		dictionary_bytes = read_file(argv[1], &dictionary_len);
	bytes = read_file(argv[3], &len);
	size = ZSTD_compressBound(len);
	room = malloc(size);
	dictionary = ZSTD_createCDict(dictionary_bytes, dictionary_len, atoi(argv[2]));
	if (context == NULL || dictionary == NULL || room == NULL)
		fail("out of memory");
	ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 0);
	ZSTD_CCtx_setParameter(context, ZSTD_c_dictIDFlag, 0);
	ZSTD_CCtx_refCDict(context, dictionary);

	start = clock();
	for (const char *line = bytes; line < bytes + len;)
	{
		const char *end = memchr(line, '\n', bytes + len - line);
		size_t		compressed;

		if (end == NULL)
			end = bytes + len;
		compressed = ZSTD_compress2(context, room, size, line, end - line);
		if (ZSTD_isError(compressed))
			fail(ZSTD_getErrorName(compressed));
		events++;
		before += end - line;
		after += compressed;
		line = end + 1;
	}
	printf("%.6f %ld %zu %zu\n", (double) (clock() - start) / CLOCKS_PER_SEC, events, before, after);
	return 0;
}
