/*
 * import_ledger.c: what an import writes beside events, by SQL whose plans are
 * kept for the session: ledger and digests as the caller, facts and the days
 * whose sums changed as the owner of the trail.
 *
 * Every function, type and operator of the statements is qualified.
 */
#include "import.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "core/base/sha256.h"
#include "funcapi.h"
#include "kept_plan.h"
#include "table_write.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* The statements. */
typedef enum LedgerStatement
{
	FIND_CONTENT,
	ADD_TO_LEDGER,
	ADD_DIGEST,
	ADD_SECRET_FACTS,
	ADD_CREDENTIALS,
	MARK_DAYS,
	CREATE_PARTITIONS,
	LEDGER_STATEMENTS
} LedgerStatement;

/*
 * What they are.  In each text, %1$s is the trail's schema and %2$s the
 * extension's.  Both have to stand there: %1$.0s shows nothing.
 */
static const struct
{
	const char *text;
	int			count;			/* of parameters */
	Oid			types[KEPT_PARAMETERS_MAX]; /* none if it is of rows of a trail */
}			statements[LEDGER_STATEMENTS] = {
	[FIND_CONTENT] = {
		"SELECT f.kind, f.events FROM %1$s.log_files AS f WHERE f.sha256 OPERATOR(pg_catalog.=) $1"
		" AND f.kind OPERATOR(pg_catalog.<>) 'damaged' LIMIT 1",
		1, {BYTEAOID}
	},
	[ADD_TO_LEDGER] = {
		"INSERT INTO %1$s.log_files (source, sha256, size, kind, account_id, aws_region, log_time, events,"
		" inserted, duplicates, rejects, manifest)"
		" SELECT $1, $2, $3, $4, n.account_id, n.aws_region, n.log_time, $5, $6, $7, 0, $8"
		" FROM %2$s.cloudtrail_file_name($1) AS n ON CONFLICT DO NOTHING",
		8, {TEXTOID, BYTEAOID, INT8OID, TEXTOID, INT8OID, INT8OID, INT8OID, BYTEAOID}
	},
	[ADD_DIGEST] = {
		"INSERT INTO %1$s.digests (source, sha256, content) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
		3, {TEXTOID, BYTEAOID, BYTEAOID}
	},
	[ADD_SECRET_FACTS] = {
		"INSERT INTO %1$s.secret_facts SELECT f.* FROM pg_catalog.unnest($1) AS f",
		1, {InvalidOid}
	},
	[ADD_CREDENTIALS] = {
		"INSERT INTO %1$s.issued_credentials SELECT c.* FROM pg_catalog.unnest($1) AS c",
		1, {InvalidOid}
	},
	[MARK_DAYS] = {
		"INSERT INTO %1$s.changed_days SELECT DISTINCT d FROM pg_catalog.unnest($1) AS d",
		1, {DATEARRAYOID}
	},
	[CREATE_PARTITIONS] = {
		"SELECT %1$.0s%2$s.cloudtrail_create_missing_partitions($1, $2)",
		2, {REGNAMESPACEOID, TIMESTAMPTZARRAYOID}
	}
};

/*
 * Runs a statement; it leaves the memory context as it was.  argument is the
 * type of its parameter if that is the trail's.
 */
static void
execute(const Trail *trail, LedgerStatement statement, Oid argument, Datum *values,
		const char *nulls)
{
	MemoryContext old = CurrentMemoryContext;
	KeptStatement kept = {
		.text = psprintf(statements[statement].text, trail->name, trail->extension),
		.count = statements[statement].count,
		.types = OidIsValid(argument) ? &argument : statements[statement].types,
		.options = CURSOR_OPT_GENERIC_PLAN
	};
	int			result = run_kept_plan(&kept, values, nulls, false, 0);

	if (result < 0)
		elog(ERROR, "SPI_execute_plan failed: %s", SPI_result_code_string(result));
	MemoryContextSwitchTo(old);
}

/* A hash as bytea. */
static struct varlena *
make_hash(struct varlena *content)
{
	struct varlena *hash = palloc(VARHDRSZ + CT_SHA256_SIZE);

	SET_VARSIZE(hash, VARHDRSZ + CT_SHA256_SIZE);
	ct_sha256(VARDATA_ANY(content), VARSIZE_ANY_EXHDR(content), (uint8 *) VARDATA(hash));
	return hash;
}

