/*
 * s3_layout.h: where in CloudTrail's layout of a bucket a prefix or key lies:
 *
 * [prefix/]AWSLogs/[o-organization/]account/CloudTrail/region/2024/01/31/file
 */
#ifndef LOAD_S3_LAYOUT_H
#define LOAD_S3_LAYOUT_H

#include "select.h"

/* What comes next below a prefix. */
typedef enum s3_level
{
	LEVEL_OUTSIDE,				/* AWSLogs has not come yet, and may not */
	LEVEL_ACCOUNTS,				/* or the organization */
	LEVEL_KINDS,				/* CloudTrail, CloudTrail-Digest, Config, ... */
	LEVEL_REGIONS,
	LEVEL_YEARS,
	LEVEL_MONTHS,
	LEVEL_DAYS,
	LEVEL_FILES,
	LEVEL_OTHER					/* it is not as CloudTrail has it */
} s3_level;

typedef struct s3_layout
{
	s3_level	level;
	ct_slice	account;		/* no slices for what has not come */
	ct_slice	kind;
	ct_slice	region;
	size_t		region_end;		/* length of the prefix up to the Region and its slash */
	int			year;			/* 0 for what has not come */
	int			month;
	int			day;
} s3_layout;

/* Takes a prefix or key apart. */
extern void s3_layout_read(s3_layout *layout, const char *key);

/* Whether it is of another service, which delivers into the same folders. */
extern bool s3_layout_foreign(const s3_layout *layout);

/* Whether something below a prefix may be wanted, of a day and later (0: of any). */
extern bool s3_layout_wanted(const s3_layout *layout, const selection *s, select_day since);

#endif							/* LOAD_S3_LAYOUT_H */
