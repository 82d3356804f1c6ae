/*
 * fdw_list.c: lists the log files below a path that a query needs.
 */
#include "fdw.h"

#include <fnmatch.h>

#include "common/hashfn.h"
#include "fdw_tree.h"
#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

/* How many files are tried to find one that has events. */
#define FILES_TRIED		20

/* How many folders in a folder are visited for an estimate. */
#define FOLDERS_ASKED	5

/*
 * Whether what names of files say of an account and a Region is what their
 * events say, below one folder: another may be another copy.
 */
typedef struct Trust
{
	struct
	{
		uint64		folder;		/* hash of its path */
		char		account_id[CT_LOG_ACCOUNT_LENGTH + 1];
		char		region[CT_LOG_REGION_MAX + 1];
	}			key;
	int			tried;			/* files without result; FILES_TRIED after one that had one */
	bool		account;
	bool		region;
} Trust;

typedef struct Walk
{
	LogTree    *tree;
	const LogFilter *filter;
	bool		estimate;
	double		weight;			/* of a file, where not all folders are visited */
	LogList    *list;
	HTAB	   *trust;
	LogCounts	asked;			/* what is read to find out whom to trust counts here */
} Walk;

/* Whether a text of an event is what a name says. */
static bool
agrees(ct_slice text, const char *name)
{
	return ct_same(text, (ct_slice) {name, strlen(name)});
}

/* What is asked of files. */
typedef struct Question
{
	Walk	   *walk;
	const ct_log_path *path;
	Trust	   *trust;
} Question;

/*
 * Whether an event is of the account that a name says; sets *said if it says
 * anything.  Names have the account that received an event: one that does not
 * have that has its caller's account instead, which can be any.
 */
static bool
account_agrees(const ct_record *rec, const ct_log_path *path, bool *said)
{
	ct_scratch	scratch = event_scratch(rec);
	ct_slice	account = ct_account_id(rec, &scratch);

	if (account.ptr == NULL)
		return true;
	*said = true;
	return ct_has(rec, CT_FIELD_recipient_account_id) && agrees(account, path->account_id);
}

/* Whether an event is of the Region that a name says; sets *said if it says anything. */
static bool
region_agrees(const ct_record *rec, const ct_log_path *path, bool *said)
{
	ct_scratch	scratch = event_scratch(rec);
	ct_slice	region = ct_text(rec, CT_FIELD_aws_region, &scratch);

	if (region.ptr == NULL)
		return true;
	*said = true;
	return agrees(region, path->region) || is_global_event(region, rec->event_time);
}

/*
 * Asks the events of a file in the folder at hand whether its name is right;
 * true if no other need be asked.
 */
static bool
ask_file(void *arg, const char *name)
{
	const Question *question = arg;
	Walk	   *walk = question->walk;
	const ct_log_path *path = question->path;
	Trust	   *trust = question->trust;
	LogReader  *reader = new_log_reader(walk->tree->options, &walk->asked);
	bool		account_said = !path->account_known;
	bool		region_said = !path->region_known;
	const ct_record *rec;

	reader->base = walk->tree->base;
	reader->quiet = true;
	trust->tried++;
	if (open_log(reader, walk->tree->path.data, name))
	{
		while ((rec = next_log_event(reader)) != NULL)
		{
			if (path->account_known && trust->account)
				trust->account = account_agrees(rec, path, &account_said);
			if (path->region_known && trust->region)
				trust->region = region_agrees(rec, path, &region_said);
		}
	}
	close_log_reader(reader);
	if (account_said && region_said)
		trust->tried = FILES_TRIED;
	else if (trust->tried == FILES_TRIED)
	{
		/* So many that say nothing are no witnesses. */
		trust->account &= account_said;
		trust->region &= region_said;
	}
	return trust->tried >= FILES_TRIED;
}

/* Whether a folder's name is a year, a month or a day. */
static bool
is_date(const char *name, int length)
{
	return (length == 4 || length == 2) && (int) strspn(name, "0123456789") >= length;
}

/*
 * The folder, as a hash of its path, that has the one of an account in it: the
 * copy of logs that the entry at hand belongs to.  Where no folder has the
 * account's name, those of dates are left out.
 */
static uint64
copy_of(const Walk *walk, const LogEntry *entry, const char *account_id)
{
	char	   *path = log_path(walk->tree->base, walk->tree->path.data,
								entry->type == ENTRY_FOLDER ? entry->name : "");
	int			end = strlen(path);
	bool		dates = true;
	uint64		hash;

	for (int to = end; to > 0;)
	{
		int			from = to;

		while (from > 0 && path[from - 1] != '/')
			from--;
		if (to - from == CT_LOG_ACCOUNT_LENGTH &&
			memcmp(path + from, account_id, CT_LOG_ACCOUNT_LENGTH) == 0)
		{
			end = from;
			break;
		}
		dates = dates && is_date(path + from, to - from);
		if (dates)
			end = from;
		to = Max(from - 1, 0);
	}
	hash = hash_bytes_extended((const unsigned char *) path, end, 0);
	pfree(path);
	return hash;
}

