/*
 * policy_access.c: who a resource policy lets in, as a row.
 */
#include "cloudtrail.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "core/policy/policy.h"
#include "row.h"
#include "utils/array.h"
#include "utils/builtins.h"

CLOUDTRAIL_FUNCTION(cloudtrail_policy_access);

/* The columns of the row. */
enum
{
	PRINCIPALS,
	FOREIGN_ACCOUNTS,
	IS_PUBLIC,
	ADMITS,
	ERROR_TEXT,
	COLUMN_COUNT
};

/* The type of the row, looked up once a query. */
static TupleDesc
kept_row_type(FunctionCallInfo fcinfo)
{
	FmgrInfo   *flinfo = fcinfo->flinfo;

	if (flinfo->fn_extra == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(flinfo->fn_mcxt);

		flinfo->fn_extra = row_type(fcinfo);
		MemoryContextSwitchTo(old);
	}
	return flinfo->fn_extra;
}

/* Makes text[] of a list of names. */
static Datum
array_of_names(const ct_names *names)
{
	Datum	   *items = palloc(names->count * sizeof(Datum));

	for (size_t i = 0; i < names->count; i++)
		items[i] = PointerGetDatum(text_from_slice(names->items[i]));
	return PointerGetDatum(construct_array(items, (int) names->count, TEXTOID, -1, false,
										   TYPALIGN_INT));
}

/* Makes text[] of a set of those whom a policy admits. */
static Datum
array_of_admitted(unsigned admits)
{
	Datum		words[32];
	int			count = 0;

	for (int bit = 0; ct_admitted_word(bit) != NULL; bit++)
	{
		if (admits >> bit & 1)
			words[count++] = CStringGetTextDatum(ct_admitted_word(bit));
	}
	return PointerGetDatum(construct_array(words, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* Sets what a policy answers; releases it also where there is no memory for the row. */
static void
set_answer(ct_policy *policy, Datum *values, bool *nulls)
{
	PG_TRY();
	{
		values[PRINCIPALS] = array_of_names(&policy->principals);
		values[FOREIGN_ACCOUNTS] = array_of_names(&policy->foreign_accounts);
		values[ADMITS] = array_of_admitted(policy->admits);
	}
	PG_CATCH();
	{
		ct_policy_free(policy);
		PG_RE_THROW();
	}
	PG_END_TRY();
	values[IS_PUBLIC] = BoolGetDatum(policy->is_public);
	nulls[PRINCIPALS] = nulls[FOREIGN_ACCOUNTS] = nulls[IS_PUBLIC] = nulls[ADMITS] = false;
	ct_policy_free(policy);
}

/* Reads a policy: sets what it answers, or why it cannot be read. */
static void
read_policy(const text *json, ct_slice account, Datum *values, bool *nulls)
{
	ct_policy	policy;
	ct_error	err;

	if (ct_policy_read(VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json), account, &policy, &err))
	{
		set_answer(&policy, values, nulls);
		return;
	}
	ct_policy_free(&policy);
	if (err.code == CT_ERR_OUT_OF_MEMORY)
		report_out_of_memory();
	values[ERROR_TEXT] = PointerGetDatum(cstring_to_text(psprintf("byte offset %zu: %s", err.offset,
																  ct_error_message(err.code))));
	nulls[ERROR_TEXT] = false;
}

/* Who a resource policy of an account lets in. */
Datum
cloudtrail_policy_access(PG_FUNCTION_ARGS)
{
	Datum		values[COLUMN_COUNT] = {0};
	bool		nulls[COLUMN_COUNT] = {true, true, true, true, true};
	ct_slice	account = CT_NO_SLICE;

	if (!PG_ARGISNULL(1))
	{
		text	   *owner = PG_GETARG_TEXT_PP(1);

		account = (ct_slice) {VARDATA_ANY(owner), VARSIZE_ANY_EXHDR(owner)};
	}
	if (!PG_ARGISNULL(0))
		read_policy(PG_GETARG_TEXT_PP(0), account, values, nulls);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(kept_row_type(fcinfo), values, nulls)));
}
