/*
 * logpath.h: what the folders of S3's layout tell of the log files in them.
 *
 * A log file lies in
 *	AWSLogs/[o-organization/]111122223333/CloudTrail/us-east-2/2015/08/01/
 * with any prefix.  Each folder says more of the files below it; a folder that
 * is named otherwise says nothing, nor do those in it.
 */
#ifndef CT_LOGPATH_H
#define CT_LOGPATH_H

#include "core/evidence/filename.h"

/* Which folder of the layout comes next. */
typedef enum ct_log_step
{
	CT_LOG_ROOT,				/* AWSLogs, or an account that CloudTrail follows */
	CT_LOG_ORGANIZATION,		/* or an account */
	CT_LOG_ACCOUNT,
	CT_LOG_KIND,
	CT_LOG_REGION,
	CT_LOG_YEAR,
	CT_LOG_MONTH,
	CT_LOG_DAY,
	CT_LOG_OTHER				/* the layout was left, or ends */
} ct_log_step;

#define CT_LOG_ACCOUNT_LENGTH	12
#define CT_LOG_REGION_MAX		31

typedef struct ct_log_path
{
	ct_log_step step;
	bool		account_known;
	bool		region_known;
	char		account_id[CT_LOG_ACCOUNT_LENGTH + 1];
	char		region[CT_LOG_REGION_MAX + 1];
	int			year;
	int			month;
	int64_t		from;			/* delivered from then on; INT64_MIN if that is not known */
	int64_t		until;			/* and before then; INT64_MAX if that is not known */
} ct_log_path;

/* Begins outside of all folders. */
extern void ct_log_path_begin(ct_log_path *path);

/* Goes into a folder. */
extern void ct_log_path_enter(ct_log_path *path, ct_slice folder);

/* Takes in what a file's own name says, which is more exact than its folders. */
extern void ct_log_path_file(ct_log_path *path, ct_slice name);

#endif							/* CT_LOGPATH_H */
