/*
 * import.h: log files into a trail without SQL for each event.
 *
 * The way through the tables' and indexes' access methods is taken only where
 * it does what INSERT would have done: see import_check.c.  For all else,
 * cloudtrail_import_by_sql() imports a file by SQL, with the same results.
 */
#ifndef CLOUDTRAIL_IMPORT_H
#define CLOUDTRAIL_IMPORT_H

#include "trail.h"

#include "access/htup.h"
#include "event_table.h"
#include "nodes/execnodes.h"
#include "utils/uuid.h"

/* An index of a partition. */
typedef struct ImportIndex
{
	Relation	rel;
	IndexInfo  *info;
	bool		of_keys;		/* the GIN index of events, whose keys rows have */
} ImportIndex;

/* A partition that rows are written to. */
typedef struct ImportPartition
{
	Oid			oid;
	Relation	rel;
	bool		fit;			/* rows may be written there without SQL */
	ImportIndex *indexes;
	int			index_count;
} ImportPartition;

/* A row that is still to be written. */
typedef struct ImportRow
{
	TimestampTz time;
	pg_uuid_t	event_key;
	const ImportPartition *partition;
	HeapTuple	tuple;
	uint32		first_key;		/* its keys of the GIN index, each once, in ImportKeys */
	uint32		key_count;
	ItemPointerData tid;		/* where it was written */
} ImportRow;

/* A key of the GIN index, and the rows that have it. */
typedef struct ImportKey
{
	Datum		key;
	uint32		count;			/* of the rows that are being indexed */
	uint32		room;
	ItemPointerData *tids;		/* where these are */
} ImportKey;

/* The keys of the rows that are still to be written: rows share most of them. */
typedef struct ImportKeys
{
	struct keys_hash *numbers;	/* from the bytes of a key to its number */
	ImportKey  *keys;
	uint32		count;
	uint32		room;
	uint32	   *of_rows;		/* numbers of the keys of one row after the other */
	uint32		used;
	uint32		used_room;
	uint32		rows;			/* how many rows were given keys */
} ImportKeys;

/* Rows of a table of facts that are still to be written. */
typedef struct ImportFacts
{
	Relation	rel;
	HeapTuple  *rows;
	int			count;
	int			room;
} ImportFacts;

/* The import of a file, or of several at once. */
typedef struct Import
{
	Trail		trail;
	MemoryContext context;		/* of all but the rows */
	MemoryContext row_context;	/* of the rows that are still to be written */
	Relation	events;
	EState	   *estate;			/* to evaluate what indexes have besides columns */
	ImportPartition **partitions;
	int			partition_count;
	ImportRow  *rows;
	int			row_count;
	int			row_room;
	Size		row_bytes;
	ImportKeys	keys;
	int64		writes;			/* how often rows were written */
	MemoryContext fact_context; /* of the facts that are still to be written */
	ImportFacts secret_facts;
	ImportFacts credentials;
	Datum	   *days;			/* whose events changed */
	int			day_count;
	int			day_room;
	bool		may_lack_months;	/* partitions can still be made */
	List	   *months;			/* arrays of those that were found to lack */
} Import;

/* A log file, and what came of it. */
typedef struct ImportFile
{
	Datum		source;			/* text */
	struct varlena *log;		/* bytea, as it was given */
	struct varlena *content;	/* bytea, not compressed */
	struct varlena *sha256;		/* bytea, of the content */
	const char *kind;
	struct varlena *manifest;	/* bytea, or NULL */
	bool		known;
	bool		left_out;		/* it takes SQL */
	int64		events;
	int64		inserted;
} ImportFile;

/* import.c */

/* The setting cloudtrail.fast_import. */
extern bool cloudtrail_fast_import;

/* Begins an import, which has memory of its own until it ends. */
extern Import *begin_import(const Trail *trail);

/* Ends an import. */
extern void end_import(Import *import);

/*
 * Imports files in a subtransaction, and makes the partitions that they take.
 * Those that take SQL are left out; if that is seen too late, all are, and the
 * subtransaction is rolled back.
 */
