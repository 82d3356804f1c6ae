/*
 * driver.c: runs a harness where there is neither libFuzzer nor AFL++: on kept
 * inputs, and for some seconds on mutations of them.
 *
 * usage: fuzz_NAME FOLDER...     (the first has inputs that once failed)
 *
 * Each file is an input, of files *.ndjson each line.  FUZZ_SECONDS tells how
 * long inputs are made up, FUZZ_SEED how they begin.  An input that reaches
 * code which none reached before is kept to be changed further, as compiled
 * with -fsanitize-coverage=trace-pc.  What fails is left in a file.
 */
#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../generator/rng.h"
#include "fuzz.h"

#include "../core/tap.h"

#define INPUT_MAX	(64 * 1024)
#define POOL_MAX	20000
#define WORDS_MAX	500
#define HANG_SECONDS	60

extern void __sanitizer_set_death_callback(void (*callback) (void));
extern void __sanitizer_cov_trace_pc(void);
extern const char *__asan_default_options(void);

static ct_slice pool[POOL_MAX];
static size_t pool_count;
static ct_slice words[WORDS_MAX];
static size_t word_count;

/* Pairs of places that followed one another, by a hash. */
static uint8_t reached[1 << 16];
static size_t reached_count;
static uintptr_t place_before;
static bool is_new;

/* What runs now. */
static const char *target;
static ct_slice current;

/* Sanitizers take abort(), too, for a reason to tell what ran. */
__attribute__((visibility("default")))
const char *
__asan_default_options(void)
{
	return "handle_abort=1:allocator_may_return_null=1";
}

/* Notes that the program went from one place to another. */
__attribute__((no_sanitize("address", "undefined")))
void
__sanitizer_cov_trace_pc(void)
{
	uintptr_t	place = (uintptr_t) __builtin_return_address(0);
	unsigned	pair = (unsigned) ((place ^ place_before << 1) * UINT64_C(0x9e3779b97f4a7c15) >> 48);

	place_before = place;
	if (reached[pair] == 0)
	{
		reached[pair] = 1;
		reached_count++;
		is_new = true;
	}
}

/* Leaves the input that failed in a file. */
static void
save_current(void)
{
	char		name[200];
	FILE	   *file;

	snprintf(name, sizeof(name), "%s-failed-%d", target, (int) getpid());
	file = fopen(name, "wb");
	if (file == NULL)
		return;
	fwrite(current.ptr, 1, current.len, file);
	fclose(file);
	fprintf(stderr, "the input that failed is in %s\n", name);
}

/* Ends a run that does not end by itself. */
static void
give_up(int number)
{
	fprintf(stderr, "fuzz: an input takes more than %d seconds\n", HANG_SECONDS);
	abort();
}

/* Runs the harness on an input. */
static void
run(ct_slice input)
{
	current = input;
	is_new = false;
	place_before = 0;
	LLVMFuzzerTestOneInput((const uint8_t *) input.ptr, input.len);
}

/* Adds an input to the pool. */
static void
keep(const char *ptr, size_t len)
{
	if (pool_count < POOL_MAX && len <= INPUT_MAX)
		pool[pool_count++] = exact_slice((ct_slice) {ptr, len});
}

/* Adds a file, or each of its lines. */
static void
keep_file(const char *name)
{
	FILE	   *file = fopen(name, "rb");
	size_t		name_len = strlen(name);
	size_t		len;
	char	   *bytes;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0)
		return;
	len = (size_t) ftell(file);
	rewind(file);
	bytes = malloc(len + 1);
	if (fread(bytes, 1, len, file) != len)
		len = 0;
	fclose(file);
	if (name_len > 7 && strcmp(name + name_len - 7, ".ndjson") == 0)
	{
		for (ct_slice rest = {bytes, len}; rest.len > 0;)
		{
			ct_slice	line = take_until(&rest, '\n');

			keep(line.ptr, line.len);
		}
	}
	else
		keep(bytes, len);
	free(bytes);
}

