/*
 * s3_settings.h: what the environment and a profile say about AWS, and the
 * URLs that follow from it.
 */
#ifndef LOAD_S3_SETTINGS_H
#define LOAD_S3_SETTINGS_H

#include "s3_profile.h"

/* Room for the name of a Region. */
#define S3_REGION_ROOM	40

typedef struct s3_settings
{
	char	   *profile;		/* its name */
	bool		profile_chosen; /* by the environment: it must exist */
	char		region[S3_REGION_ROOM];
	char	   *endpoint;		/* of S3; NULL for AWS's own */
	char	   *sts_endpoint;	/* the same */
	char	   *ca_bundle;
	bool		fips;
	bool		dualstack;
} s3_settings;

/* Where a request goes. */
typedef struct s3_target
{
	char	   *url;
	char	   *host;			/* as the header Host has it */
	char	   *path;			/* encoded, as it is signed */
} s3_target;

/* Reads the settings; false with the reason if they cannot hold. */
extern bool s3_settings_read(s3_settings *settings, char *reason, size_t room);

/* Whether a text can be the name of a Region: it becomes part of a host's name. */
extern bool s3_is_region(const char *text);

/*
 * The Region in the name of one of AWS's hosts for S3; false if it is another
 * host, or tells none.
 */
extern bool s3_region_of_host(const char *host, char region[S3_REGION_ROOM]);

/* Makes the URL of an object, or of a bucket if the key is empty, with a query. */
extern void s3_target_make(s3_target *target, const s3_settings *settings, const char *region,
						   const char *bucket, const char *key, const char *query);

/* Makes the URL of the Security Token Service. */
extern void s3_target_sts(s3_target *target, const s3_settings *settings);

extern void s3_target_release(s3_target *target);
extern void s3_settings_release(s3_settings *settings);

#endif							/* LOAD_S3_SETTINGS_H */
