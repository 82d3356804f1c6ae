/*
 * fdw_list.c: lists the log files below a path.
 *
 * The path itself may be a link, for who sets it decides what is read.  What
 * lies below it is opened folder by folder from there on, and no link is
 * followed, so that who can write there cannot lead the server elsewhere.
 */
#include "fdw.h"

#include <dirent.h>
#include <fnmatch.h>
#include <sys/stat.h>

#include "miscadmin.h"
#include "server_file.h"
#include "storage/fd.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

/* No tree of logs is this deep. */
#define DEPTH_MAX		40

/* How many events of a file are asked for their account and Region. */
#define EVENTS_ASKED	10

/* How many folders in a folder are visited for an estimate. */
#define FOLDERS_ASKED	5

#define WILDCARDS		"*?["

/* What a name in a folder is of. */
typedef enum EntryType
{
	ENTRY_FOLDER,
	ENTRY_FILE,
	ENTRY_OTHER
} EntryType;

typedef struct Entry
{
	char	   *name;
	EntryType	type;
} Entry;

typedef struct EntryList
{
	Entry	   *entries;
	int			count;
	int			room;
} EntryList;

/* Whether what names of files say of an account and a Region is what their events say. */
typedef struct Trust
{
	struct
	{
		char		account_id[CT_LOG_ACCOUNT_LENGTH + 1];
		char		region[CT_LOG_REGION_MAX + 1];
	}			key;
	bool		account;
	bool		region;
} Trust;

typedef struct Walk
{
	const LogOptions *options;
	const LogFilter *filter;
	bool		estimate;
	double		weight;			/* of a file, where not all folders are visited */
	LogList    *list;
	const char *base;
	DIR		   *open[DEPTH_MAX];	/* the folders that the walk is in */
	int			depth;
	StringInfoData path;		/* of the folder that the walk is in, below the base */
	HTAB	   *trust;
	LogCounts	asked;			/* what is read to find out whom to trust counts here */
	MemoryContextCallback callback;
} Walk;

/* Splits a path into its fixed folder and the pattern, or the name, below it. */
char *
log_base(const char *path, const char **pattern)
{
	char	   *base = pstrdup(path);
	char	   *wildcard = strpbrk(base, WILDCARDS);
	char	   *slash;
	struct stat st;

	while (wildcard == NULL && strlen(base) > 1 && base[strlen(base) - 1] == '/')
		base[strlen(base) - 1] = '\0';
	*pattern = NULL;
	if (wildcard == NULL && (stat(base, &st) != 0 || !S_ISREG(st.st_mode)))
		return base;
	if (wildcard != NULL)
		*wildcard = '\0';
	slash = strrchr(base, '/');
	*pattern = path + (slash + 1 - base);
	slash[slash == base] = '\0';
	return base;
}

/* The path of a file below a base. */
char *
log_path(const char *base, const char *folder, const char *name)
{
	return psprintf("%s%s%s%s%s", strcmp(base, "/") == 0 ? "" : base, folder[0] == '\0' ? "" : "/",
					folder, name[0] == '\0' ? "" : "/", name);
}

/* Closes what is open, when the walk ends in whatever way. */
static void
close_walk(void *arg)
{
	Walk	   *walk = arg;

	while (walk->depth > 0)
	{
		closedir(walk->open[--walk->depth]);
		ReleaseExternalFD();
	}
}

/* Complains of a folder that cannot be read, which is an error if that is what the table says. */
static void
complain(const Walk *walk, const char *name, int error)
{
	char	   *path = log_path(walk->base, walk->path.data, name);

	if (walk->estimate)
		return;
	check_shortage(error);
	errno = error;
	ereport(walk->options->stop && error != ENOENT ? ERROR : WARNING,
			(errcode_for_file_access(),
			 errmsg("skipped folder \"%s\": %m", readable_path(path))));
}

/* Opens a folder in another one, or a path; false with errno if it cannot. */
static bool
open_folder(Walk *walk, int parent, const char *name)
{
	int			fd;
	int			error;
	DIR		   *dir;

	if (walk->depth == DEPTH_MAX)
	{
		errno = ELOOP;
		return false;
	}
	if (!AcquireExternalFD())
		return false;
	fd = openat(parent, name, (BELOW_FLAGS & (parent == AT_FDCWD ? ~O_NOFOLLOW : ~0)) |
				O_DIRECTORY);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (dir == NULL)
	{
		error = errno;
		if (fd >= 0)
			close(fd);
		ReleaseExternalFD();
		errno = error;
		return false;
	}
	walk->open[walk->depth++] = dir;
	return true;
}

/* Closes the folder that the walk is in. */
static void
close_folder(Walk *walk)
{
	closedir(walk->open[--walk->depth]);
	ReleaseExternalFD();
}

