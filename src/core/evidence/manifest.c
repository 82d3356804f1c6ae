/*
 * manifest.c: which events a log file held.
 */
#include <string.h>

#include <libdeflate.h>

#include "core/base/varint.h"
#include "core/event/derived.h"
#include "core/evidence/manifest.h"

#define USEC_PER_SEC	INT64_C(1000000)

/* Reads a number; false where there is none. */
static bool
get_number(ct_manifest_reader *reader, uint64_t *number)
{
	*number = 0;
	for (int shift = 0; shift < 64 && reader->pos < reader->end; shift += 7)
	{
		uint8_t		byte = *reader->pos++;

		*number |= (uint64_t) (byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

/*
 * Writes the difference of two times: its sign and whether it is whole seconds
 * in the lowest bits.
 */
static uint8_t *
put_time(uint8_t *p, int64_t before, int64_t time)
{
	bool		negative = time < before;
	uint64_t	distance = negative ? (uint64_t) before - (uint64_t) time :
		(uint64_t) time - (uint64_t) before;
	bool		whole = distance % USEC_PER_SEC == 0;

	/* The times of records are years of four digits: two bits are free. */
	return ct_put_varint(p, (whole ? distance / USEC_PER_SEC : distance) << 2 |
					  (uint64_t) negative << 1 | whole);
}

/* Reads the difference of two times. */
static bool
get_time(ct_manifest_reader *reader, int64_t before, int64_t *time)
{
	uint64_t	number;
	uint64_t	distance;

	if (!get_number(reader, &number))
		return false;
	distance = number >> 2;
	if (number & 1)
		distance *= USEC_PER_SEC;
	*time = (int64_t) ((uint64_t) before + (number & 2 ? -distance : distance));
	return true;
}

void
ct_manifest_head(ct_manifest_mode mode, uint64_t count, uint8_t head[CT_MANIFEST_HEAD])
{
	head[0] = CT_MANIFEST_VERSION;
	head[1] = (uint8_t) mode;
	for (int i = 2; i < CT_MANIFEST_HEAD; i++, count >>= 8)
		head[i] = (uint8_t) count;
}

size_t
ct_manifest_gap(ct_manifest_writer *writer, ct_slice gap, bool *put_gap,
				uint8_t out[CT_MANIFEST_ENTRY_MAX])
{
	*put_gap = writer->gap.ptr == NULL || writer->gap.len != gap.len ||
		memcmp(writer->gap.ptr, gap.ptr, gap.len) != 0;
	writer->gap = gap;
	return (size_t) (ct_put_varint(out, *put_gap ? (uint64_t) gap.len << 1 : 1) - out);
}

size_t
ct_manifest_event(ct_manifest_writer *writer, const ct_record *rec,
				  uint8_t out[CT_MANIFEST_ENTRY_MAX])
{
	uint8_t    *p = put_time(out, writer->time, rec->event_time);
	uint32_t	checksum = ct_manifest_checksum(rec->json, rec->length);

	writer->time = rec->event_time;
	ct_event_key(rec, p);
	p += 16;
	for (int i = 0; i < 4; i++, checksum >>= 8)
		*p++ = (uint8_t) checksum;
	return (size_t) (p - out);
}

size_t
ct_manifest_tail(ct_slice tail, uint8_t out[CT_MANIFEST_ENTRY_MAX])
{
	return (size_t) (ct_put_varint(out, tail.len) - out);
}

bool
ct_manifest_open(const char *manifest, size_t len, ct_manifest_reader *reader)
{
	const uint8_t *head = (const uint8_t *) manifest;

	memset(reader, 0, sizeof(*reader));
	if (len < CT_MANIFEST_HEAD || head[0] != CT_MANIFEST_VERSION ||
		(head[1] != CT_MANIFEST_FILE && head[1] != CT_MANIFEST_EVENTS))
		return false;
	reader->mode = (ct_manifest_mode) head[1];
	for (int i = CT_MANIFEST_HEAD - 1; i >= 2; i--)
		reader->count = reader->count << 8 | head[i];
	reader->pos = head + CT_MANIFEST_HEAD;
	reader->end = head + len;
	if (reader->mode == CT_MANIFEST_EVENTS)
	{
		if (len < CT_MANIFEST_HEAD + 32)
			return false;
		reader->hash = reader->pos;
		reader->pos += 32;
	}
	return true;
}

/* Reads bytes of some length. */
static bool
get_bytes(ct_manifest_reader *reader, uint64_t len, ct_slice *bytes)
{
	if (len > (uint64_t) (reader->end - reader->pos))
		return false;
	*bytes = (ct_slice) {(const char *) reader->pos, (size_t) len};
	reader->pos += len;
	return true;
}

bool
ct_manifest_next(ct_manifest_reader *reader, ct_manifest_entry *entry)
{
	uint64_t	number;
	ct_slice	rest;

	if (reader->read == reader->count)
		return false;
	*entry = reader->last;
	if (reader->mode == CT_MANIFEST_FILE &&
		(!get_number(reader, &number) ||
		 (number != 1 && !get_bytes(reader, number >> 1, &entry->gap))))
		return false;
	if (!get_time(reader, entry->event_time, &entry->event_time) || !get_bytes(reader, 20, &rest))
		return false;
	memcpy(entry->event_key, rest.ptr, 16);
	entry->checksum = 0;
	for (int i = 19; i >= 16; i--)
		entry->checksum = entry->checksum << 8 | (uint8_t) rest.ptr[i];
	reader->last = *entry;
	reader->read++;
	return true;
}

bool
ct_manifest_end(ct_manifest_reader *reader, ct_slice *tail)
{
	uint64_t	len;

	*tail = CT_NO_SLICE;
	if (reader->read != reader->count)
		return false;
	return (reader->mode != CT_MANIFEST_FILE ||
			(get_number(reader, &len) && get_bytes(reader, len, tail))) &&
		reader->pos == reader->end;
}

uint32_t
ct_manifest_checksum(const char *json, size_t len)
{
	return libdeflate_crc32(0, json, len);
}
