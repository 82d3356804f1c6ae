/*
 * unpack.c: the functions that take a blob apart into rows.
 *
 * They yield one row a call, so that a query over a large log neither waits
 * for its end nor holds its events.
 */
#include "cloudtrail.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "items.h"
#include "miscadmin.h"
#include "row.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

CLOUDTRAIL_FUNCTION(cloudtrail_unpack);
CLOUDTRAIL_FUNCTION(cloudtrail_unpack_jsonb);
CLOUDTRAIL_FUNCTION(cloudtrail_parse);
CLOUDTRAIL_FUNCTION(cloudtrail_parse_jsonb);
CLOUDTRAIL_FUNCTION(cloudtrail_items);

/* One blob being taken apart. */
typedef struct Unpacking
{
	ct_splitter *splitter;
	const ct_record *rec;		/* of the transient value handed out last */
	uint64		events;
	uint64		notices;
	uint64		rejects;
	ct_error	first_reject;
	uint64		first_reject_ordinal;
	bool		quiet;			/* says nothing of rejects */
	bool		is_path;		/* the blob is the path of one, by its looks */
	MemoryContextCallback callback;
} Unpacking;

/* Releases what the core allocated, when the query ends in whatever way. */
static void
release_unpacking(void *arg)
{
	Unpacking  *unpacking = arg;

	forget_transient(unpacking->rec);
	ct_splitter_free(unpacking->splitter);
}

/* Begins to take a blob apart in the context of a set-returning function. */
static Unpacking *
begin_unpacking(FuncCallContext *funcctx, const char *blob, size_t len)
{
	Unpacking  *unpacking = MemoryContextAllocZero(funcctx->multi_call_memory_ctx,
												   sizeof(Unpacking));

	unpacking->callback.func = release_unpacking;
	unpacking->callback.arg = unpacking;
	MemoryContextRegisterResetCallback(funcctx->multi_call_memory_ctx, &unpacking->callback);
	unpacking->is_path = looks_like_path(blob, len);
	unpacking->splitter = ct_splitter_new(blob, len);
	if (unpacking->splitter == NULL)
		report_out_of_memory();
	funcctx->user_fctx = unpacking;
	return unpacking;
}

/* Begins with the first argument, a bytea, text or json. */
static void
begin_with_varlena(FunctionCallInfo fcinfo, FuncCallContext *funcctx)
{
	MemoryContext old = MemoryContextSwitchTo(funcctx->multi_call_memory_ctx);
	struct varlena *blob = PG_GETARG_VARLENA_PP(0);

	begin_unpacking(funcctx, VARDATA_ANY(blob), VARSIZE_ANY_EXHDR(blob));
	MemoryContextSwitchTo(old);
}

/* Begins with the first argument, a jsonb: what it prints is taken apart. */
static void
begin_with_jsonb(FunctionCallInfo fcinfo, FuncCallContext *funcctx)
{
	MemoryContext old = MemoryContextSwitchTo(funcctx->multi_call_memory_ctx);
	StringInfoData json;

	initStringInfo(&json);
	put_jsonb(&json, PG_GETARG_DATUM(0));
	begin_unpacking(funcctx, json.data, json.len);
	MemoryContextSwitchTo(old);
}

/*
 * Reports what was skipped.  A blob that holds nothing but damage is an error;
 * one bad record among good ones does not take them away.
 */
static void
report_rejects(const Unpacking *unpacking)
{
	if (unpacking->rejects == 0 || unpacking->quiet)
		return;
	ereport(unpacking->events + unpacking->notices == 0 ? ERROR : WARNING,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 unpacking->events + unpacking->notices == 0 ?
			 errmsg("no CloudTrail events found in input") :
			 errmsg_plural("skipped " UINT64_FORMAT " item that is not a CloudTrail event",
						   "skipped " UINT64_FORMAT " items that are not CloudTrail events",
						   (unsigned long) unpacking->rejects, unpacking->rejects),
			 errdetail("Item " UINT64_FORMAT ", byte offset %zu in it: %s.",
					   unpacking->first_reject_ordinal, unpacking->first_reject.offset,
					   ct_error_message(unpacking->first_reject.code)),
			 unpacking->is_path ?
			 errhint("The input is a path; pg_read_binary_file() reads a file of the server.") :
			 errhint("cloudtrail_parse() returns each skipped item with its text and the reason.")));
}

void
check_item(const ct_item *item)
{
	if (item->kind == CT_ITEM_REJECT && item->error.code == CT_ERR_OUT_OF_MEMORY)
		report_out_of_memory();
}

/* Finds the next item and counts it. */
static bool
next_item(Unpacking *unpacking, ct_item *item)
{
	CHECK_FOR_INTERRUPTS();
	forget_transient(unpacking->rec);
	unpacking->rec = NULL;
	if (!ct_splitter_next(unpacking->splitter, item))
		return false;
	check_item(item);
	switch (item->kind)
	{
		case CT_ITEM_EVENT:
			unpacking->events++;
			break;
		case CT_ITEM_NOTICE:
			unpacking->notices++;
			break;
		case CT_ITEM_REJECT:
			if (unpacking->rejects++ == 0)
			{
				unpacking->first_reject = item->error;
				unpacking->first_reject_ordinal = unpacking->events + unpacking->notices + 1;
			}
			break;
	}
	return true;
}