/* What an entry of a folder is; a link is neither file nor folder. */
static EntryType
type_of(DIR *dir, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type == DT_DIR)
		return ENTRY_FOLDER;
	if (entry->d_type == DT_REG)
		return ENTRY_FILE;
	if (entry->d_type != DT_UNKNOWN ||
		fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return ENTRY_OTHER;
	return S_ISDIR(st.st_mode) ? ENTRY_FOLDER : S_ISREG(st.st_mode) ? ENTRY_FILE : ENTRY_OTHER;
}

/* Compares two entries by name. */
static int
compare_entries(const void *a, const void *b)
{
	return strcmp(((const Entry *) a)->name, ((const Entry *) b)->name);
}

/* Reads what is in the folder that the walk is in, in order. */
static EntryList
read_folder(Walk *walk)
{
	DIR		   *dir = walk->open[walk->depth - 1];
	EntryList	list = {NULL, 0, 0};
	struct dirent *entry;

	while (errno = 0, (entry = readdir(dir)) != NULL)
	{
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		CHECK_FOR_INTERRUPTS();
		if (list.count == list.room)
		{
			list.room = Max(64, 2 * list.room);
			list.entries = list.entries == NULL ? palloc(list.room * sizeof(Entry)) :
				repalloc_huge(list.entries, list.room * sizeof(Entry));
		}
		list.entries[list.count++] = (Entry) {pstrdup(entry->d_name), type_of(dir, entry)};
	}
	if (errno != 0)
		complain(walk, "", errno);
	if (list.count > 1)
		qsort(list.entries, list.count, sizeof(Entry), compare_entries);
	return list;
}

/* Goes into a folder of that which the walk is in; false if it cannot. */
static bool
enter(Walk *walk, const char *name)
{
	if (!open_folder(walk, dirfd(walk->open[walk->depth - 1]), name))
	{
		complain(walk, name, errno);
		return false;
	}
	appendStringInfo(&walk->path, "%s%s", walk->path.len > 0 ? "/" : "", name);
	return true;
}

/* Leaves a folder for that which it is in, whose path has this length. */
static void
leave(Walk *walk, int length)
{
	close_folder(walk);
	walk->path.len = length;
	walk->path.data[length] = '\0';
}

/* Finds the first log file in the folder that the walk is in, or below it. */
static char *
first_log(Walk *walk)
{
	EntryList	list = read_folder(walk);
	int			length = walk->path.len;
	char	   *found = NULL;

	for (int i = 0; i < list.count && found == NULL; i++)
	{
		const Entry *entry = &list.entries[i];
		ct_filename digest;
		ct_slice	name = {entry->name, strlen(entry->name)};

		if (entry->type == ENTRY_FILE && ct_has_log_ending(name) && !ct_digest_name(name, &digest))
			found = psprintf("%s%s%s", walk->path.data, length > 0 ? "/" : "", entry->name);
		else if (entry->type == ENTRY_FOLDER && strcmp(entry->name, "CloudTrail-Digest") != 0 &&
				 enter(walk, entry->name))
		{
			found = first_log(walk);
			leave(walk, length);
		}
	}
	return found;
}

/* Whether a text of an event is what a name says; what is absent says nothing. */
static bool
agrees(ct_slice text, bool known, const char *name)
{
	return text.ptr == NULL || !known ||
		(text.len == strlen(name) && memcmp(text.ptr, name, text.len) == 0);
}

/* Asks the first events of a file whether its name is right. */
static void
ask_file(Walk *walk, const char *file, const ct_log_path *path, Trust *trust)
{
	LogReader  *reader = new_log_reader(walk->options, &walk->asked);
	char	   *folder = pstrdup(file);
	char	   *slash = strrchr(folder, '/');
	const ct_record *rec;

	reader->base = walk->base;
	reader->quiet = true;
	if (slash != NULL)
		*slash = '\0';
	if (open_log(reader, slash == NULL ? "" : folder, slash == NULL ? file : slash + 1))
	{
		for (int i = 0; i < EVENTS_ASKED && (rec = next_log_event(reader)) != NULL; i++)
		{
			ct_scratch	scratch = event_scratch(rec);

			trust->account &= agrees(ct_account_id(rec, &scratch), path->account_known,
									 path->account_id);
			trust->region &= agrees(ct_text(rec, CT_FIELD_aws_region, &scratch), path->region_known,
									path->region);
		}
	}
	close_log_reader(reader);
}

/*
 * Whether names that speak of an account and a Region are right.  One
 * file is asked for each: copies of logs are found in which accounts were
 * replaced in the events, or in the names.  entry is the folder, or file, at
 * hand.
 */