/*
 * Whether names that speak of an account and a Region are right.  One
 * file with events is asked for each in each copy: copies of logs are found in
 * which accounts were replaced in the events, or in the names.  entry is the
 * folder, or file, at hand.
 */
static Trust *
ask(Walk *walk, const LogEntry *entry, const ct_log_path *path)
{
	Trust		key;
	Trust	   *trust;
	Question	question = {.walk = walk, .path = path};
	bool		found;
	int			length = walk->tree->path.len;

	memset(&key, 0, sizeof(key));
	if (path->account_known)
		strcpy(key.key.account_id, path->account_id);
	if (path->region_known)
		strcpy(key.key.region, path->region);
	key.key.folder = copy_of(walk, entry, key.key.account_id);
	trust = question.trust = hash_search(walk->trust, &key.key, HASH_ENTER, &found);
	if (!found)
	{
		trust->tried = 0;
		trust->account = trust->region = true;
	}
	if (trust->tried >= FILES_TRIED)
		return trust;
	if (entry->type == ENTRY_FILE)
		ask_file(&question, entry->name);
	else if (enter_log_folder(walk->tree, entry->name))
	{
		visit_logs(walk->tree, ask_file, &question);
		leave_log_folder(walk->tree, length);
	}
	return trust;
}

/* Whether the filter excludes a folder or file, about which its names say this. */
static bool
is_left_out(Walk *walk, const LogEntry *entry, LogFacts *facts)
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
source_in(const Walk *walk, const LogEntry *entry)
{
	char	   *path = log_path(walk->tree->base, walk->tree->path.data, entry->name);
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
		*folder = add_text(list, walk->tree->path.data);
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
visit_file(Walk *walk, const LogEntry *entry, const ct_log_path *path, bool named, uint32 *folder)
{
	ct_slice	name = {entry->name, strlen(entry->name)};
	LogFacts	facts = {.path = *path};

	if (!named && !is_log_name(name))
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
visit_folders(Walk *walk, const LogEntryList *folders, const ct_log_path *path, const char *pattern)
{
	int			step = walk->estimate ? (folders->count - 1) / FOLDERS_ASKED + 1 : 1;
	double		weight = walk->weight;
	int			length = walk->tree->path.len;

	if (folders->count > 0)
		walk->weight *= (double) folders->count / ((folders->count - 1) / step + 1);
	for (int i = 0; i < folders->count; i += step)
	{
		const char *name = folders->entries[i].name;
		ct_log_path below = *path;

		ct_log_path_enter(&below, (ct_slice) {name, strlen(name)});
		if (!enter_log_folder(walk->tree, name))
			continue;
		visit_folder(walk, &below, pattern);
		leave_log_folder(walk->tree, length);
	}
	walk->weight = weight;
}

/* Whether files in a folder may be wanted. */
static bool
is_wanted(Walk *walk, const LogEntry *folder, const ct_log_path *path)
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
	LogEntryList list = read_log_folder(walk->tree);
	LogEntryList folders = {list.entries, 0, 0};
	const char *rest;
	char	   *part = first_part(pattern, &rest);
	uint32		folder = PG_UINT32_MAX;

	for (int i = 0; i < list.count; i++)
	{
		LogEntry	entry = list.entries[i];

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
	char	   *base = pstrdup(walk->tree->base);
	char	   *next = NULL;

	if (!open_log_tree(walk->tree))
		return false;
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
	LogEntry	entry = {pstrdup(name), ENTRY_FILE};
	uint32		folder = PG_UINT32_MAX;

	ct_log_path_begin(&facts.path);
	visit_file(walk, &entry, &facts.path, true, &folder);
	return true;
}

LogList *
log_list(const LogOptions *options, const LogFilter *filter, bool estimate)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "cloudtrail_fdw walk",
												  ALLOCSET_DEFAULT_SIZES);
	Walk	   *walk;
	LogList    *list = new_list();
	MemoryContext old = MemoryContextSwitchTo(context);
	LogPath		path = split_log_path(options->path);
	bool		done;

	walk = palloc0(sizeof(Walk));
	walk->tree = begin_log_tree(options, path.base, estimate);
	walk->filter = filter;
	walk->estimate = estimate;
	walk->weight = 1;
	walk->list = list;
	walk->trust = new_trust();
	done = path.file != NULL ? list_one(walk, path.file) : walk_base(walk, path.pattern);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	return done ? list : NULL;
}
