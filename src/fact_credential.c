/*
 * fact_credential.c: what an event that issues credentials says of them, as a row.
 */
#include "cloudtrail.h"

#include "access/htup_details.h"
#include "core/store/stored_fact.h"
#include "fact_credential.h"
#include "fact_value.h"
#include "row.h"

CLOUDTRAIL_FUNCTION(cloudtrail_issues_credentials);
CLOUDTRAIL_FUNCTION(cloudtrail_issued_credential);

/* Whether an event issued credentials, by its header if that is enough. */
Datum
cloudtrail_issues_credentials(PG_FUNCTION_ARGS)
{
	Datum		event = PG_GETARG_DATUM(0);
	ct_stored	stored;

	if (event_header(event, &stored) && ct_stored_issues_credentials(&stored) == CT_FACTS_NONE)
		PG_RETURN_BOOL(false);
	PG_RETURN_BOOL(ct_issues_credentials(event_record(event)));
}

void
issued_credential_columns(const ct_credential *credential, Datum values[CT_CREDENTIAL_COUNT],
						  bool nulls[CT_CREDENTIAL_COUNT])
{
	memset(nulls, false, CT_CREDENTIAL_COUNT * sizeof(bool));
#define CT_CREDENTIAL(name, type, comment) \
	values[CT_CREDENTIAL_##name] = make_##type(credential->name, &nulls[CT_CREDENTIAL_##name]);
#include "core/event/credentiallist.h"
#undef CT_CREDENTIAL
}

/* What an event says of the credentials that it issued. */
Datum
cloudtrail_issued_credential(PG_FUNCTION_ARGS)
{
	const ct_record *rec = event_record(PG_GETARG_DATUM(0));
	ct_scratch	scratch = event_scratch(rec);
	ct_credential credential;
	Datum		values[CT_CREDENTIAL_COUNT];
	bool		nulls[CT_CREDENTIAL_COUNT];
	TupleDesc	type;

	if (!ct_find_credential(rec, &scratch, &credential))
		PG_RETURN_NULL();
	type = row_type(fcinfo);
	if (type->natts != CT_CREDENTIAL_COUNT)
		elog(ERROR, "return type must have %d columns", (int) CT_CREDENTIAL_COUNT);
	issued_credential_columns(&credential, values, nulls);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(type, values, nulls)));
}
