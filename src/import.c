/*
 * import.c: a log file into a trail, in one pass.
 *
 * The rows are written in a subtransaction.  If that turns out to take SQL,
 * be it for a table that is not as the extension made it, items that are not
 * events, or an event that is in the trail or coming from another session, it
 * is rolled back, and cloudtrail_import_by_sql() imports the file.
 */
#include "import.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "items.h"
#include "miscadmin.h"
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

/* Columns of the result. */
#define RESULT_COLUMNS	6

/* How reading a file went. */
typedef enum Reading
{
	READ_WHOLE,
	READ_AGAIN,					/* with a manifest of the other kind */
	READ_BY_SQL					/* not without SQL */
} Reading;

/* A file being read. */
typedef struct Reader
{
	ct_splitter *splitter;
	Survey		survey;
	bool		is_digest;
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
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory")));
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

/* Takes the items of a file. */
static Reading
take_items(Import *import, Reader *reader)
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
			add_import_row(import, item.rec);
			if (!write_many_rows(import))
				return READ_BY_SQL;
		}
		else
		{
			/* A digest stands alone; a notice is kept where it is told from others. */
			reader->is_digest = item.kind == CT_ITEM_NOTICE && item.error.code == CT_ERR_IS_DIGEST;
			if (!reader->is_digest || reader->survey.items > 1)
				return READ_BY_SQL;
		}
	}
	return finish_survey(&reader->survey) ? READ_WHOLE : READ_AGAIN;
}

/* Forgets what was read of a file, of which nothing was written. */
static void
forget_rows(Import *import)
{
	MemoryContextReset(import->row_context);
	MemoryContextReset(import->fact_context);
	import->row_count = 0;
	import->row_bytes = 0;
	forget_import_facts(import);
}

/* Reads a file and adds its events; false if that takes SQL. */
static bool
read_file(Import *import, ImportFile *file)
{
	Reader	   *reader = begin_reading(import, file, false);
	Reading		reading = take_items(import, reader);

	if (reading == READ_AGAIN && import->day_count == 0)
	{
		release_reader(reader);
		forget_rows(import);
		reader = begin_reading(import, file, true);
		reading = take_items(import, reader);
	}
	file->kind = surveyed_kind(&reader->survey);
	file->events = file->inserted = reader->survey.events;
	file->manifest = file->events > 0 ? (struct varlena *) reader->survey.manifest.data : NULL;
	release_reader(reader);
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
	import->events = table_open(import->trail.raw_events, RowExclusiveLock);
	import->secret_facts.rel = table_open(get_relname_relid("secret_facts", import->trail.schema), RowExclusiveLock);
	import->credentials.rel = table_open(get_relname_relid("issued_credentials", import->trail.schema), RowExclusiveLock);
}

/* Imports a file, and closes the tables; false if that takes SQL. */
static bool
import_file(Import *import, ImportFile *file)
{
	if (!can_import_fast(import) || !read_file(import, file) || !write_import_rows(import))
		return false;
	/* What follows sees the rows. */
	CommandCounterIncrement();
	write_import_facts(import);
	mark_import_days(import);
	close_import_partitions(import);
	table_close(import->credentials.rel, NoLock);
	table_close(import->secret_facts.rel, NoLock);
	table_close(import->events, NoLock);
	return true;
}

/* Imports a file in a subtransaction, which is rolled back and gives false if that takes SQL. */
static bool
try_import(Import *import, ImportFile *file)
{
	MemoryContext old = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool imported = false;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(import->context);
	PG_TRY();
	{
		open_tables(import);
		imported = import_file(import, file);
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
	return imported;
}

/* Begins an import. */
static Import *
begin_import(const Trail *trail)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "cloudtrail import", ALLOCSET_DEFAULT_SIZES);
	Import	   *import = MemoryContextAllocZero(context, sizeof(Import));
	MemoryContext old = MemoryContextSwitchTo(context);

	import->trail = *trail;
	import->context = context;
	import->row_context = AllocSetContextCreate(context, "cloudtrail rows", ALLOCSET_DEFAULT_SIZES);
	import->fact_context = AllocSetContextCreate(context, "cloudtrail facts", ALLOCSET_DEFAULT_SIZES);
	import->estate = CreateExecutorState();
	MemoryContextSwitchTo(old);
	return import;
}

/* Makes the result of an import that did not take SQL. */
static Datum
make_result(const ImportFile *file, TupleDesc columns)
{
	Datum		values[RESULT_COLUMNS] = {
		CStringGetTextDatum(file->kind), Int64GetDatum(file->events), Int64GetDatum(file->inserted),
		Int64GetDatum(file->events - file->inserted), Int64GetDatum(0), BoolGetDatum(file->known)
	};
	bool		nulls[RESULT_COLUMNS] = {false};

	return HeapTupleGetDatum(heap_form_tuple(columns, values, nulls));
}

/* Imports a file by SQL. */
static Datum
import_by_sql(const Trail *trail, const ImportFile *file, TupleDesc columns, MemoryContext context)
{
	Oid			types[] = {REGNAMESPACEOID, TEXTOID, BYTEAOID};
	Datum		arguments[] = {ObjectIdGetDatum(trail->schema), file->source, PointerGetDatum(file->log)};
	Datum		values[RESULT_COLUMNS];
	bool		nulls[RESULT_COLUMNS];
	MemoryContext old;
	Datum		result;
	int			code = SPI_execute_with_args(psprintf("SELECT i.kind, i.events, i.inserted, i.duplicates, i.rejects, i.known"
													  " FROM %s.cloudtrail_import_by_sql($1, $2, $3) AS i", trail->extension),
											 3, types, arguments, NULL, false, 1);

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
	Import	   *import;
	Datum		result;
	bool		imported = true;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("trail must not be null")));
	if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	columns = BlessTupleDesc(columns);
	cloudtrail_enter(PG_GETARG_OID(0), &trail);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("source and log must not be null")));
	file.source = PG_GETARG_DATUM(1);
	file.log = PG_GETARG_VARLENA_PP(2);
	SPI_connect();
	if (cloudtrail_fast_import)
	{
		import = begin_import(&trail);
		MemoryContextSwitchTo(import->context);
		file.content = inflate_log(file.log);
		find_imported(&trail, &file);
		imported = file.known || try_import(import, &file);
		if (imported)
			add_to_ledger(&trail, &file);
		MemoryContextSwitchTo(context);
		if (imported)
			result = make_result(&file, columns);
		FreeExecutorState(import->estate);
		MemoryContextDelete(import->context);
	}
	else
		imported = false;
	if (!imported)
		result = import_by_sql(&trail, &file, columns, context);
	SPI_finish();
	PG_RETURN_DATUM(result);
}
