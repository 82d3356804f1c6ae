/*
 * s3_profile.h: the shared credentials and config files of AWS's tools.
 */
#ifndef LOAD_S3_PROFILE_H
#define LOAD_S3_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

/* One line "name = value" of a profile. */
typedef struct s3_setting
{
	char	   *profile;
	char	   *name;
	char	   *value;
} s3_setting;

typedef struct s3_profiles
{
	s3_setting *settings;
	size_t		count;
	size_t		room;
} s3_profiles;

/* Reads both files, as far as they exist, in the places that the environment names. */
extern void s3_profiles_read(s3_profiles *profiles);

/* Whether there is a profile of this name. */
extern bool s3_profile_exists(const s3_profiles *profiles, const char *profile);

/* A setting of a profile, that of the credentials file first; NULL if there is none. */
extern const char *s3_profile_value(const s3_profiles *profiles, const char *profile,
									const char *name);

/* Releases what was read. */
extern void s3_profiles_release(s3_profiles *profiles);

#endif							/* LOAD_S3_PROFILE_H */