void
find_imported(const Trail *trail, ImportFile *file)
{
	static const Oid types[] = {TEXTOID, INT8OID};
	Datum		values[1];
	bool		isnull;

	file->sha256 = make_hash(file->content);
	values[0] = PointerGetDatum(file->sha256);
	execute(trail, FIND_CONTENT, InvalidOid, values, NULL);
	file->known = SPI_processed > 0;
	cloudtrail_check_types(SPI_tuptable, lengthof(types), types);
	if (file->known)
	{
		HeapTuple	row = SPI_tuptable->vals[0];
		TupleDesc	columns = SPI_tuptable->tupdesc;

		file->kind = TextDatumGetCString(SPI_getbinval(row, columns, 1, &isnull));
		file->events = DatumGetInt64(SPI_getbinval(row, columns, 2, &isnull));
	}
	SPI_freetuptable(SPI_tuptable);
}

void
add_to_ledger(const Trail *trail, const ImportFile *file)
{
	Datum		values[] = {
		file->source, PointerGetDatum(file->sha256), Int64GetDatum(VARSIZE_ANY_EXHDR(file->log)),
		CStringGetTextDatum(file->kind), Int64GetDatum(file->events), Int64GetDatum(file->inserted),
		Int64GetDatum(file->events - file->inserted), PointerGetDatum(file->manifest)
	};
	char		nulls[lengthof(values)];

	/* The manifest is the last one. */
	memset(nulls, ' ', sizeof(nulls));
	if (file->manifest == NULL)
		nulls[lengthof(values) - 1] = 'n';
	execute(trail, ADD_TO_LEDGER, InvalidOid, values, nulls);
}

void
add_digest(const Trail *trail, const ImportFile *file)
{
	Datum		values[] = {file->source, PointerGetDatum(file->sha256),
	PointerGetDatum(file->content)};

	execute(trail, ADD_DIGEST, InvalidOid, values, NULL);
}

void
create_import_partitions(Import *import)
{
	ListCell   *months;

	foreach(months, import->months)
	{
		Datum		values[] = {
			ObjectIdGetDatum(import->trail.schema), PointerGetDatum(lfirst(months))
		};

		execute(&import->trail, CREATE_PARTITIONS, InvalidOid, values, NULL);
		SPI_freetuptable(SPI_tuptable);
	}
}

void
forget_import_facts(Import *import)
{
	MemoryContextReset(import->fact_context);
	import->secret_facts.rows = import->credentials.rows = NULL;
	import->secret_facts.count = import->credentials.count = 0;
	import->secret_facts.room = import->credentials.room = 0;
}

/* Writes the rows of one table of facts by SQL. */
static void
write_facts_by_sql(const Trail *trail, LedgerStatement statement, const ImportFacts *facts)
{
	Oid			type = facts->rel->rd_rel->reltype;
	Datum	   *rows = palloc(facts->count * sizeof(Datum));

	for (int i = 0; i < facts->count; i++)
		rows[i] = HeapTupleGetDatum(facts->rows[i]);
	execute(trail, statement, get_array_type(type), &(Datum) {
		PointerGetDatum(construct_array(rows, facts->count, type, -1, false, TYPALIGN_DOUBLE))
	}, NULL);
}

/* Writes the rows of one table of facts. */
static void
write_facts(const Trail *trail, LedgerStatement statement, const ImportFacts *facts)
{
	TableWriter writer;
	bool		written;

	if (facts->count == 0)
		return;
	written = begin_table_write(&writer, facts->rel) &&
		write_table_rows(&writer, facts->rows, facts->count);
	end_table_write(&writer);
	if (!written)
		write_facts_by_sql(trail, statement, facts);
}

void
write_import_facts(Import *import)
{
	MemoryContext old = MemoryContextSwitchTo(import->fact_context);
	Acting		before;

	cloudtrail_act_as(import->trail.owner, &before);
	write_facts(&import->trail, ADD_SECRET_FACTS, &import->secret_facts);
	write_facts(&import->trail, ADD_CREDENTIALS, &import->credentials);
	cloudtrail_act_as_before(&before);
	MemoryContextSwitchTo(old);
	forget_import_facts(import);
}

void
mark_import_days(Import *import)
{
	Acting		before;

	if (import->day_count == 0)
		return;
	cloudtrail_act_as(import->trail.owner, &before);
	execute(&import->trail, MARK_DAYS, InvalidOid, &(Datum) {
		PointerGetDatum(construct_array(import->days, import->day_count, DATEOID, sizeof(int32),
										true, TYPALIGN_INT))
	}, NULL);
	cloudtrail_act_as_before(&before);
	import->day_count = 0;
}
