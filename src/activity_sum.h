/*
 * activity_sum.h: daily sums of events.
 */
#ifndef CLOUDTRAIL_ACTIVITY_SUM_H
#define CLOUDTRAIL_ACTIVITY_SUM_H

#include "cloudtrail.h"

#include "funcapi.h"
#include "table_write.h"
#include "trail.h"
#include "utils/timestamp.h"

/* The tables that have sums. */
typedef enum SumTable
{
	SUM_ACTIVITY,
	SUM_ACTIONS,
	SUM_PRINCIPALS,
	SUM_TABLES
} SumTable;

/* The texts that sums are of: those of the header up to the principal's. */
#define SUMMED_TEXTS	(CT_STORED_PRINCIPAL_ARN + 1)

#define SUM_TEXT_NULL	PG_UINT32_MAX

/*
 * What a sum is of; the texts stand behind it, as a header has them but for
 * those that are too long for one.
 */
typedef struct SumKind
{
	int32		day;
	uint16		flags;			/* those of the header */
	uint8		table;
	bool		of_management;
	uint32		size;			/* of the texts */
	uint32		lengths[SUMMED_TEXTS];
	char		texts[FLEXIBLE_ARRAY_MEMBER];
} SumKind;

/* Number of bytes of a kind. */
static inline Size
sum_kind_size(const SumKind *kind)
{
	return offsetof(SumKind, texts) + kind->size;
}

/* A sum. */
typedef struct Sum
{
	const SumKind *kind;
	uint32		hash;
	char		status;
	int64		events;
	int64		errors;
	TimestampTz first;
	TimestampTz last;
} Sum;

/* activity_write.c */

/* The texts of a kind, as stored. */
extern void sum_texts(const SumKind *kind, ct_slice texts[SUMMED_TEXTS]);

/* Returns a sum as a row of cloudtrail_sum_events(). */
extern void return_sum(const Sum *sum, ReturnSetInfo *to);

/* The tables of sums being written to. */
typedef struct SumWriter
{
	TableWriter tables[SUM_TABLES];
	MemoryContext context;		/* of some rows */
} SumWriter;

/* Begins to write sums; false if that takes INSERT. */
extern bool begin_sum_write(SumWriter *writer, const Trail *trail);

/* Writes the sums of one table. */
extern void write_sums(SumWriter *writer, SumTable table, const Sum **sums, int count);

/* Ends it. */
extern void end_sum_write(SumWriter *writer);

#endif							/* CLOUDTRAIL_ACTIVITY_SUM_H */
