/*
 * value.c: between CloudTrail records and values of type cloudtrail_event.
 *
 * A stored value is a header and a compressed record (see core/store/stored.h).
 * Functions that take logs apart yield transient values: the JSON as it is,
 * behind a mark by which this process finds the record it has already
 * scanned.  A transient value that reaches a table in spite of all is read
 * back like any other.
 */
#include "cloudtrail.h"

#include "core/base/visible.h"
#include "core/event/embedded.h"
#include "core/event/record_read.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"

/*
 * What a transient value begins with, in place of a stored value's header.
 * The mark is random for each process, the number counts up: together they
 * tell this very record from any other anywhere.
 */
typedef struct TransientHeader
{
	uint8		version;		/* CT_TRANSIENT_VERSION */
	uint8		unused[7];
	uint64		mark;
	uint64		number;
} TransientHeader;

#define CT_TRANSIENT_VERSION	0

StaticAssertDecl(sizeof(TransientHeader) == 24, "the header of transient values has padding");

/* Memory that outlives the query and only grows, within reason. */
typedef struct Room
{
	char	   *data;
	Size		size;
} Room;

/* The record of the newest transient value. */
static struct
{
	uint64		mark;
	uint64		number;
	const ct_record *rec;
}			newest;

/* The last stored value that was read, and its record. */
static struct
{
	bool		valid;
	Room		value;			/* the value as stored */
	Size		value_length;
	Room		json;			/* its record, unless the value holds it plain */
	Room		embedded;		/* fields of the record that are strings of JSON */
	ct_record	rec;
	ct_habits	habits;
}			cache;

/*
 * The value that was made last of a transient one, whose record is still at
 * hand: indexes read a new row's event right after it was made.
 */
static struct
{
	const ct_record *rec;		/* NULL if there is none */
	Room		value;
	Size		value_length;
}			compacted;

/* Memory that is worth keeping from one value to the next. */
#define CACHE_KEEP	(1024 * 1024)

static ct_codec *codec;
static Room scratch;

/* The process's codec, made when first needed. */
static ct_codec *
get_codec(void)
{
	if (codec == NULL)
	{
		codec = ct_codec_new();
		if (codec == NULL)
			report_out_of_memory();
	}
	return codec;
}

/* Makes room for len bytes; what was there is lost. */
static void
make_room(Room *room, Size len)
{
	Size		size;

	if (room->size >= len && (room->size <= CACHE_KEEP || len > CACHE_KEEP))
		return;
	size = Max(len + len / 4, 16 * 1024);
	if (room->data != NULL)
		pfree(room->data);
	*room = (Room) {0};			/* in case there is no memory */
	room->data = MemoryContextAllocHuge(TopMemoryContext, size);
	room->size = size;
}

/* Reads the fields of a record that are strings of JSON, in room that lives on. */
static void
open_in_room(ct_record *rec, Room *room)
{
	Size		size = ct_embedded_size(rec);

	if (likely(size == 0))
		return;
	make_room(room, size);
	ct_open_embedded(rec, room->data, size);
}

void
open_embedded(ct_record *rec)
{
	static Room room;

	open_in_room(rec, &room);
}

ct_scratch
event_scratch(const ct_record *rec)
{
	Size		size = CT_SCRATCH_SIZE(rec->length);

	make_room(&scratch, size);
	return (ct_scratch) {scratch.data, scratch.data + size};
}

struct varlena *
event_from_record(const ct_record *rec)
{
	ct_scratch	room = event_scratch(rec);
	uint8		header[CT_STORED_HEADER_MAX];
	struct varlena *event;
	Size		header_length;
	Size		size;
	char	   *payload;

	header_length = ct_stored_header(rec, CT_CODEC_CURRENT, &room, header);
	event = palloc(VARHDRSZ + header_length + rec->length);
	payload = (char *) event + VARHDRSZ + header_length;
	size = ct_codec_compress(get_codec(), payload, rec->length, rec->json, rec->length);
	if (size == 0)
	{
		header[1] = CT_CODEC_PLAIN;
		memcpy(payload, rec->json, rec->length);
		size = rec->length;
	}
	memcpy((char *) event + VARHDRSZ, header, header_length);
	SET_VARSIZE(event, VARHDRSZ + header_length + size);
	return event;
}

