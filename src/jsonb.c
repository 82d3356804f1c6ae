/*
 * jsonb.c: from JSON text to jsonb and text.
 */
#include "cloudtrail.h"

#include "core/jsonsafe.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

/* Makes jsonb of valid JSON; quirks tells what it may hold that jsonb refuses. */
Datum
jsonb_from_json(const char *json, size_t len, uint32_t quirks)
{
	char	   *copy;
	Datum		jsonb;

	if (quirks)
	{
		copy = MemoryContextAllocHuge(CurrentMemoryContext, CT_JSONSAFE_BOUND(len) + 1);
		copy[ct_make_jsonsafe(json, len, copy)] = '\0';
	}
	else
		copy = pnstrdup(json, len);
	jsonb = DirectFunctionCall1(jsonb_in, CStringGetDatum(copy));
	pfree(copy);
	return jsonb;
}

/* Makes text of a slice. */
struct varlena *
text_from_slice(ct_slice s)
{
	return cstring_to_text_with_len(s.ptr, s.len);
}
