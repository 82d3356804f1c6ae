/*
 * manifest.h: which events a log file held, so that the file can be made again
 * of the events in a table, and compared with the hash it had.
 *
 * A manifest has each event's time and key, by which it is found; what stands
 * between the events; and a checksum of each, which tells the one that
 * differs.  Where events do not stand in the file as they are kept, as behind
 * base64, it has a hash over the events instead of what stands between:
 *
 *	offset	size
 *		0	1	format version: 1
 *		1	1	ct_manifest_mode
 *		2	6	number of events
 *		8	32	only by CT_MANIFEST_EVENTS: SHA-256 of all lengths (8 bytes) and events
 *				for each event:
 *					by CT_MANIFEST_FILE 1 for the gap of the event before, else twice the
 *						length, and the bytes of the gap
 *					time since the event before, see put_time
 *					16 bytes key
 *					4 bytes CRC-32
 *				by CT_MANIFEST_FILE length and bytes of what follows the last event
 *
 * Lengths and times have seven bits a byte; all other numbers are little-endian.
 */
#ifndef CT_MANIFEST_H
#define CT_MANIFEST_H

#include "core/event/record.h"

#define CT_MANIFEST_VERSION		1
#define CT_MANIFEST_HEAD		8

/* An entry without the bytes of its gap is never longer. */
#define CT_MANIFEST_ENTRY_MAX	40

typedef enum ct_manifest_mode
{
	CT_MANIFEST_FILE = 1,
	CT_MANIFEST_EVENTS = 2
} ct_manifest_mode;

/* What the writer remembers of the event before. */
typedef struct ct_manifest_writer
{
	int64_t		time;
	ct_slice	gap;
} ct_manifest_writer;

typedef struct ct_manifest_entry
{
	ct_slice	gap;
	int64_t		event_time;
	uint8_t		event_key[16];
	uint32_t	checksum;
} ct_manifest_entry;

typedef struct ct_manifest_reader
{
	ct_manifest_mode mode;
	uint64_t	count;
	const uint8_t *hash;		/* by CT_MANIFEST_EVENTS */
	const uint8_t *pos;
	const uint8_t *end;
	uint64_t	read;
	ct_manifest_entry last;
} ct_manifest_reader;

/* Writes the head. */
extern void ct_manifest_head(ct_manifest_mode mode, uint64_t count, uint8_t head[CT_MANIFEST_HEAD]);

/*
 * Writes the start of an entry to out and returns its length; where put_gap
 * is set, the bytes of the gap are to follow, and then what ct_manifest_event
 * writes.  By CT_MANIFEST_EVENTS there is only the latter.
 */
extern size_t ct_manifest_gap(ct_manifest_writer *writer, ct_slice gap, bool *put_gap,
							  uint8_t out[CT_MANIFEST_ENTRY_MAX]);

/* Writes time, key and checksum of an event. */
extern size_t ct_manifest_event(ct_manifest_writer *writer, const ct_record *rec,
								uint8_t out[CT_MANIFEST_ENTRY_MAX]);

/* Writes the length of what follows the last event, whose bytes are to follow. */
extern size_t ct_manifest_tail(ct_slice tail, uint8_t out[CT_MANIFEST_ENTRY_MAX]);

/* Begins to read a manifest; false where no ct_manifest_head wrote it. */
extern bool ct_manifest_open(const char *manifest, size_t len, ct_manifest_reader *reader);

/* Reads the next entry; false at the end, and where the manifest is damaged. */
extern bool ct_manifest_next(ct_manifest_reader *reader, ct_manifest_entry *entry);

/* Reads what follows the last entry; false where the manifest is damaged. */
extern bool ct_manifest_end(ct_manifest_reader *reader, ct_slice *tail);

/* The checksum of an event. */
extern uint32_t ct_manifest_checksum(const char *json, size_t len);

#endif							/* CT_MANIFEST_H */
