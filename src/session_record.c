/*
 * session_record.c: reads the records that a session's chain is made of.
 */
#include "session_record.h"

#include "utils/builtins.h"

char *
text_column(const Row *row, int place)
{
	return row->nulls[place] ? NULL : TextDatumGetCString(row->values[place]);
}

bool
bool_column(const Row *row, int place)
{
	return !row->nulls[place] && DatumGetBool(row->values[place]);
}

TimestampTz
time_column(const Row *row, int place)
{
	return row->nulls[place] ? 0 : DatumGetTimestampTz(row->values[place]);
}

pg_uuid_t
uuid_column(const Row *row, int place)
{
	return row->nulls[place] ? (pg_uuid_t) {{0}} : *DatumGetUUIDP(row->values[place]);
}
