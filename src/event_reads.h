/*
 * event_reads.h: how often the large events of a trail were read in one query.
 *
 * Whoever may import may add rows to the ledger, each with a manifest of a few
 * hundred bytes that names the largest events of the trail.  Reading each
 * event for each manifest that names it would cost any amount of time; files
 * of CloudTrail have an event once or twice.
 */
#ifndef CLOUDTRAIL_EVENT_READS_H
#define CLOUDTRAIL_EVENT_READS_H

#include "cloudtrail.h"

#include "utils/hsearch.h"

/* Events from so many bytes on are large; smaller ones cost little more than being named. */
#define LARGE_EVENT		4096

/* For so many manifests a large event is read. */
#define READS_MAX		32

/* A count for each large event; none has been read. */
extern HTAB *event_reads_begin(MemoryContext context);

/* How often an event was read, of those that are large. */
extern int	event_reads(HTAB *reads, int64 time, const uint8 *key);

/* Counts that an event of some length was read; returns how often that was. */
extern int	event_reads_add(HTAB *reads, int64 time, const uint8 *key, Size length);

#endif							/* CLOUDTRAIL_EVENT_READS_H */