/* Adds all files of a folder, in the order of their names. */
static void
keep_folder(const char *folder)
{
	struct dirent **entries;
	int			n = scandir(folder, &entries, NULL, alphasort);

	for (int i = 0; i < n; i++)
	{
		char		name[4096];
		struct stat st;

		snprintf(name, sizeof(name), "%s/%s", folder, entries[i]->d_name);
		if (stat(name, &st) == 0 && S_ISREG(st.st_mode))
			keep_file(name);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

/* Reads the words of a dictionary as libFuzzer and AFL++ have it: "word" with \xNN. */
static void
read_words(const char *name)
{
	FILE	   *file = fopen(name, "r");
	char		line[1000];

	while (file != NULL && word_count < WORDS_MAX && fgets(line, sizeof(line), file) != NULL)
	{
		char	   *p = strchr(line, '"');
		char		word[1000];
		size_t		len = 0;

		if (p == NULL || line[0] == '#')
			continue;
		for (p++; *p != '\0' && *p != '"'; p++)
		{
			unsigned	byte;

			if (p[0] == '\\' && p[1] == 'x' && sscanf(p + 2, "%2x", &byte) == 1)
			{
				word[len++] = (char) byte;
				p += 3;
			}
			else
				word[len++] = *p == '\\' ? *++p : *p;
		}
		words[word_count++] = exact_slice((ct_slice) {word, len});
	}
	if (file != NULL)
		fclose(file);
}

/* Puts bytes in the place of others. */
static void
replace(buffer *b, size_t at, size_t removed, const char *ptr, size_t len)
{
	buffer		changed = {0};

	if (b->len - removed + len > INPUT_MAX)
		return;
	put(&changed, b->ptr, at);
	put(&changed, ptr, len);
	put(&changed, b->ptr + at + removed, b->len - at - removed);
	free(b->ptr);
	*b = changed;
}

/* Changes an input in one way. */
static void
change(rng *r, buffer *b)
{
	static const char odd[] = {0, 1, 0x7f, (char) 0x80, (char) 0xc0, (char) 0xed, (char) 0xff, '"', '\\', '{', '}', '[', ']', ',', ':', '\n', ' ', '0', '9', '-', '*', '?'};
	size_t		at = rng_below(r, (uint32_t) b->len + 1);
	size_t		left = b->len - at;
	size_t		some = left > 0 ? 1 + rng_below(r, (uint32_t) (left < 32 ? left : 32)) : 0;
	char		byte = (char) rng_next(r);
	ct_slice	other = pool[rng_below(r, (uint32_t) pool_count)];
	size_t		other_at = rng_below(r, (uint32_t) other.len + 1);

	switch (rng_below(r, 10))
	{
		case 0:
			byte = left > 0 ? (char) (b->ptr[at] ^ 1 << rng_below(r, 8)) : byte;
			replace(b, at, left > 0, &byte, 1);
			break;
		case 1:
			replace(b, at, left > 0, &odd[rng_below(r, sizeof(odd))], 1);
			break;
		case 2:
			replace(b, at, 0, rng_below(r, 2) ? &byte : &odd[rng_below(r, sizeof(odd))], 1);
			break;
		case 3:
			replace(b, at, some, "", 0);
			break;
		case 4:
			replace(b, at, left, "", 0);
			break;
		case 5:
			{
				char	   *copy = exact_copy(b->ptr + at, some);

				replace(b, rng_below(r, (uint32_t) b->len + 1), 0, copy, some);
				free(copy);
				break;
			}
		case 6:
			replace(b, at, left, other.ptr + other_at, other.len - other_at);
			break;
		case 7:
			other.len -= other_at;
			replace(b, at, rng_below(r, 2) ? some : 0, other.ptr + other_at, other.len < 64 ? other.len : 64);
			break;
		default:
			if (word_count > 0)
			{
				other = words[rng_below(r, (uint32_t) word_count)];
				replace(b, at, rng_below(r, 2) ? some : 0, other.ptr, other.len);
			}
	}
}

int
main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	int			seconds = getenv("FUZZ_SECONDS") ? atoi(getenv("FUZZ_SECONDS")) : 0;
	unsigned long seed = getenv("FUZZ_SEED") ? strtoul(getenv("FUZZ_SEED"), NULL, 10) : (unsigned long) time(NULL);
	rng			r = {seed};
	size_t		kept;
	long		runs = 0;
	time_t		end;

	target = slash != NULL ? slash + 1 : argv[0];
	setvbuf(stdout, NULL, _IOLBF, 0);
	__sanitizer_set_death_callback(save_current);
	signal(SIGALRM, give_up);
	for (int i = 1; i < argc; i++)
	{
		if (strlen(argv[i]) > 5 && strcmp(argv[i] + strlen(argv[i]) - 5, ".dict") == 0)
			read_words(argv[i]);
		else
			keep_folder(argv[i]);
	}
	keep("", 0);
	kept = pool_count;
	for (size_t i = 0; i < kept; i++)
	{
		alarm(HANG_SECONDS);
		run(pool[i]);
	}
	ok(kept > 1, "%s: %zu kept inputs", target, kept);

	printf("# %s: seed %lu\n", target, seed);
	end = time(NULL) + seconds;
	while (seconds > 0 && (runs % 64 != 0 || time(NULL) < end))
	{
		buffer		b = {0};
		/* What was kept last leads further than what was there. */
		size_t		range = rng_below(&r, 2) && pool_count > 64 ? pool_count / 4 : pool_count;
		ct_slice	from = pool[pool_count - 1 - rng_below(&r, (uint32_t) range)];

		put(&b, from.ptr, from.len);
		for (uint32_t changes = 1 + rng_below(&r, 1 + rng_below(&r, 8)); changes > 0; changes--)
			change(&r, &b);
		if (runs % 64 == 0)
			alarm(HANG_SECONDS);
		run((ct_slice) {b.ptr, b.len});
		if (is_new)
			keep(b.ptr, b.len);
		free(b.ptr);
		runs++;
	}
	alarm(0);
	if (seconds > 0)
		ok(runs > 0, "%s: %ld executions in %d seconds, %zu inputs reach %zu steps", target, runs, seconds, pool_count, reached_count);
	for (size_t i = 0; i < pool_count; i++)
		free((char *) pool[i].ptr);
	for (size_t i = 0; i < word_count; i++)
		free((char *) words[i].ptr);
	return done_testing();
}
