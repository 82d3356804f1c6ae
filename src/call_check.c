/*
 * call_check.c: what is wrong with a call of the import or the report, before
 * it begins.
 *
 * These are the errors that a new user meets: each says what was expected, and
 * what helps.
 */
#include "trail.h"

#include <unistd.h>

#include "access/xact.h"
#include "common/int.h"
#include "core/event/derived.h"
#include "miscadmin.h"
#include "server_file.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

CLOUDTRAIL_FUNCTION(cloudtrail_check_import);
CLOUDTRAIL_FUNCTION(cloudtrail_check_report);

/* The longest period of a report. */
#define REPORT_MAX	(INT64CONST(1000) * 366 * USECS_PER_DAY)

/* Longer is no path that somebody types. */
#define PATH_LENGTH_MAX	1024

bool
looks_like_path(const char *bytes, size_t len)
{
	static const char *const starts[] = {"/", "./", "../", "~/", "s3://", "file:"};
	static const char *const ends[] = {".json", ".jsonl", ".ndjson", ".csv", ".gz", ".zst"};
	ct_slice	text = {bytes, len};
	bool		found = false;

	if (len > PATH_LENGTH_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char) bytes[i] < ' ')
			return false;
	for (int i = 0; i < (int) lengthof(starts); i++)
		found |= ct_starts_with(text, starts[i]);
	for (int i = 0; i < (int) lengthof(ends); i++)
		found |= ct_ends_with(text, ends[i]);
	return found;
}

/* Reports an error if a folder of the server cannot be opened. */
static void
check_directory(const char *path)
{
	int			fd = try_root(path);
	bool		is_file = fd < 0 && errno == ENOTDIR;

	if (fd < 0)
		ereport(ERROR,
				(errcode_for_path(),
				 errmsg("could not open directory \"%s\": %m", printable(path)),
				 is_file ?
				 errhint("To import one file, use cloudtrail_import(trail, source, pg_read_binary_file(path)).") :
				 errhint("The path is one of the server's, which reads it as its own user; cloudtrail-load imports files from any machine.")));
	close(fd);
}

/* Checks that the ledger may be read, as the import does for every file. */
static void
check_ledger(const Trail *trail)
{
	Oid			ledger = get_relname_relid("log_files", trail->schema);

	if (pg_class_aclcheck(ledger, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, "log_files");
}

/* Checks the arguments of cloudtrail_import_directory(), which calls this in an expression. */
Datum
cloudtrail_check_import(PG_FUNCTION_ARGS)
{
	ErrorContextCallback *context = cloudtrail_hide_callers(1);
	Trail		trail;

	cloudtrail_require_trail(fcinfo);
	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("directory must not be null")));
	if (PG_ARGISNULL(2) || PG_GETARG_INT32(2) < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("batch must be at least 1")));
	if (IsTransactionBlock())
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("cloudtrail_import_directory() cannot run inside a transaction block"),
				 errhint("It commits after every batch of files: call it by itself, with autocommit on.")));
	cloudtrail_enter(PG_GETARG_OID(0), &trail);
	require_server_files();
	check_ledger(&trail);
	check_directory(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	error_context_stack = context;
	PG_RETURN_BOOL(true);
}

/* A time as the caller would see it. */
static char *
time_text(TimestampTz time)
{
	return DatumGetCString(DirectFunctionCall1(timestamptz_out, TimestampTzGetDatum(time)));
}

/* Checks the arguments of cloudtrail_audit_report() in the same way. */
Datum
cloudtrail_check_report(PG_FUNCTION_ARGS)
{
	ErrorContextCallback *context = cloudtrail_hide_callers(1);
	TimestampTz from;
	TimestampTz to;
	int64		length;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("trail, from and to must not be null")));
	from = PG_GETARG_TIMESTAMPTZ(1);
	to = PG_GETARG_TIMESTAMPTZ(2);
	if (TIMESTAMP_NOT_FINITE(from) || TIMESTAMP_NOT_FINITE(to) || from >= to ||
		pg_sub_s64_overflow(to, from, &length) || length > REPORT_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid time: from %s to %s", time_text(from), time_text(to)),
				 errdetail("Expected two finite times, the earlier first, at most 1000 years apart.")));
	error_context_stack = context;
	PG_RETURN_BOOL(true);
}
