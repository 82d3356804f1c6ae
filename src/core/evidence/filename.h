/*
 * filename.h: what the names of CloudTrail's files in S3 tell.
 */
#ifndef CT_FILENAME_H
#define CT_FILENAME_H

#include "core/event/record.h"

/*
 * A log file:	111122223333_CloudTrail_us-east-2_20150801T0210Z_Abc.json.gz
 * A digest:	111122223333_CloudTrail-Digest_us-east-2_trail_us-east-1_20150801T021000Z.json.gz
 * Others:		111122223333_CloudTrail-Insight_us-east-2_20150801T0210Z_Abc.json.gz
 */
typedef enum ct_name_kind
{
	CT_NAME_UNKNOWN,
	CT_NAME_LOG,
	CT_NAME_DIGEST,
	CT_NAME_OTHER
} ct_name_kind;

typedef struct ct_filename
{
	ct_name_kind kind;
	ct_slice	base;			/* the name without folders */
	ct_slice	account_id;		/* the rest is not set where the name is another */
	ct_slice	region;
	int64_t		time;			/* of delivery, or of the end of the digest's hour */
	ct_slice	chain;			/* of a digest: the name up to the time, shared by its chain */
	bool		backfill;		/* a digest of log files that came late, of a chain of its own */
} ct_filename;

/* The name without folders. */
extern ct_slice ct_base_name(ct_slice path);

/* The source of a file: its key in S3 from AWSLogs/ on, if the path has that, else the path. */
extern ct_slice ct_source_of(ct_slice path);

/* Takes the name of a file apart, of whatever kind it is. */
extern ct_name_kind ct_file_name(ct_slice path, ct_filename *name);

/* Tells by its ending whether a file is a log file. */
extern bool ct_has_log_ending(ct_slice path);

/* Takes the name of a log file apart; false where it is none. */
extern bool ct_log_name(ct_slice path, ct_filename *name);

/* Takes the name of a digest apart; false where it is none. */
extern bool ct_digest_name(ct_slice path, ct_filename *name);

#endif							/* CT_FILENAME_H */
