/*
 * test_blob.c: what lies below a folder of the command line is not reached
 * through links that somebody put there since it was found.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../core/tap.h"
#include "load/blob.h"

/* Writes a file of one letter. */
static void
write_letter(const char *path, char letter)
{
	FILE	   *file = fopen(path, "w");

	if (file == NULL || fputc(letter, file) == EOF || fclose(file) != 0)
		exit(1);
}

/* The letter in a file, 0 if it cannot be opened. */
static char
letter_of(const char *path, const load_options *options)
{
	char		reason[200];
	char		letter = 0;
	blob		b;

	if (!open_blob(path, options, &b, reason, sizeof(reason)))
		return 0;
	if (read(b.fd, &letter, 1) != 1)
		letter = 0;
	close_blob(&b);
	return letter;
}

/* Whether a file beside another is opened. */
static bool
is_beside(const char *path, const load_options *options)
{
	blob		b;
	bool		opened = open_beside(path, options, &b);

	if (opened)
		close_blob(&b);
	return opened;
}

/* Makes a folder with a file, others outside, and links between them. */
static void
make_files(void)
{
	if (mkdir("tree", 0700) != 0 || mkdir("tree/a", 0700) != 0 || mkdir("outside", 0700) != 0 ||
		symlink("../outside", "tree/way") != 0 || symlink("../outside/file", "tree/link") != 0 ||
		symlink("tree", "top") != 0 || mkfifo("tree/pipe", 0600) != 0)
		exit(1);
	write_letter("tree/a/file", 'a');
	write_letter("outside/file", 'o');
}

/* Opens files below a folder that is named so. */
static void
test_below(const char *folder)
{
	char	   *paths[] = {(char *) "elsewhere", (char *) folder};
	load_options options = {.paths = paths, .path_count = 2};
	load_options following = {.paths = paths, .path_count = 2, .follow_links = true};

	ok(letter_of("tree/a/file", &options) == 'a', "%s: a file", folder);
	ok(letter_of("tree/link", &options) == 0, "%s: a link", folder);
	ok(letter_of("tree/way/file", &options) == 0, "%s: a link on the way", folder);
	ok(letter_of("tree/../outside/file", &options) == 0, "%s: a way out", folder);
	ok(letter_of("tree/none", &options) == 0, "%s: nothing", folder);
	ok(is_beside("tree/a/file", &options), "%s: a file beside", folder);
	ok(!is_beside("tree/link", &options), "%s: a link beside", folder);
	ok(!is_beside("tree/way/file", &options), "%s: a file beside, by a link", folder);
	ok(!is_beside("tree/pipe", &options), "%s: a pipe beside", folder);
	ok(letter_of("tree/link", &following) == 'o', "%s: a link that is to be followed", folder);
	ok(letter_of("tree/way/file", &following) == 'o', "%s: a way that is to be followed", folder);
	ok(is_beside("tree/link", &following), "%s: the same beside", folder);
}

/* Opens files that are named themselves. */
static void
test_named(void)
{
	char	   *paths[] = {(char *) "tree", (char *) "tree/link", (char *) "tree/way", (char *) "top/"};
	load_options options = {.paths = paths, .path_count = 4};

	ok(letter_of("tree/way/file", &options) == 'o', "a link to a folder that is named itself");
	ok(letter_of("top/a/file", &options) == 'a', "another");
	ok(letter_of("top/link", &options) == 0, "a link below that");
	options.path_count = 1;
	paths[0] = paths[1];
	ok(letter_of("tree/link", &options) == 'o', "a link to a file that is named itself");
	ok(!is_beside("tree/link", &options), "which is not taken for one beside another");
	ok(letter_of("outside/file", &options) == 'o', "a file that is below nothing");
}

/* Opens files from the root. */
static void
test_root(void)
{
	char	   *paths[] = {(char *) "/"};
	load_options options = {.paths = paths, .path_count = 1};
	char		folder[200];
	char		path[300];

	if (getcwd(folder, sizeof(folder)) == NULL)
		exit(1);
	snprintf(path, sizeof(path), "%s/tree/a/file", folder);
	ok(letter_of(path, &options) == 'a', "a file below the root");
	snprintf(path, sizeof(path), "%s/tree/link", folder);
	ok(letter_of(path, &options) == 0, "a link below the root");
}

int
main(void)
{
	char		folder[] = "/tmp/cloudtrail_blob.XXXXXX";
	char		removal[100];

	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		return 1;
	make_files();
	test_below("tree");
	test_below("tree/");
	test_named();
	test_root();
	snprintf(removal, sizeof(removal), "rm -rf %s", folder);
	if (chdir("/") != 0 || system(removal) != 0)
		return 1;
	return done_testing();
}