/* Yields the next event as a transient value. */
static Datum
next_event(FunctionCallInfo fcinfo, FuncCallContext *funcctx)
{
	Unpacking  *unpacking = funcctx->user_fctx;
	ct_item		item;

	while (next_item(unpacking, &item))
	{
		if (item.kind == CT_ITEM_EVENT)
		{
			unpacking->rec = item.rec;
			SRF_RETURN_NEXT(funcctx, PointerGetDatum(transient_event(item.rec)));
		}
	}
	report_rejects(unpacking);
	SRF_RETURN_DONE(funcctx);
}

/*
 * The events of a bytea, text or json, as transient values.  A second argument
 * reports whether to say nothing of what was left out.
 */
Datum
cloudtrail_unpack(PG_FUNCTION_ARGS)
{
	if (SRF_IS_FIRSTCALL())
	{
		FuncCallContext *funcctx = SRF_FIRSTCALL_INIT();

		begin_with_varlena(fcinfo, funcctx);
		if (PG_NARGS() > 1)
			((Unpacking *) funcctx->user_fctx)->quiet = PG_GETARG_BOOL(1);
	}
	return next_event(fcinfo, SRF_PERCALL_SETUP());
}

/* The events of a jsonb, as transient values. */
Datum
cloudtrail_unpack_jsonb(PG_FUNCTION_ARGS)
{
	if (SRF_IS_FIRSTCALL())
		begin_with_jsonb(fcinfo, SRF_FIRSTCALL_INIT());
	return next_event(fcinfo, SRF_PERCALL_SETUP());
}

/* Number of the item found last, from 1. */
static int64
item_number(const Unpacking *unpacking)
{
	return (int64) (unpacking->events + unpacking->notices + unpacking->rejects);
}

/* Why an item is not an event, as text. */
static Datum
reason_of(const ct_item *item)
{
	if (item->kind == CT_ITEM_NOTICE)
		return PointerGetDatum(cstring_to_text(ct_notice_text(item->notice)));
	return PointerGetDatum(cstring_to_text(psprintf("byte offset %zu: %s", item->error.offset,
													ct_error_message(item->error.code))));
}

const char *
item_kind(const ct_item *item)
{
	if (item->kind == CT_ITEM_EVENT)
		return ct_has(item->rec, CT_FIELD_insight_details) ? "insight" : "event";
	if (item->kind == CT_ITEM_REJECT)
		return "reject";
	return ct_notice_kind(item->notice);
}

/* Yields the next item, event or not, as a row. */
static Datum
next_row(FunctionCallInfo fcinfo, FuncCallContext *funcctx)
{
	Unpacking  *unpacking = funcctx->user_fctx;
	ct_item		item;
	Datum		values[5] = {0};
	bool		nulls[5] = {false, true, true, true, false};

	if (!next_item(unpacking, &item))
		SRF_RETURN_DONE(funcctx);
	values[0] = Int64GetDatum(item_number(unpacking));
	values[4] = PointerGetDatum(cstring_to_text(item_kind(&item)));
	if (item.kind == CT_ITEM_EVENT)
	{
		values[1] = PointerGetDatum(event_from_record(item.rec));
		nulls[1] = false;
	}
	else
	{
		values[2] = reason_of(&item);
		values[3] = bytea_of(item.text.ptr, item.text.len);
		nulls[2] = nulls[3] = false;
	}
	SRF_RETURN_NEXT(funcctx,
					HeapTupleGetDatum(heap_form_tuple(funcctx->tuple_desc, values, nulls)));
}

/* Every item of a bytea, text or json: events, and what else it holds. */
Datum
cloudtrail_parse(PG_FUNCTION_ARGS)
{
	if (SRF_IS_FIRSTCALL())
	{
		FuncCallContext *funcctx = SRF_FIRSTCALL_INIT();

		set_row_type(fcinfo, funcctx);
		begin_with_varlena(fcinfo, funcctx);
	}
	return next_row(fcinfo, SRF_PERCALL_SETUP());
}

/* Every item of a bytea, with an event's time in place of the event. */
Datum
cloudtrail_items(PG_FUNCTION_ARGS)
{
	FuncCallContext *funcctx;
	Unpacking  *unpacking;
	ct_item		item;
	Datum		values[5] = {0};
	bool		nulls[5] = {false, false, true, true, true};

	if (SRF_IS_FIRSTCALL())
	{
		funcctx = SRF_FIRSTCALL_INIT();
		set_row_type(fcinfo, funcctx);
		begin_with_varlena(fcinfo, funcctx);
	}
	funcctx = SRF_PERCALL_SETUP();
	unpacking = funcctx->user_fctx;
	if (!next_item(unpacking, &item))
		SRF_RETURN_DONE(funcctx);
	values[0] = Int64GetDatum(item_number(unpacking));
	values[1] = PointerGetDatum(cstring_to_text(item_kind(&item)));
	if (item.kind == CT_ITEM_EVENT)
	{
		values[2] = TimestampTzGetDatum(item.rec->event_time - EPOCH_SHIFT);
		nulls[2] = false;
	}
	else
	{
		values[3] = reason_of(&item);
		values[4] = bytea_of(item.text.ptr, item.text.len);
		nulls[3] = nulls[4] = false;
	}
	SRF_RETURN_NEXT(funcctx,
					HeapTupleGetDatum(heap_form_tuple(funcctx->tuple_desc, values, nulls)));
}

/* Every item of a jsonb. */
Datum
cloudtrail_parse_jsonb(PG_FUNCTION_ARGS)
{
	if (SRF_IS_FIRSTCALL())
	{
		FuncCallContext *funcctx = SRF_FIRSTCALL_INIT();

		set_row_type(fcinfo, funcctx);
		begin_with_jsonb(fcinfo, funcctx);
	}
	return next_row(fcinfo, SRF_PERCALL_SETUP());
}
