/*
 * record_read.c: a buffer as one record.
 */
#include <string.h>

#include "core/event/record_read.h"

bool
ct_record_read(const char *buf, size_t len, ct_record *rec, ct_habits *habits, ct_error *err)
{
	size_t		pos = 0;
	size_t		base;

	if (!ct_scan_next(buf, len, &pos, rec, habits, err))
		return false;
	base = rec->json - buf;
	while (pos < len && strchr(" \t\r\n", buf[pos]) && buf[pos] != '\0')
		pos++;
	if (pos < len)
		return ct_fail(err, CT_ERR_TRAILING, pos);
	if (!ct_record_check(rec, base, err))
		return false;

	/* The space around it belongs to the record: it comes out as it went in. */
	for (int i = 0; base > 0 && i < CT_FIELD_COUNT; i++)
	{
		if (ct_has(rec, (ct_field) i))
			rec->value[i].offset += (uint32_t) base;
	}
	rec->json = buf;
	rec->length = len;
	return true;
}
