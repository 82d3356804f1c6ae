/*
 * compare.c: order, equality and hash of events.
 *
 * Events are ordered by time, then by key, then by the bytes of their records,
 * so those are equal whose records are the same byte for byte.  Time and key
 * stand in the stored header; records are decompressed only where both agree
 * and the stored bytes do not.  Comparisons may run in a context that lives
 * as long as an index is built, so nothing that they detoast is left behind.
 */
#include "cloudtrail.h"

#include "common/hashfn.h"
#include "utils/sortsupport.h"

CLOUDTRAIL_FUNCTION(cloudtrail_event_eq);
CLOUDTRAIL_FUNCTION(cloudtrail_event_ne);
CLOUDTRAIL_FUNCTION(cloudtrail_event_lt);
CLOUDTRAIL_FUNCTION(cloudtrail_event_le);
CLOUDTRAIL_FUNCTION(cloudtrail_event_gt);
CLOUDTRAIL_FUNCTION(cloudtrail_event_ge);
CLOUDTRAIL_FUNCTION(cloudtrail_event_cmp);
CLOUDTRAIL_FUNCTION(cloudtrail_event_sortsupport);
CLOUDTRAIL_FUNCTION(cloudtrail_event_equalimage);
CLOUDTRAIL_FUNCTION(cloudtrail_event_hash);
CLOUDTRAIL_FUNCTION(cloudtrail_event_hash_extended);

/* Frees a value that was detoasted, unless it is the original. */
static inline void
free_copy(struct varlena *copy, Datum original)
{
	if ((Pointer) copy != DatumGetPointer(original))
		pfree(copy);
}

/* Reads the identity of a value whose bytes are not those of version 1. */
static void
read_other_identity(Datum event, ct_identity *identity)
{
	struct varlena *value = (struct varlena *) PG_DETOAST_DATUM_PACKED(event);
	ct_stored	stored;

	if (event_header(PointerGetDatum(value), &stored))
	{
		identity->event_time = stored.event_time;
		memcpy(identity->event_key, stored.event_key, sizeof(identity->event_key));
		identity->record_length = stored.record_length;
	}
	else
	{
		const ct_record *rec = event_record(PointerGetDatum(value));

		identity->event_time = rec->event_time;
		ct_event_key(rec, identity->event_key);
		identity->record_length = rec->length;
	}
	free_copy(value, event);
}

/* Reads what tells an event from others without its record. */
static inline void
read_identity(Datum event, ct_identity *identity)
{
	struct varlena *value = (struct varlena *) DatumGetPointer(event);
	bool		found;

	if (VARATT_IS_EXTERNAL(value) || VARATT_IS_COMPRESSED(value))
		value = PG_DETOAST_DATUM_SLICE(event, 0, CT_STORED_FIXED);
	found = ct_stored_identity(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), identity);
	free_copy(value, event);
	if (!found)
		read_other_identity(event, identity);
}

/* Whether two values are the same bytes, or the same place out of line. */
static inline bool
same_image(Datum a, Datum b)
{
	Size		size = VARSIZE_ANY(DatumGetPointer(a));

	return size == VARSIZE_ANY(DatumGetPointer(b)) &&
		memcmp(DatumGetPointer(a), DatumGetPointer(b), size) == 0;
}

/* Compares the records of two detoasted values. */
static int
compare_json(Datum a, Datum b)
{
	const ct_record *rec = event_record(a);
	Size		length = rec->length;
	char	   *json = palloc(length);
	int			result;

	/* The next call takes the record away. */
	memcpy(json, rec->json, length);
	rec = event_record(b);
	result = ct_compare_slices((ct_slice) {json, length}, (ct_slice) {rec->json, rec->length});
	pfree(json);
	return result;
}

/* Compares two events by their records' bytes. */
static int
compare_records(Datum a, Datum b)
{
	struct varlena *value_a = (struct varlena *) PG_DETOAST_DATUM_PACKED(a);
	struct varlena *value_b = (struct varlena *) PG_DETOAST_DATUM_PACKED(b);
	Size		size = VARSIZE_ANY_EXHDR(value_a);
	int			result = 0;

	if (size != VARSIZE_ANY_EXHDR(value_b) ||
		memcmp(VARDATA_ANY(value_a), VARDATA_ANY(value_b), size) != 0)
		result = compare_json(PointerGetDatum(value_a), PointerGetDatum(value_b));
	free_copy(value_a, a);
	free_copy(value_b, b);
	return result;
}