static Trust *
ask(Walk *walk, const Entry *entry, const ct_log_path *path)
{
	Trust		key;
	Trust	   *trust;
	bool		found;
	char	   *file = NULL;
	int			length = walk->path.len;

	memset(&key, 0, sizeof(key));
	if (path->account_known)
		strcpy(key.key.account_id, path->account_id);
	if (path->region_known)
		strcpy(key.key.region, path->region);
	trust = hash_search(walk->trust, &key.key, HASH_ENTER, &found);
	if (found)
		return trust;
	trust->account = trust->region = true;
	if (entry->type == ENTRY_FILE)
		file = psprintf("%s%s%s", walk->path.data, length > 0 ? "/" : "", entry->name);
	else if (enter(walk, entry->name))
	{
		file = first_log(walk);
		leave(walk, length);
	}
	if (file != NULL)
		ask_file(walk, file, path, trust);
	return trust;
}

/* Whether the filter excludes a folder or file, about which its names say this. */
static bool
is_left_out(Walk *walk, const Entry *entry, LogFacts *facts)
{
	LogFacts	unsure = *facts;
	Trust	   *trust;

	if (filter_may_match(walk->filter, facts))
		return false;
	unsure.path.account_known = unsure.path.region_known = false;
	if (walk->estimate || !filter_may_match(walk->filter, &unsure))
		return true;
	trust = ask(walk, entry, &facts->path);
	unsure.path.account_known = facts->path.account_known && trust->account;
	unsure.path.region_known = facts->path.region_known && trust->region;
	return !filter_may_match(walk->filter, &unsure);
}

/* The source of a file, or of what is in a folder so far as it is known. */
static char *
source_in(const Walk *walk, const Entry *entry)
{
	char	   *path = log_path(walk->base, walk->path.data, entry->name);
	ct_slice	source;

	if (entry->type == ENTRY_FOLDER)
		path = psprintf("%s/", path);
	source = ct_source_of((ct_slice) {path, strlen(path)});
	if (entry->type == ENTRY_FOLDER && source.ptr == path)
		return NULL;			/* a folder AWSLogs may follow */
	return readable_path(source.ptr);
}

/* Adds a text to those of the list. */
static uint32
add_text(LogList *list, const char *text)
{
	uint32		offset = list->texts.len;

	appendBinaryStringInfo(&list->texts, text, strlen(text) + 1);
	return offset;
}

/* Takes a file into the list. */
static void
add_file(Walk *walk, const char *name, uint32 *folder)
{
	LogList    *list = walk->list;

	if (*folder == PG_UINT32_MAX)
		*folder = add_text(list, walk->path.data);
	if (list->count == list->room)
	{
		list->room = Max(64, 2 * list->room);
		list->files = list->files == NULL ? palloc(list->room * sizeof(LogFile)) :
			repalloc_huge(list->files, list->room * sizeof(LogFile));
	}
	list->files[list->count++] = (LogFile) {*folder, add_text(list, name)};
	list->estimate += walk->weight;
}

/* The first part of a pattern, up to a slash; NULL if there is none. */
static char *
first_part(const char *pattern, const char **rest)
{
	const char *slash = pattern == NULL ? NULL : strchr(pattern, '/');

	*rest = NULL;
	if (pattern == NULL)
		return NULL;
	if (slash == NULL)
		return pstrdup(pattern);
	*rest = slash + strspn(slash, "/");
	if (**rest == '\0')
		*rest = NULL;
	return pnstrdup(pattern, slash - pattern);
}

static void visit_folder(Walk *walk, const ct_log_path *path, const char *pattern);

/* Handles a file. */
static void
visit_file(Walk *walk, const Entry *entry, const ct_log_path *path, bool named, uint32 *folder)
{
	ct_slice	name = {entry->name, strlen(entry->name)};
	ct_filename digest;
	LogFacts	facts = {.path = *path};

	if (!named && (!ct_has_log_ending(name) || ct_digest_name(name, &digest)))
		return;
	walk->list->counts.found++;
	ct_log_path_file(&facts.path, name);
	facts.source = source_in(walk, entry);
	if (is_left_out(walk, entry, &facts))
		walk->list->counts.left_out++;
	else
		add_file(walk, entry->name, folder);
}

/* Visits folders of that which the walk is in: for an estimate, some stand for all. */
static void
visit_folders(Walk *walk, const EntryList *folders, const ct_log_path *path, const char *pattern)
{
	int			step = walk->estimate ? (folders->count - 1) / FOLDERS_ASKED + 1 : 1;
	double		weight = walk->weight;
	int			length = walk->path.len;

	if (folders->count > 0)
		walk->weight *= (double) folders->count / ((folders->count - 1) / step + 1);
	for (int i = 0; i < folders->count; i += step)
	{
		const char *name = folders->entries[i].name;
		ct_log_path below = *path;

		ct_log_path_enter(&below, (ct_slice) {name, strlen(name)});
		if (!enter(walk, name))
			continue;
		visit_folder(walk, &below, pattern);
		leave(walk, length);
	}
	walk->weight = weight;
}