extern void try_import(Import *import, ImportFile *files, int count);

/* The columns that imports return. */
#define IMPORT_COLUMNS	6

/* Makes the result of a file that was not left out. */
extern void make_result(const ImportFile *file, Datum values[IMPORT_COLUMNS]);

/* import_check.c */

/* Whether rows of a trail may be written without SQL. */
extern bool can_import_fast(const Import *import);

/* The same of a partition. */
extern bool can_write_partition(const Import *import, Relation partition);

/* The same of an index: what must be unique are time and key, and that at once. */
extern bool can_write_index(const ImportIndex *index);

/* import_rows.c */

/* Adds an event; false if its partition takes SQL, or it has none. */
extern bool add_import_row(Import *import, const ct_record *rec);

/* Whether an event has no partition but the default one. */
extern bool lacks_partition(const Import *import, const ct_record *rec);

/* Forgets the rows that were added, and the partitions, which a rollback closed. */
extern void forget_import_rows(Import *import);

/* What was added so far. */
typedef struct ImportMark
{
	int64		writes;
	int			rows;
	Size		bytes;
	uint32		keys;
	int			secret_facts;
	int			credentials;
} ImportMark;

/* Marks what was added so far. */
extern ImportMark mark_import(const Import *import);

/* Forgets what was added since; false if something was written since. */
extern bool return_to_mark(Import *import, const ImportMark *mark);

/* Writes the rows that were added; false if that takes SQL. */
extern bool write_import_rows(Import *import);

/* Closes the partitions; their locks stay. */
extern void close_import_partitions(Import *import);

/* Makes room for one more element of an array. */
#define MAKE_ROOM(context, array, count, room, type) \
	do { \
		if ((count) == (room)) \
		{ \
			(room) = Max(64, 2 * (room)); \
			(array) = (array) == NULL ? MemoryContextAllocHuge(context, (room) * sizeof(type)) : \
				repalloc_huge(array, (room) * sizeof(type)); \
		} \
	} while (0)

/* import_keys.c */

/* Gives a row the keys of its record; returns how many these are. */
extern uint32 add_import_keys(Import *import, const ct_record *rec);

/* Forgets all keys, whose memory is that of the rows. */
extern void forget_import_keys(Import *import);

/*
 * Collects the rows of each key, in their order in the table; returns the keys
 * that have any, in the order of the index.
 */
extern ImportKey **collect_import_keys(Import *import, const ImportRow *rows, int count,
									   int *key_count);

/* The keys of one row, in the order of the index. */
extern Datum *sorted_import_keys(const Import *import, const ImportRow *row);

/* import_index.c */

/* Opens an index; false if it takes no rows yet. */
extern bool open_import_index(ImportIndex *index, Oid oid);

/* Closes an index; its lock stays. */
extern void close_import_index(ImportIndex *index);

/*
 * Adds rows that were written to an index; false if another row may have a key
 * that must be unique.
 */
extern bool index_import_rows(Import *import, const ImportPartition *partition,
							  const ImportIndex *index, const ImportRow *rows, int count);

/* import_ledger.c */

/*
 * Looks a content up in the ledger: a damaged file is tried again, what is
 * missing may be there the next time.
 */
extern void find_imported(const Trail *trail, ImportFile *file);

/* Adds a file to the ledger. */
extern void add_to_ledger(const Trail *trail, const ImportFile *file);

/* Keeps a digest: it is signed with its file as a whole. */
extern void add_digest(const Trail *trail, const ImportFile *file);

/* Makes the partitions that were found to lack, if the caller may and no lock is in the way. */
extern void create_import_partitions(Import *import);

/* Forgets the facts that were added. */
extern void forget_import_facts(Import *import);

/* Writes the facts that were added, as the owner of the trail, as trail_follow.c does. */
extern void write_import_facts(Import *import);

/* Marks the days whose events changed, as the owner too. */
extern void mark_import_days(Import *import);

#endif							/* CLOUDTRAIL_IMPORT_H */