/* Makes a record the newest one, and what a transient value of it begins with. */
static TransientHeader
next_transient(const ct_record *rec)
{
	TransientHeader header = {.version = CT_TRANSIENT_VERSION};

	if (newest.mark == 0 && !pg_strong_random(&newest.mark, sizeof(newest.mark)))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not generate random values")));
	newest.rec = rec;
	header.mark = newest.mark;
	header.number = ++newest.number;
	return header;
}

struct varlena *
transient_stub(const ct_record *rec)
{
	static union
	{
		struct varlena event;
		char		bytes[VARHDRSZ + sizeof(TransientHeader)];
	}			stub;
	TransientHeader header = next_transient(rec);

	SET_VARSIZE(&stub.event, sizeof(stub.bytes));
	memcpy(VARDATA(&stub.event), &header, sizeof(header));
	return &stub.event;
}

struct varlena *
transient_event(const ct_record *rec)
{
	TransientHeader header = next_transient(rec);
	Size		size = VARHDRSZ + sizeof(header) + rec->length;
	struct varlena *event = palloc(size);

	SET_VARSIZE(event, size);
	memcpy(VARDATA(event), &header, sizeof(header));
	memcpy(VARDATA(event) + sizeof(header), rec->json, rec->length);
	return event;
}

void
forget_transient(const ct_record *rec)
{
	if (newest.rec == rec)
		newest.rec = NULL;
	if (compacted.rec == rec)
		compacted.rec = NULL;
}

/* Whether a detoasted value is transient. */
static inline bool
is_transient(const struct varlena *event)
{
	return VARSIZE_ANY_EXHDR(event) >= sizeof(TransientHeader) &&
		*(const uint8 *) VARDATA_ANY(event) == CT_TRANSIENT_VERSION;
}

/* The record that a transient value was made of, if it is at hand. */
static const ct_record *
find_transient(const struct varlena *event)
{
	TransientHeader header;

	memcpy(&header, VARDATA_ANY(event), sizeof(header));
	if (newest.rec != NULL && header.mark == newest.mark && header.number == newest.number)
		return newest.rec;
	return NULL;
}

/* Reports a value that no version of this type wrote. */
static void
report_corrupted(const ct_error *err)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("invalid value of type %s", "cloudtrail_event"),
			 errdetail("Byte offset %zu: %s.", err->offset, ct_error_message(err->code))));
}

bool
event_header(Datum datum, ct_stored *stored)
{
	struct varlena *event = (struct varlena *) DatumGetPointer(datum);
	ct_error	err;

	/* The header is at the start: out of line, one chunk is enough. */
	if (VARATT_IS_EXTERNAL(event) || VARATT_IS_COMPRESSED(event))
		event = PG_DETOAST_DATUM_SLICE(datum, 0, CT_STORED_HEADER_MAX);
	if (is_transient(event))
		return false;
	if (!ct_stored_open(VARDATA_ANY(event), VARSIZE_ANY_EXHDR(event), stored, &err))
		report_corrupted(&err);
	return true;
}

bool
event_header_text(Datum datum, ct_stored_text which, char buf[CT_STORED_DECODED_MAX],
				  ct_slice *text)
{
	ct_stored	stored;

	if (is_stored_plain(which) && event_peek(datum, which, text))
		return true;
	if (!event_header(datum, &stored) || stored.elsewhere[which])
		return false;
	*text = ct_stored_text_of(&stored, which, buf);
	return true;
}

/* Reads the JSON of a detoasted value into the cache. */
static void
fill_cache(const struct varlena *event)
{
	const char *bytes = VARDATA_ANY(event);
	Size		size = VARSIZE_ANY_EXHDR(event);
	ct_stored	stored;
	ct_error	err;
	const char *json;
	Size		length;

	cache.valid = false;
	make_room(&cache.value, size);
	memcpy(cache.value.data, bytes, size);
	cache.value_length = size;
	bytes = cache.value.data;
	if (is_transient(event))
	{
		json = bytes + sizeof(TransientHeader);
		length = size - sizeof(TransientHeader);
	}
	else
	{
		if (!ct_stored_open(bytes, size, &stored, &err))
			report_corrupted(&err);
		json = bytes + stored.header_length;
		length = size - stored.header_length;
		if (stored.codec != CT_CODEC_PLAIN)
		{
			make_room(&cache.json, stored.record_length);
			if (!ct_codec_decompress(get_codec(), stored.codec, cache.json.data,
									 stored.record_length, json, length))
			{
				err = (ct_error) {CT_ERR_STORED_PAYLOAD, stored.header_length};
				report_corrupted(&err);
			}
			json = cache.json.data;
			length = stored.record_length;
		}
	}
	if (!ct_record_read(json, length, &cache.rec, &cache.habits, &err))
		report_corrupted(&err);
	open_in_room(&cache.rec, &cache.embedded);
	cache.valid = true;
}

