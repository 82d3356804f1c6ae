/*
 * unpack_inflate.c: log files as they read, without compression.
 */
#include "cloudtrail.h"

#include "core/base/inflate.h"
#include "utils/memutils.h"

CLOUDTRAIL_FUNCTION(cloudtrail_inflate);

struct varlena *
inflate_log(struct varlena *log)
{
	const char *bytes = VARDATA_ANY(log);
	Size		len = VARSIZE_ANY_EXHDR(log);
	ct_inflated inflated;
	ct_error	err;
	struct varlena *content;

	if (ct_compression_of(bytes, len) == CT_PLAIN)
		return log;
	if (!ct_inflate(bytes, len, Min(ct_inflate_limit(len), MaxAllocSize - VARHDRSZ),
					&inflated, &err))
	{
		free(inflated.data);
		if (err.code == CT_ERR_OUT_OF_MEMORY)
			report_out_of_memory();
		return log;
	}
	content = palloc_extended(VARHDRSZ + inflated.len, MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE);
	if (content != NULL)
	{
		SET_VARSIZE(content, VARHDRSZ + inflated.len);
		memcpy(VARDATA(content), inflated.data, inflated.len);
	}
	free(inflated.data);
	if (content == NULL)
		report_out_of_memory();
	return content;
}

/* The same for SQL. */
Datum
cloudtrail_inflate(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(inflate_log(PG_GETARG_VARLENA_PP(0)));
}
