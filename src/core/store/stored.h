/*
 * stored.h: an event as it lies in a table.
 *
 * A header holds what queries filter on, so that they need not decompress;
 * the record follows, compressed.  All numbers are in the machine's byte
 * order and unaligned:
 *
 *	offset	size
 *		0	1	format version: 1
 *		1	1	ct_codec_id of the record
 *		2	2	flags, CT_STORED_*
 *		4	4	length of the record, uncompressed
 *		8	8	event time, microseconds since 1970
 *	   16  16	event key
 *	   32	7	lengths of the header's texts, in the order of ct_stored_text
 *	   39	1	length of the source address: 0, 4 or 16
 *	   40		the texts, then the address, then the record
 *
 * A text whose length is CT_STORED_NULL is null; one too long for the header
 * has CT_STORED_ELSEWHERE and is read from the record.
 */
#ifndef CT_STORED_H
#define CT_STORED_H

#include <string.h>

#include "core/event/derived.h"
#include "core/secret/secret.h"
#include "core/store/codec.h"

#define CT_STORED_VERSION		1

/* The texts of the header; the order is on disk. */
typedef enum ct_stored_text
{
	CT_STORED_EVENT_NAME,
	CT_STORED_EVENT_SOURCE,		/* without .amazonaws.com, see the flag */
	CT_STORED_AWS_REGION,
	CT_STORED_ERROR_CODE,
	CT_STORED_ACCOUNT_ID,		/* twelve digits as a number of five bytes, see the flag */
	CT_STORED_PRINCIPAL_ARN,	/* its first byte says which beginning it leaves out */
	CT_STORED_SECRET_ARN,		/* the same */
	CT_STORED_TEXT_COUNT
} ct_stored_text;

#define CT_STORED_FIXED			40
#define CT_STORED_TEXT_MAX		200
#define CT_STORED_NULL			254
#define CT_STORED_ELSEWHERE		255

/* No header is longer: it fits the first chunk of an out-of-line value. */
#define CT_STORED_HEADER_MAX	(CT_STORED_FIXED + CT_STORED_TEXT_COUNT * CT_STORED_TEXT_MAX + 16)

/* Longest text that is put together from the header. */
#define CT_STORED_DECODED_MAX	(CT_STORED_TEXT_MAX * 3 + 64)

/* Flags.  A truth value takes two bits: null, false, true. */
#define CT_STORED_READ_ONLY_SHIFT			0
#define CT_STORED_MANAGEMENT_EVENT_SHIFT	2
#define CT_STORED_MFA_AUTHENTICATED_SHIFT	4
#define CT_STORED_SUCCEEDED					0x0040
#define CT_STORED_AMAZONAWS_COM				0x0080
#define CT_STORED_PACKED_ACCOUNT			0x0100
#define CT_STORED_SECRET_SOURCE_SHIFT		9	/* four bits, ct_secret_source */
#define CT_STORED_SECRET_NAME_SHIFT			13	/* two bits, ct_stored_name */

/* How the ARN of a secret in the header tells the secret's name. */
typedef enum ct_stored_name
{
	CT_STORED_NAME_ELSEWHERE,	/* it does not */
	CT_STORED_NAME_IS_END,		/* its end is the name */
	CT_STORED_NAME_HAS_SUFFIX	/* its end less the suffix is */
} ct_stored_name;

/* A header taken apart; points into the value. */
typedef struct ct_stored
{
	unsigned	codec;
	unsigned	flags;
	size_t		record_length;
	int64_t		event_time;
	const uint8_t *event_key;
	ct_slice	text[CT_STORED_TEXT_COUNT]; /* as stored; ptr is NULL for null */
	bool		elsewhere[CT_STORED_TEXT_COUNT];
	ct_slice	ip;
	size_t		header_length;
} ct_stored;

/* Writes the header of a record that is stored with a codec; returns its length. */
extern size_t ct_stored_header(const ct_record *rec, unsigned codec, ct_scratch *scratch,
							   uint8_t header[CT_STORED_HEADER_MAX]);

/*
 * Takes a header apart.  The value may end behind the header; a value that
 * no ct_stored_header wrote is an error, never more.
 */
extern bool ct_stored_open(const char *value, size_t len, ct_stored *stored, ct_error *err);

/* A text of the header as it reads; buf holds it where it must be put together. */
extern ct_slice ct_stored_text_of(const ct_stored *stored, ct_stored_text which,
								  char buf[CT_STORED_DECODED_MAX]);

/* Whether an ARN of the header, which is not empty, leaves out the event's Region. */
extern bool ct_stored_leaves_out_region(ct_slice arn);

/*
 * Finds one text of the header, as stored, without taking the rest apart.
 * False where that needs a closer look: not version 1, cut short, elsewhere.
 */
static inline bool
ct_stored_peek(const char *value, size_t len, ct_stored_text which, ct_slice *text)
{
	const uint8_t *lengths = (const uint8_t *) value + 32;
	size_t		start = CT_STORED_FIXED;

	if (len < CT_STORED_FIXED || value[0] != CT_STORED_VERSION)
		return false;
	for (int i = 0; i < (int) which; i++)
		start += lengths[i] < CT_STORED_NULL ? lengths[i] : 0;
	if (lengths[which] == CT_STORED_NULL)
	{
		*text = CT_NO_SLICE;
		return true;
	}
	*text = (ct_slice) {value + start, lengths[which]};
	return lengths[which] <= CT_STORED_TEXT_MAX && start + lengths[which] <= len;
}

/* What tells events apart without their records. */
typedef struct ct_identity
{
	int64_t		event_time;
	uint8_t		event_key[16];
	size_t		record_length;
} ct_identity;

/* Reads an event's identity without taking the rest apart; false like ct_stored_peek. */
static inline bool
ct_stored_identity(const char *value, size_t len, ct_identity *identity)
{
	uint32_t	length;

	if (len < CT_STORED_FIXED || value[0] != CT_STORED_VERSION)
		return false;
	memcpy(&length, value + 4, 4);
	memcpy(&identity->event_time, value + 8, 8);
	memcpy(identity->event_key, value + 16, 16);
	identity->record_length = length;
	return true;
}

/* Where the event names its secret. */
static inline ct_secret_source
ct_stored_secret_source(const ct_stored *stored)
{
	return (ct_secret_source) (stored->flags >> CT_STORED_SECRET_SOURCE_SHIFT & 15);
}

/* The name of the secret, none or one in buf; false where it must be read from the record. */
extern bool ct_stored_secret_name(const ct_stored *stored, char buf[CT_STORED_DECODED_MAX],
								  ct_slice *name);

/* A truth value of the header: 1, 0, or -1 for null. */
static inline int
ct_stored_bool(const ct_stored *stored, int shift)
{
	return (int) (stored->flags >> shift & 3) - 1;
}

#endif							/* CT_STORED_H */
