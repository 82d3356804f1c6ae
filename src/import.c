/*
 * import.c: log files into a trail, each in one pass.
 *
 * The rows are written in a subtransaction.  If partitions of their months are
 * not there, it is rolled back, they are made, and it is tried again.  If that
 * turns out to take SQL, be it for a table that is not as the extension made
 * it, items that are not events, or an event that is in the trail or coming
 * from another session, it is rolled back, and cloudtrail_import_by_sql()
 * imports the file.  Several small files together cost less than one by one:
 * their rows enter the table and its indexes at once.
 */
#include "import.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "core/base/sha256.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "items.h"
#include "miscadmin.h"
#include "row.h"
#include "survey.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

CLOUDTRAIL_FUNCTION(cloudtrail_import);

bool		cloudtrail_fast_import = true;

/* So many rows, or bytes of them, are held before they are written. */
#define ROWS_HELD		10000
#define BYTES_HELD		(8 * 1024 * 1024)

/* How reading a file went. */
typedef enum Reading
{
	READ_WHOLE,
	READ_AGAIN,					/* with a manifest of the other kind */
	READ_WITHOUT_PARTITION,		/* of a month, which can be made */
	READ_BY_SQL					/* not without SQL */
} Reading;

/* A file being read. */
typedef struct Reader
{
	ct_splitter *splitter;
	Survey		survey;
	bool		is_digest;
	bool		lacks_partition;
	MemoryContextCallback callback;
} Reader;

/* Releases what the core and OpenSSL allocated. */
static void
release_reader(void *arg)
{
	Reader	   *reader = arg;

	ct_splitter_free(reader->splitter);
	reader->splitter = NULL;
	release_survey(&reader->survey);
}

/* Begins to read a file. */
static Reader *
begin_reading(const Import *import, const ImportFile *file, bool hashed)
{
	Reader	   *reader = MemoryContextAllocZero(import->context, sizeof(Reader));
	MemoryContext old = MemoryContextSwitchTo(import->context);
	const char *content = VARDATA_ANY(file->content);
	Size		len = VARSIZE_ANY_EXHDR(file->content);

	reader->callback.func = release_reader;
	reader->callback.arg = reader;
	MemoryContextRegisterResetCallback(import->context, &reader->callback);
	begin_survey(&reader->survey, content, len, hashed);
	reader->splitter = ct_splitter_new(content, len);
	MemoryContextSwitchTo(old);
	if (reader->splitter == NULL)
		report_out_of_memory();
	return reader;
}

/* Writes the rows that are held if they are many; false if that takes SQL. */
static bool
write_many_rows(Import *import)
{
	if (import->row_count < ROWS_HELD && import->row_bytes < BYTES_HELD)
		return true;
	if (!write_import_rows(import))
		return false;
	write_import_facts(import);
	return true;
}

/*
 * Adds an event, unless the partition of its month, or of that of an event
 * before it, can still be made; false if it takes SQL.
 */
static bool
add_event(Import *import, Reader *reader, const ct_record *rec)
{
	if (reader->lacks_partition)
		return true;
	if (add_import_row(import, rec))
		return write_many_rows(import);
	reader->lacks_partition = import->may_lack_months && lacks_partition(import, rec);
	return reader->lacks_partition;
}

/* Reads the items of a file. */
static Reading
read_items(Import *import, Reader *reader)
{
	ct_item		item;

	while (ct_splitter_next(reader->splitter, &item))
	{
		CHECK_FOR_INTERRUPTS();
		check_item(&item);
		if (reader->is_digest)
			return READ_BY_SQL;
		if (!survey_item(&reader->survey, &item))
			return READ_AGAIN;
		if (item.kind == CT_ITEM_EVENT)
		{
			if (!add_event(import, reader, item.rec))
				return READ_BY_SQL;
		}
		else
		{
			/* A digest stands alone; a notice is kept where it is told from others. */
			reader->is_digest = item.notice == CT_NOTICE_DIGEST;
			if (!reader->is_digest || reader->survey.items > 1)
				return READ_BY_SQL;
		}
	}
	if (reader->lacks_partition)
		return READ_WITHOUT_PARTITION;
	return finish_survey(&reader->survey) ? READ_WHOLE : READ_AGAIN;
}

/* Keeps the months of a file, whose partitions have to be made. */
static void
keep_months(Import *import, const Survey *survey)
{
	struct varlena *months = (struct varlena *) DatumGetPointer(surveyed_months(survey));
	const struct varlena *last = import->months == NIL ? NULL : llast(import->months);

	/* Most files are of one month, as those before them. */
	if (last == NULL || VARSIZE(last) != VARSIZE(months) ||
		memcmp(last, months, VARSIZE(months)) != 0)
		import->months = lappend(import->months, months);
}