/* Compares two events. */
static int
compare_events(Datum a, Datum b)
{
	ct_identity identity_a;
	ct_identity identity_b;
	int			result;

	if (same_image(a, b))
		return 0;
	read_identity(a, &identity_a);
	read_identity(b, &identity_b);
	if (identity_a.event_time != identity_b.event_time)
		return identity_a.event_time < identity_b.event_time ? -1 : 1;
	result = ct_compare_bytes(identity_a.event_key, identity_b.event_key,
							  sizeof(identity_a.event_key));
	return result != 0 ? result : compare_records(a, b);
}

/* Whether two events are equal, by their lengths before their records. */
static bool
events_equal(Datum a, Datum b)
{
	ct_identity identity_a;
	ct_identity identity_b;

	if (same_image(a, b))
		return true;
	read_identity(a, &identity_a);
	read_identity(b, &identity_b);
	return identity_a.event_time == identity_b.event_time &&
		identity_a.record_length == identity_b.record_length &&
		memcmp(identity_a.event_key, identity_b.event_key, sizeof(identity_a.event_key)) == 0 &&
		compare_records(a, b) == 0;
}

/* Operator =. */
Datum
cloudtrail_event_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(events_equal(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)));
}

/* Operator <>. */
Datum
cloudtrail_event_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!events_equal(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)));
}

/* Operator <. */
Datum
cloudtrail_event_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_events(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)) < 0);
}

/* Operator <=. */
Datum
cloudtrail_event_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_events(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)) <= 0);
}

/* Operator >. */
Datum
cloudtrail_event_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_events(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)) > 0);
}

/* Operator >=. */
Datum
cloudtrail_event_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_events(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)) >= 0);
}

/* Order, for btree indexes. */
Datum
cloudtrail_event_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare_events(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)));
}

/* Compares two events for a sort. */
static int
sort_compare(Datum a, Datum b, SortSupport ssup)
{
	return compare_events(a, b);
}

#if SIZEOF_DATUM >= 8
/* Abbreviates an event to its time. */
static Datum
abbreviate_event(Datum event, SortSupport ssup)
{
	ct_identity identity;

	read_identity(event, &identity);
	return Int64GetDatum(identity.event_time);
}

/* Never gives up abbreviation: reading a time is cheaper than any comparison. */
static bool
keep_abbreviating(int count, SortSupport ssup)
{
	return false;
}
#endif

/* Sorts by event time as a number, and looks closer only where times agree. */
Datum
cloudtrail_event_sortsupport(PG_FUNCTION_ARGS)
{
	SortSupport ssup = (SortSupport) PG_GETARG_POINTER(0);

	ssup->comparator = sort_compare;
#if SIZEOF_DATUM >= 8
	if (ssup->abbreviate)
	{
		ssup->comparator = ssup_datum_signed_cmp;
		ssup->abbrev_converter = abbreviate_event;
		ssup->abbrev_abort = keep_abbreviating;
		ssup->abbrev_full_comparator = sort_compare;
	}
#endif
	PG_RETURN_VOID();
}

/*
 * Tells btree that equal events may be different bytes: another version of
 * zstd, or no compression at all, stores the same record in another way.
 */
Datum
cloudtrail_event_equalimage(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(false);
}

/*
 * Hash of an event: PostgreSQL's hash of the 16 bytes of the event key.  Hash
 * indexes and partitions on disk depend on it, so it must never change, nor
 * may the event key.  As with PostgreSQL's own types, machines of the other
 * byte order hash differently.
 */
Datum
cloudtrail_event_hash(PG_FUNCTION_ARGS)
{
	ct_identity identity;

	read_identity(PG_GETARG_DATUM(0), &identity);
	return hash_any(identity.event_key, sizeof(identity.event_key));
}

/* The same with 64 bits and a seed; as frozen. */
Datum
cloudtrail_event_hash_extended(PG_FUNCTION_ARGS)
{
	ct_identity identity;

	read_identity(PG_GETARG_DATUM(0), &identity);
	return hash_any_extended(identity.event_key, sizeof(identity.event_key), PG_GETARG_INT64(1));
}
