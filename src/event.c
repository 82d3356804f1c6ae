/*
 * event.c: the type cloudtrail_event: in, out, send, receive and casts.
 */
#include "cloudtrail.h"

#include "core/event/record_read.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

CLOUDTRAIL_FUNCTION(cloudtrail_event_in);
CLOUDTRAIL_FUNCTION(cloudtrail_event_out);
CLOUDTRAIL_FUNCTION(cloudtrail_event_send);
CLOUDTRAIL_FUNCTION(cloudtrail_event_recv);
CLOUDTRAIL_FUNCTION(cloudtrail_event_from_text);
CLOUDTRAIL_FUNCTION(cloudtrail_event_from_jsonb);
CLOUDTRAIL_FUNCTION(cloudtrail_event_to_text);
CLOUDTRAIL_FUNCTION(cloudtrail_event_to_jsonb);
CLOUDTRAIL_FUNCTION(cloudtrail_fits_jsonb);
CLOUDTRAIL_FUNCTION(cloudtrail_compact);

/* Version of the binary wire format: the JSON text follows. */
#define WIRE_VERSION	1

/* Makes an event of JSON text, or reports why not; NULL if the error is a soft one. */
static struct varlena *
event_from_json(const char *json, size_t len, struct Node *escontext)
{
	static ct_habits habits;
	ct_record	rec;
	ct_error	err;

	if (!ct_record_read(json, len, &rec, &habits, &err))
	{
		report_input_error(json, len, &err, escontext);
		return NULL;
	}
	open_embedded(&rec);
	return event_from_record(&rec);
}

/* Input: one CloudTrail record as JSON. */
Datum
cloudtrail_event_in(PG_FUNCTION_ARGS)
{
	char	   *json = PG_GETARG_CSTRING(0);
	struct varlena *event = event_from_json(json, strlen(json), fcinfo->context);

	if (event == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(event);
}

/* Output: the record, byte for byte as it came in. */
Datum
cloudtrail_event_out(PG_FUNCTION_ARGS)
{
	const ct_record *rec = event_record(PG_GETARG_DATUM(0));

	PG_RETURN_CSTRING(pnstrdup(rec->json, rec->length));
}

/* Binary output: a version, then the record. */
Datum
cloudtrail_event_send(PG_FUNCTION_ARGS)
{
	const ct_record *rec = event_record(PG_GETARG_DATUM(0));
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint8(&buf, WIRE_VERSION);
	pq_sendtext(&buf, rec->json, rec->length);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* Binary input: the record is read as text is, nothing from outside is trusted. */
Datum
cloudtrail_event_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgbyte(buf);
	int			len;
	char	   *json;

	if (version != WIRE_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("unsupported version of type %s: %d", "cloudtrail_event", version),
				 errdetail("This version of the extension reads version %d.", WIRE_VERSION)));
	json = pq_getmsgtext(buf, buf->len - buf->cursor, &len);
	PG_RETURN_POINTER(event_from_json(json, len, NULL));
}

/* Cast from text and from json. */
Datum
cloudtrail_event_from_text(PG_FUNCTION_ARGS)
{
	text	   *json = PG_GETARG_TEXT_PP(0);

	PG_RETURN_POINTER(event_from_json(VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json), NULL));
}

/* Cast from jsonb: the record is what jsonb prints. */
Datum
cloudtrail_event_from_jsonb(PG_FUNCTION_ARGS)
{
	StringInfoData json;

	initStringInfo(&json);
	put_jsonb(&json, PG_GETARG_DATUM(0));
	PG_RETURN_POINTER(event_from_json(json.data, json.len, NULL));
}

/* Cast to text and to json: the record as it is. */
Datum
cloudtrail_event_to_text(PG_FUNCTION_ARGS)
{
	const ct_record *rec = event_record(PG_GETARG_DATUM(0));

	PG_RETURN_TEXT_P(cstring_to_text_with_len(rec->json, rec->length));
}

/* Cast to jsonb. */
Datum
cloudtrail_event_to_jsonb(PG_FUNCTION_ARGS)
{
	const ct_record *rec = event_record(PG_GETARG_DATUM(0));

	PG_RETURN_DATUM(jsonb_from_json(rec->json, rec->length, rec->quirks));
}

/* Whether jsonb holds all that the record has. */
Datum
cloudtrail_fits_jsonb(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(event_record(PG_GETARG_DATUM(0))->quirks == 0);
}

/* Gives an event the form in which it is stored; it stays the same event. */
Datum
cloudtrail_compact(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(compact_event((struct varlena *) PG_GETARG_POINTER(0)));
}
