/*
 * import_files.c: several small log files into a trail at once.
 */
#include "import.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

CLOUDTRAIL_FUNCTION(cloudtrail_import_files);

/* The elements of an array, of which none may be null. */
static Datum *
elements_of(ArrayType *array, Oid type, int *count)
{
	Datum	   *values;
	bool	   *nulls;

	deconstruct_array(array, type, -1, false, TYPALIGN_INT, &values, &nulls, count);
	for (int i = 0; i < *count; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("source and log must not be null")));
	}
	return values;
}

/* The files of two arrays. */
static ImportFile *
files_of_arrays(ArrayType *sources, ArrayType *logs, int *count)
{
	int			log_count;
	Datum	   *source = elements_of(sources, TEXTOID, count);
	Datum	   *log = elements_of(logs, BYTEAOID, &log_count);
	ImportFile *files = palloc0(Max(*count, 1) * sizeof(ImportFile));

	if (*count != log_count)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("sources and logs must have the same number of elements")));
	for (int i = 0; i < *count; i++)
	{
		files[i].source = source[i];
		files[i].log = PG_DETOAST_DATUM_PACKED(log[i]);
		files[i].left_out = true;
	}
	return files;
}

/* Returns a row for each file, of nulls for those that were left out. */
static void
return_results(ReturnSetInfo *to, const ImportFile *files, int count)
{
	for (int i = 0; i < count; i++)
	{
		Datum		values[IMPORT_COLUMNS] = {0};
		bool		nulls[IMPORT_COLUMNS];

		CHECK_FOR_INTERRUPTS();
		memset(nulls, files[i].left_out, sizeof(nulls));
		if (!files[i].left_out)
			make_result(&files[i], values);
		tuplestore_putvalues(to->setResult, to->setDesc, values, nulls);
	}
}

/* Imports several log files into a trail at once, but for those that take SQL. */
Datum
cloudtrail_import_files(PG_FUNCTION_ARGS)
{
	MemoryContext context = CurrentMemoryContext;
	Trail		trail;
	ImportFile *files;
	Import	   *import;
	int			count;

	InitMaterializedSRF(fcinfo, 0);
	cloudtrail_enter(PG_GETARG_OID(0), &trail);
	files = files_of_arrays(PG_GETARG_ARRAYTYPE_P(1), PG_GETARG_ARRAYTYPE_P(2), &count);
	SPI_connect();
	import = begin_import(&trail);
	if (cloudtrail_fast_import && count > 0)
		try_import(import, files, count);
	MemoryContextSwitchTo(context);
	return_results((ReturnSetInfo *) fcinfo->resultinfo, files, count);
	end_import(import);
	SPI_finish();
	return (Datum) 0;
}
