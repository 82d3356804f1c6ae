/*
 * s3_settings.c: what the environment and a profile say about AWS, and the
 * URLs that follow from it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "s3_settings.h"
#include "s3_uri.h"
#include "text.h"

/* The domains of AWS's partitions, by what their Regions begin with. */
static const struct
{
	const char *region;
	const char *domain;
}			partitions[] = {
	{"cn-", "amazonaws.com.cn"},
	{"us-iso-", "c2s.ic.gov"},
	{"us-isob-", "sc2s.sgov.gov"},
	{"us-isof-", "csp.hci.ic.gov"},
	{"eu-isoe-", "cloud.adc-e.uk"},
	{"eusc-", "amazonaws.eu"},
	{"", "amazonaws.com"},
};

/* A variable of the environment; NULL if it is empty. */
static const char *
environment(const char *name)
{
	const char *value = getenv(name);

	return value == NULL || *value == '\0' ? NULL : value;
}

/*
 * A variable of the environment, else another, else a setting of the profile;
 * NULL if none is set.
 */
static const char *
setting(const s3_settings *settings, const s3_profiles *profiles, const char *variable,
		const char *other_variable, const char *name)
{
	const char *value = environment(variable);

	if (value == NULL && other_variable != NULL)
		value = environment(other_variable);
	if (value == NULL)
		value = s3_profile_value(profiles, settings->profile, name);
	return value == NULL || *value == '\0' ? NULL : value;
}

/* Whether a setting is true. */
static bool
is_true(const char *value)
{
	return value != NULL && strcasecmp(value, "true") == 0;
}

/* Reads an endpoint that is set, without slashes at its end; false if it is not a URL. */
static bool
read_endpoint(const char *value, char **endpoint, char *reason, size_t room)
{
	size_t		length;

	if (value == NULL)
		return true;
	length = strlen(value);
	while (length > 0 && value[length - 1] == '/')
		length--;
	if ((strncmp(value, "http://", 7) != 0 && strncmp(value, "https://", 8) != 0) ||
		strpbrk(value, "@?# \t\r\n") != NULL || length <= strlen("https://"))
	{
		snprintf(reason, room,
				 "endpoint must be http://HOST or https://HOST, with a port or path at most");
		return false;
	}
	*endpoint = strndup(value, length);
	if (*endpoint == NULL)
		out_of_memory();
	return true;
}

/* Reads all but the profile's name. */
static bool
read_settings(s3_settings *s, const s3_profiles *profiles, char *reason, size_t room)
{
	bool		ignore = is_true(setting(s, profiles, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", NULL,
										 "ignore_configured_endpoint_urls"));
	const char *region = setting(s, profiles, "AWS_REGION", "AWS_DEFAULT_REGION", "region");
	const char *value = setting(s, profiles, "AWS_CA_BUNDLE", NULL, "ca_bundle");

	if (region != NULL && !s3_is_region(region))
	{
		snprintf(reason, room, "invalid name of a Region");
		return false;
	}
	snprintf(s->region, sizeof(s->region), "%s", region == NULL ? "us-east-1" : region);
	s->ca_bundle = value == NULL ? NULL : copy_text(value);
	s->fips = is_true(setting(s, profiles, "AWS_USE_FIPS_ENDPOINT", NULL, "use_fips_endpoint"));
	s->dualstack = is_true(setting(s, profiles, "AWS_USE_DUALSTACK_ENDPOINT", NULL,
								   "use_dualstack_endpoint"));
	if (ignore)
		return true;
	return read_endpoint(setting(s, profiles, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL",
								 "endpoint_url"),
						 &s->endpoint, reason, room) &&
		read_endpoint(setting(s, profiles, "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL",
							  "endpoint_url"),
					  &s->sts_endpoint, reason, room);
}

bool
s3_settings_read(s3_settings *settings, char *reason, size_t room)
{
	const char *profile = environment("AWS_PROFILE");
	s3_profiles profiles;
	bool		good;

	memset(settings, 0, sizeof(*settings));
	if (profile == NULL)
		profile = environment("AWS_DEFAULT_PROFILE");
	settings->profile_chosen = profile != NULL;
	settings->profile = copy_text(profile == NULL ? "default" : profile);
	s3_profiles_read(&profiles);
	good = read_settings(settings, &profiles, reason, room);
	s3_profiles_release(&profiles);
	return good;
}

