/*
 * trail_evidence.h: the digests, keys and log files of a trail, judged.
 */
#ifndef CLOUDTRAIL_TRAIL_EVIDENCE_H
#define CLOUDTRAIL_TRAIL_EVIDENCE_H

#include "core/evidence/verdict.h"
#include "utils/palloc.h"

/*
 * Judges a trail.  The result lives as long as the context.  Without files
 * only the digests are judged.
 */
extern ct_verdict *judge_trail(MemoryContext context, Oid trail, bool files);

#endif							/* CLOUDTRAIL_TRAIL_EVIDENCE_H */
