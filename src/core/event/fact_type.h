/*
 * fact_type.h: the types of what is known of an event beyond its fields: the
 * columns of facts about secrets and of issued credentials.
 */
#ifndef CT_FACT_TYPE_H
#define CT_FACT_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/slice.h"

/* Longest actor, or who stands behind one. */
#define CT_FACT_ACTOR_MAX	2048

/* An address; no bytes if there is none. */
typedef struct ct_address
{
	size_t		len;			/* 0, 4 or 16 */
	uint8_t		bytes[16];
} ct_address;

/* A point in time, in microseconds since 1970, or none. */
typedef struct ct_instant
{
	bool		known;
	int64_t		time;
} ct_instant;

/*
 * How the types of the facts are held: texts and JSON as slices, a boolean as
 * 0, 1 or -1 for null.
 */
typedef int ct_fact_integer;
typedef int ct_fact_boolean;
typedef ct_slice ct_fact_text;
typedef ct_slice ct_fact_jsonb;
typedef ct_address ct_fact_inet;
typedef ct_instant ct_fact_timestamptz;

#endif							/* CT_FACT_TYPE_H */