bool
s3_is_region(const char *text)
{
	size_t		length = strlen(text);

	return length >= 2 && length < S3_REGION_ROOM &&
		strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == length &&
		text[0] != '-' && text[length - 1] != '-';
}

/* The domain of a Region's partition. */
static const char *
domain_of(const char *region)
{
	size_t		i = 0;

	while (strncmp(region, partitions[i].region, strlen(partitions[i].region)) != 0)
		i++;
	return partitions[i].domain;
}

bool
s3_region_of_host(const char *host, char region[S3_REGION_ROOM])
{
	for (size_t i = 0; i < sizeof(partitions) / sizeof(partitions[0]); i++)
	{
		size_t		length = strlen(host);
		size_t		domain = strlen(partitions[i].domain);
		const char *end = host + length - domain - 1;
		const char *begin;

		if (length <= domain + 1 || *end != '.' || strcmp(end + 1, partitions[i].domain) != 0)
			continue;
		begin = memrchr(host, '.', (size_t) (end - host));
		begin = begin == NULL ? host : begin + 1;
		/* The older form: s3-eu-west-1.amazonaws.com */
		if (strncmp(begin, "s3-", 3) == 0)
			begin += 3;
		if (end - begin >= S3_REGION_ROOM || end - begin < 2)
			return false;
		memcpy(region, begin, (size_t) (end - begin));
		region[end - begin] = '\0';
		return s3_is_region(region) && strchr(region, '-') != NULL;
	}
	return false;
}

/* Completes a target of which the URL up to the path, and the path, are known. */
static void
complete(s3_target *target, char *base, const char *query)
{
	const char *authority = strstr(base, "://") + 3;
	size_t		host_length = strcspn(authority, "/");
	text_stream stream;
	FILE	   *out = open_text(&stream);

	fprintf(out, "%.*s%s", (int) (authority + host_length - base), base, target->path);
	if (*query != '\0')
		fprintf(out, "?%s", query);
	target->url = close_text(&stream);
	target->host = strndup(authority, host_length);
	if (target->host == NULL)
		out_of_memory();
	free(base);
}

/* The URL of S3 in a Region, with the bucket in its host if it can be there. */
static char *
base_url(const s3_settings *settings, const char *region, const char *bucket, bool in_host)
{
	text_stream stream;
	FILE	   *out = open_text(&stream);

	if (settings->endpoint != NULL)
		fputs(settings->endpoint, out);
	else
		fprintf(out, "https://%s%ss3%s%s.%s.%s", in_host ? bucket : "", in_host ? "." : "",
				settings->fips ? "-fips" : "", settings->dualstack ? ".dualstack" : "",
				region, domain_of(region));
	return close_text(&stream);
}

void
s3_target_make(s3_target *target, const s3_settings *settings, const char *region,
			   const char *bucket, const char *key, const char *query)
{
	/* A certificate *.s3.amazonaws.com does not hold for a bucket with dots. */
	bool		in_host = settings->endpoint == NULL && strchr(bucket, '.') == NULL;
	char	   *base = base_url(settings, region, bucket, in_host);
	const char *path = strchr(strstr(base, "://") + 3, '/');
	text_stream stream;
	FILE	   *out = open_text(&stream);

	if (path != NULL)
		fputs(path, out);
	if (!in_host)
		fprintf(out, "/%s", bucket);
	/* A bucket in the path needs no slash behind it. */
	if (in_host || *key != '\0')
		fputc('/', out);
	s3_put_encoded(out, key, true);
	target->path = close_text(&stream);
	complete(target, base, query);
}

void
s3_target_sts(s3_target *target, const s3_settings *settings)
{
	text_stream stream;
	FILE	   *out = open_text(&stream);
	char	   *base;
	const char *path;

	if (settings->sts_endpoint != NULL)
		fputs(settings->sts_endpoint, out);
	else
		fprintf(out, "https://sts%s.%s.%s", settings->fips ? "-fips" : "", settings->region,
				domain_of(settings->region));
	base = close_text(&stream);
	path = strchr(strstr(base, "://") + 3, '/');
	target->path = copy_text(path == NULL ? "/" : path);
	complete(target, base, "");
}

void
s3_target_release(s3_target *target)
{
	free(target->url);
	free(target->host);
	free(target->path);
}

void
s3_settings_release(s3_settings *settings)
{
	free(settings->profile);
	free(settings->endpoint);
	free(settings->sts_endpoint);
	free(settings->ca_bundle);
}