/* Whether files in a folder may be wanted. */
static bool
is_wanted(Walk *walk, const Entry *folder, const ct_log_path *path)
{
	LogFacts	facts = {.path = *path, .is_folder = true};

	/* Digests hold no events. */
	if (path->account_known && strcmp(folder->name, "CloudTrail-Digest") == 0)
		return false;
	ct_log_path_enter(&facts.path, (ct_slice) {folder->name, strlen(folder->name)});
	facts.source = source_in(walk, folder);
	if (!is_left_out(walk, folder, &facts))
		return true;
	walk->list->counts.folders_left_out++;
	return false;
}

/* Lists the folder that the walk is in, of whose entries those count that match a pattern. */
static void
visit_folder(Walk *walk, const ct_log_path *path, const char *pattern)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "cloudtrail_fdw folder",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	EntryList	list = read_folder(walk);
	EntryList	folders = {list.entries, 0, 0};
	const char *rest;
	char	   *part = first_part(pattern, &rest);
	uint32		folder = PG_UINT32_MAX;

	for (int i = 0; i < list.count; i++)
	{
		Entry		entry = list.entries[i];

		CHECK_FOR_INTERRUPTS();
		if (part != NULL && fnmatch(part, entry.name, FNM_PERIOD) != 0)
			continue;
		if (entry.type == ENTRY_FILE && rest == NULL)
			visit_file(walk, &entry, path, part != NULL, &folder);
		else if (entry.type == ENTRY_FOLDER && is_wanted(walk, &entry, path))
			folders.entries[folders.count++] = entry;	/* whose place has been visited */
	}
	visit_folders(walk, &folders, path, rest);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

/* Makes an empty list, in the current context. */
static LogList *
new_list(void)
{
	LogList    *list = palloc0(sizeof(LogList));

	initStringInfo(&list->texts);
	list->room = 64;
	list->files = palloc(list->room * sizeof(LogFile));
	return list;
}

/* Makes the table of whom to trust. */
static HTAB *
new_trust(void)
{
	HASHCTL		control = {0};

	control.keysize = sizeof(((Trust *) NULL)->key);
	control.entrysize = sizeof(Trust);
	control.hcxt = CurrentMemoryContext;
	return hash_create("cloudtrail_fdw names", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Lists what is below the base, from a path that may be a link. */
static bool
walk_base(Walk *walk, const char *pattern)
{
	ct_log_path path;
	char	   *base = pstrdup(walk->base);
	char	   *next = NULL;

	if (!open_folder(walk, AT_FDCWD, walk->base))
	{
		if (walk->estimate)
			return false;
		check_shortage(errno);
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not open directory \"%s\": %m", readable_path(walk->base))));
	}
	ct_log_path_begin(&path);
	for (char *part = strtok_r(base, "/", &next); part != NULL; part = strtok_r(NULL, "/", &next))
		ct_log_path_enter(&path, (ct_slice) {part, strlen(part)});
	visit_folder(walk, &path, pattern);
	return true;
}

/* Takes the one file that the path names. */
static bool
list_one(Walk *walk, const char *name)
{
	LogFacts	facts;
	Entry		entry = {pstrdup(name), ENTRY_FILE};
	uint32		folder = PG_UINT32_MAX;

	ct_log_path_begin(&facts.path);
	visit_file(walk, &entry, &facts.path, true, &folder);
	return true;
}

/* Lists the files that the filter does not exclude. */
LogList *
log_list(const LogOptions *options, const LogFilter *filter, bool estimate)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "cloudtrail_fdw walk",
												  ALLOCSET_DEFAULT_SIZES);
	Walk	   *walk;
	LogList    *list = new_list();
	MemoryContext old = MemoryContextSwitchTo(context);
	const char *pattern;
	bool		done;

	walk = palloc0(sizeof(Walk));
	walk->options = options;
	walk->filter = filter;
	walk->estimate = estimate;
	walk->weight = 1;
	walk->list = list;
	walk->base = log_base(options->path, &pattern);
	walk->trust = new_trust();
	initStringInfo(&walk->path);
	walk->callback.func = close_walk;
	walk->callback.arg = walk;
	MemoryContextRegisterResetCallback(context, &walk->callback);
	done = pattern != NULL && strpbrk(pattern, WILDCARDS) == NULL ?
		list_one(walk, pattern) : walk_base(walk, pattern);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	return done ? list : NULL;
}