/* Reads a file and adds its events; false if that takes SQL. */
static bool
read_file(Import *import, ImportFile *file)
{
	ImportMark	start = mark_import(import);
	Reader	   *reader = begin_reading(import, file, false);
	Reading		reading = read_items(import, reader);

	if (reading == READ_AGAIN && return_to_mark(import, &start))
	{
		release_reader(reader);
		reader = begin_reading(import, file, true);
		reading = read_items(import, reader);
	}
	file->kind = surveyed_kind(&reader->survey);
	file->events = file->inserted = reader->survey.events;
	file->manifest = file->events > 0 ? (struct varlena *) reader->survey.manifest.data : NULL;
	release_reader(reader);
	if (reading == READ_WITHOUT_PARTITION)
		keep_months(import, &reader->survey);
	if (reading != READ_WHOLE)
		return false;
	if (reader->is_digest)
		add_digest(&import->trail, file);
	return true;
}

/* Opens the tables of a trail that have events and facts. */
static void
open_tables(Import *import)
{
	import->events = cloudtrail_open_table(&import->trail, "raw_events", RowExclusiveLock);
	import->secret_facts.rel = cloudtrail_open_table(&import->trail, "secret_facts", RowExclusiveLock);
	import->credentials.rel = cloudtrail_open_table(&import->trail, "issued_credentials", RowExclusiveLock);
}

/* Inflates a file and looks it up in the ledger. */
static void
look_up_file(const Trail *trail, ImportFile *file)
{
	file->content = inflate_log(file->log);
	find_imported(trail, file);
}

/* Releases what a file was inflated to. */
static void
release_content(ImportFile *file)
{
	if (file->content != file->log)
		pfree(file->content);
	file->content = NULL;
}

/* Whether the content of a file is that of one before it, which the ledger does not have yet. */
static bool
is_repeated(const ImportFile *files, int n)
{
	for (int i = 0; i < n; i++)
	{
		if (memcmp(VARDATA(files[i].sha256), VARDATA(files[n].sha256), CT_SHA256_SIZE) == 0)
			return true;
	}
	return false;
}

/*
 * Reads files and adds their events, leaving out those that take SQL; false if
 * it is too late for that.
 */
static bool
read_files(Import *import, ImportFile *files, int count)
{
	for (int i = 0; i < count; i++)
	{
		ImportFile *file = &files[i];
		ImportMark	start = mark_import(import);

		if (file->content == NULL)
			look_up_file(&import->trail, file);
		file->left_out = !file->known && (is_repeated(files, i) || !read_file(import, file));
		if (file->left_out && !return_to_mark(import, &start))
			return false;
		if (count > 1)
			release_content(file);
	}
	return true;
}

/* Adds the files that were not left out to the ledger. */
static void
add_all_to_ledger(const Trail *trail, const ImportFile *files, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (!files[i].left_out)
			add_to_ledger(trail, &files[i]);
	}
}

/* Imports files, and closes the tables; false if that takes SQL, or partitions. */
static bool
import_files(Import *import, ImportFile *files, int count)
{
	if (!can_import_fast(import) || !read_files(import, files, count) || import->months != NIL ||
		!write_import_rows(import))
		return false;
	/* What follows sees the rows. */
	CommandCounterIncrement();
	write_import_facts(import);
	mark_import_days(import);
	add_all_to_ledger(&import->trail, files, count);
	close_import_partitions(import);
	table_close(import->credentials.rel, NoLock);
	table_close(import->secret_facts.rel, NoLock);
	table_close(import->events, NoLock);
	return true;
}

/* Imports files in a subtransaction, which is rolled back if that takes SQL, or partitions. */
static bool
import_or_roll_back(Import *import, ImportFile *files, int count)
{
	MemoryContext old = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool imported = false;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(import->context);
	PG_TRY();
	{
		open_tables(import);
		imported = import_files(import, files, count);
		if (imported)
			ReleaseCurrentSubTransaction();
		else
			RollbackAndReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(old);
		RollbackAndReleaseCurrentSubTransaction();
		CurrentResourceOwner = owner;
		MemoryContextDelete(import->context);
		PG_RE_THROW();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(old);
	CurrentResourceOwner = owner;
	if (!imported)
	{
		forget_import_rows(import);
		forget_import_facts(import);
	}
	return imported;
}

void
try_import(Import *import, ImportFile *files, int count)
{
	bool		imported = import_or_roll_back(import, files, count);

	if (!imported && import->months != NIL)
	{
		create_import_partitions(import);
		import->months = NIL;
		import->may_lack_months = false;
		imported = import_or_roll_back(import, files, count);
	}
	for (int i = 0; i < count && !imported; i++)
		files[i].left_out = true;
}

Import *
begin_import(const Trail *trail)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "cloudtrail import",
												  ALLOCSET_DEFAULT_SIZES);
	Import	   *import = MemoryContextAllocZero(context, sizeof(Import));
	MemoryContext old = MemoryContextSwitchTo(context);

	import->trail = *trail;
	import->may_lack_months = true;
	import->context = context;
	import->row_context = AllocSetContextCreate(context, "cloudtrail rows", ALLOCSET_DEFAULT_SIZES);
	import->fact_context = AllocSetContextCreate(context, "cloudtrail facts",
												 ALLOCSET_DEFAULT_SIZES);
	import->estate = CreateExecutorState();
	MemoryContextSwitchTo(old);
	return import;
}

