/*
 * survey.h: what a log file holds, counted item by item as it is read.
 */
#ifndef CLOUDTRAIL_SURVEY_H
#define CLOUDTRAIL_SURVEY_H

#include "cloudtrail.h"

#include <openssl/evp.h>

#include "core/container/container.h"
#include "core/evidence/manifest.h"
#include "lib/stringinfo.h"

/* Months that have partitions: of the years 2000 to 2099. */
#define FIRST_YEAR		2000
#define MONTHS			1200

typedef struct Survey
{
	int64		items;
	int64		events;
	int64		insights;
	int64		rejects;
	int64		others;
	bool		has_management; /* whether one is a management event */
	const char *other;			/* the first, by name, of the kinds of what is no event */
	bool		months[MONTHS];
	int64		month_start;	/* of the month seen last, as the core counts time */
	int64		month_end;
	StringInfoData manifest;
	ct_manifest_writer writer;
	const char *content;		/* the file */
	Size		len;
	const char *event_end;		/* of the event before */
	Size		gaps;			/* bytes between events */
	EVP_MD_CTX *hash;			/* of events kept with other bytes than in the file, or NULL */
} Survey;

/*
 * Begins the survey of a file, whose manifest is of the file itself, or, if
 * the events do not stand in it as they are kept, has a hash of them.
 */
extern void begin_survey(Survey *survey, const char *content, Size len, bool hashed);

/* Counts the next item; false if the manifest cannot be of the kind that was begun. */
extern bool survey_item(Survey *survey, const ct_item *item);

/* Completes the manifest, a bytea; false if it cannot be of the kind that was begun. */
extern bool finish_survey(Survey *survey);

/* Releases what OpenSSL allocated; may be called twice. */
extern void release_survey(Survey *survey);

/*
 * The months of the events, an array of their first moments; the newest, if
 * there are too many for so few events.
 */
extern Datum surveyed_months(const Survey *survey);

/* What a log file is as a whole. */
extern const char *surveyed_kind(const Survey *survey);

#endif							/* CLOUDTRAIL_SURVEY_H */
