/*
 * json_value.h: a value in a text of JSON, as the readers of JSON leave it.
 */
#ifndef CT_JSON_VALUE_H
#define CT_JSON_VALUE_H

#include "core/base/error.h"
#include "core/base/slice.h"

/* Deepest nesting; anything jsonb can be built of within PostgreSQL's stack. */
#define CT_DEPTH_MAX		2000

typedef enum ct_type
{
	CT_ABSENT,
	CT_NULL,
	CT_FALSE,
	CT_TRUE,
	CT_NUMBER,
	CT_STRING,
	CT_OBJECT,
	CT_ARRAY
} ct_type;

/*
 * Where a value is, counted from the start of the record; from its end on, in
 * the text of embedded fields.  A string's span leaves out its quotes.
 */
typedef struct ct_value
{
	uint32_t	offset;
	uint32_t	length;
	uint8_t		type;			/* a ct_type */
	uint8_t		escaped;		/* a string that holds a backslash */
} ct_value;

/* What a record holds that jsonb or text cannot take as it stands. */
#define CT_QUIRK_NUL			0x01	/* \u0000 */
#define CT_QUIRK_SURROGATE		0x02	/* half of a surrogate pair */
#define CT_QUIRK_BIG_NUMBER		0x04	/* maybe none that jsonb takes */

#endif							/* CT_JSON_VALUE_H */