void
end_import(Import *import)
{
	FreeExecutorState(import->estate);
	MemoryContextDelete(import->context);
}

void
make_result(const ImportFile *file, Datum values[IMPORT_COLUMNS])
{
	values[0] = CStringGetTextDatum(file->kind);
	values[1] = Int64GetDatum(file->events);
	values[2] = Int64GetDatum(file->inserted);
	values[3] = Int64GetDatum(file->events - file->inserted);
	values[4] = Int64GetDatum(0);
	values[5] = BoolGetDatum(file->known);
}

/* Imports a file by SQL, which is given what is known of its content. */
static Datum
import_by_sql(const Trail *trail, const ImportFile *file, TupleDesc columns, MemoryContext context)
{
	Oid			types[] = {REGNAMESPACEOID, TEXTOID, BYTEAOID, BYTEAOID, BYTEAOID};
	Datum		arguments[] = {
		ObjectIdGetDatum(trail->schema), file->source, PointerGetDatum(file->log),
		PointerGetDatum(file->content), PointerGetDatum(file->sha256)
	};
	Datum		values[IMPORT_COLUMNS];
	bool		nulls[IMPORT_COLUMNS];
	MemoryContext old;
	Datum		result;
	char	   *query =
		psprintf("SELECT i.kind, i.events, i.inserted, i.duplicates, i.rejects, i.known"
				 " FROM %s.cloudtrail_import_by_sql($1, $2, $3, $4, $5) AS i", trail->extension);
	int			code =
		SPI_execute_with_args(query, lengthof(types), types, arguments,
							  file->content == NULL ? "   nn" : NULL, false, 1);

	if (code != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "SPI_execute_with_args failed: %s", SPI_result_code_string(code));
	heap_deform_tuple(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, values, nulls);
	old = MemoryContextSwitchTo(context);
	result = HeapTupleGetDatum(heap_form_tuple(columns, values, nulls));
	MemoryContextSwitchTo(old);
	return result;
}

/* Imports a log file into a trail, once. */
Datum
cloudtrail_import(PG_FUNCTION_ARGS)
{
	MemoryContext context = CurrentMemoryContext;
	Trail		trail;
	TupleDesc	columns;
	ImportFile	file = {0};
	Import	   *import = NULL;
	Datum		values[IMPORT_COLUMNS];
	bool		nulls[IMPORT_COLUMNS] = {false};
	Datum		result = (Datum) 0;

	cloudtrail_require_trail(fcinfo);
	columns = row_type(fcinfo);
	cloudtrail_enter(PG_GETARG_OID(0), &trail);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("source and log must not be null")));
	file.source = PG_GETARG_DATUM(1);
	file.log = PG_GETARG_VARLENA_PP(2);
	if (looks_like_path(VARDATA_ANY(file.log), VARSIZE_ANY_EXHDR(file.log)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("log is a path, not the bytes of a log file"),
				 errhint("Use cloudtrail_import(trail, source, pg_read_binary_file(path)), or cloudtrail-load.")));
	file.left_out = !cloudtrail_fast_import;
	SPI_connect();
	if (cloudtrail_fast_import)
	{
		import = begin_import(&trail);
		MemoryContextSwitchTo(import->context);
		look_up_file(&trail, &file);
		if (file.known)
			add_to_ledger(&trail, &file);
		else
			try_import(import, &file, 1);
		MemoryContextSwitchTo(context);
		if (!file.left_out)
		{
			make_result(&file, values);
			result = HeapTupleGetDatum(heap_form_tuple(columns, values, nulls));
		}
	}
	if (file.left_out)
		result = import_by_sql(&trail, &file, columns, context);
	if (import != NULL)
		end_import(import);
	SPI_finish();
	PG_RETURN_DATUM(result);
}
