/*
 * session_record.c: reads the records that a session's chain is made of.
 */
#include "session_record.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"

char *
text_column(const Row *row, int column)
{
	return row->nulls[column - 1] ? NULL : TextDatumGetCString(row->values[column - 1]);
}

bool
bool_column(const Row *row, int column)
{
	return !row->nulls[column - 1] && DatumGetBool(row->values[column - 1]);
}

bool
time_column(const Row *row, int column, TimestampTz *time)
{
	*time = row->nulls[column - 1] ? 0 : DatumGetTimestampTz(row->values[column - 1]);
	return !row->nulls[column - 1];
}