const ct_record *
event_record(Datum datum)
{
	struct varlena *event = (struct varlena *) PG_DETOAST_DATUM_PACKED(datum);
	const ct_record *rec;

	if (is_transient(event) && (rec = find_transient(event)) != NULL)
		return rec;

	if (compacted.rec != NULL &&
		VARSIZE_ANY_EXHDR(event) == compacted.value_length &&
		memcmp(VARDATA_ANY(event), compacted.value.data, compacted.value_length) == 0)
	{
		rec = compacted.rec;
		if ((Pointer) event != DatumGetPointer(datum))
			pfree(event);
		return rec;
	}

	/* Comparing a few hundred bytes is cheaper than decompressing them again. */
	if (!cache.valid ||
		VARSIZE_ANY_EXHDR(event) != cache.value_length ||
		memcmp(VARDATA_ANY(event), cache.value.data, cache.value_length) != 0)
		fill_cache(event);
	if ((Pointer) event != DatumGetPointer(datum))
		pfree(event);
	return &cache.rec;
}

/* Remembers of which record a value was made. */
static void
remember_compacted(const struct varlena *event, const ct_record *rec)
{
	compacted.rec = NULL;
	compacted.value_length = VARSIZE(event) - VARHDRSZ;
	make_room(&compacted.value, compacted.value_length);
	memcpy(compacted.value.data, VARDATA(event), compacted.value_length);
	compacted.rec = rec;
}

struct varlena *
compact_event(struct varlena *event)
{
	struct varlena *plain;
	const ct_record *rec;

	if (VARATT_IS_EXTERNAL(event) || VARATT_IS_COMPRESSED(event))
	{
		ct_stored	stored;

		if (event_header(PointerGetDatum(event), &stored))
			return event;
	}
	plain = PG_DETOAST_DATUM_PACKED(PointerGetDatum(event));
	if (!is_transient(plain))
		return event;
	rec = event_record(PointerGetDatum(plain));
	event = event_from_record(rec);
	if (rec == newest.rec)
		remember_compacted(event, rec);
	return event;
}

/* The length of a text up to the first character that does not show itself. */
static int
visible_length(const char *text, int len)
{
	const char *end = text + len;
	const char *p = text;
	uint32_t	code;
	size_t		length;

	while (p < end && ct_read_character(p, end, &code, &length) && !ct_is_invisible(code))
		p += length;
	return (int) (p - text);
}

void
report_input_error(const char *text, size_t len, const ct_error *err, struct Node *escontext)
{
	int			excerpt = (int) Min(len - Min(err->offset, len), 30);
	const char *hint = NULL;

	if (err->code == CT_ERR_NO_EVENT_TIME || err->code == CT_ERR_TRAILING ||
		err->code == CT_ERR_NOT_OBJECT)
		hint = "Use cloudtrail_events() or cloudtrail_parse() to take a log file or another container apart.";
	if (excerpt > 0)
	{
		/*
		 * Cut between characters; what is not UTF-8 is not shown, nor are control characters,
		 * which could fool a terminal.
		 */
		excerpt = pg_encoding_mbcliplen(PG_UTF8, text + err->offset, excerpt, excerpt);
		if (!pg_verify_mbstr(PG_UTF8, text + err->offset, excerpt, true))
			excerpt = 0;
		excerpt = visible_length(text + err->offset, excerpt);
	}
	if (excerpt > 0)
		ereturn(escontext,,
				(errcode(err->code == CT_ERR_TOO_LARGE || err->code == CT_ERR_DEPTH ?
						 ERRCODE_PROGRAM_LIMIT_EXCEEDED : ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s", "cloudtrail_event"),
				 errdetail("Byte offset %zu, at \"%.*s\": %s.", err->offset, excerpt,
						   text + err->offset, ct_error_message(err->code)),
				 hint ? errhint("%s", hint) : 0));
	ereturn(escontext,,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s", "cloudtrail_event"),
			 errdetail("Byte offset %zu: %s.", err->offset, ct_error_message(err->code)),
			 hint ? errhint("%s", hint) : 0));
}

void
report_out_of_memory(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OUT_OF_MEMORY),
			 errmsg("out of memory")));
}
