/*
 * test_select.c: addresses, CloudTrail's layout and names are taken apart as
 * they should, and what is not of their form is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "../core/tap.h"
#include "load/s3_layout.h"
#include "load/s3_settings.h"
#include "load/s3_uri.h"

#define FOLDER	"AWSLogs/111122223333/CloudTrail/us-east-1/2024/01/31/"
#define LOG		"111122223333_CloudTrail_us-east-1_20240131T2355Z_Abc.json.gz"
#define DIGEST	"111122223333_CloudTrail-Digest_us-east-1_my_trail_eu-west-1_20240131T230000Z.json.gz"
#define INSIGHT "111122223333_CloudTrail-Insight_us-east-1_20240131T2355Z_Abc.json.gz"

/* Whether a text is an address; NULL for what is none. */
static void
test_uri(const char *text, const char *bucket, const char *key)
{
	char		reason[200];
	s3_uri		uri;
	bool		good = s3_uri_read(text, &uri, reason, sizeof(reason));

	if (bucket == NULL)
		ok(!good, "no address: %s", text);
	else
		ok(good && strcmp(uri.bucket, bucket) == 0 && strcmp(uri.key, key) == 0, "%s", text);
}

static void
test_decode(const char *text, const char *decoded)
{
	char	   *copy = strdup(text);

	s3_decode(copy);
	ok(strcmp(copy, decoded) == 0, "decoded: %s", text);
	free(copy);
}

/* Whether a host is one of AWS's, and of which Region; NULL for others. */
static void
test_host(const char *host, const char *expected)
{
	char		region[S3_REGION_ROOM] = "";
	bool		good = s3_region_of_host(host, region);

	ok(expected == NULL ? !good : good && strcmp(region, expected) == 0, "host %s", host);
}

static void
test_level(const char *key, s3_level level)
{
	s3_layout	layout;

	s3_layout_read(&layout, key);
	ok(layout.level == level, "level %d: %s", (int) layout.level, key);
}

static void
test_day(const char *text, select_day expected)
{
	select_day	day = 0;

	ok(select_read_day(text, &day) == (expected != 0) && (expected == 0 || day == expected),
	   "day %s", text);
}

/* Where a request goes. */
static void
test_target(s3_settings *settings, const char *region, const char *bucket, const char *key,
			const char *expected)
{
	s3_target	target;

	s3_target_make(&target, settings, region, bucket, key, "");
	ok(strcmp(target.url, expected) == 0, "%s", target.url);
	s3_target_release(&target);
}

static void
test_selection(void)
{
	selection	s = {
		.since = 20240131, .until = 20240131, .accounts = {"111122223333"}, .account_count = 1,
		.regions = {"us-east-1"}, .region_count = 1
	};

	ok(select_file(&s, FOLDER LOG), "a log file");
	ok(select_file(&s, DIGEST), "a digest");
	ok(select_file(&s, INSIGHT), "a file of Insights");
	ok(!select_file(&s, "AWSLogs/x.json.gz"), "a name that tells nothing");
	ok(!select_file(&s, "111122223333_Config_us-east-1_20240131T2355Z_Abc.json.gz"),
	   "another service's");
	s.since = 20240201;
	ok(!select_file(&s, LOG) && !select_file(&s, DIGEST), "too early");
	s.since = 0;
	s.until = 20240130;
	ok(!select_file(&s, LOG) && !select_file(&s, DIGEST), "too late");
	s.until = 0;
	s.regions[0] = "us-east-2";
	ok(!select_file(&s, LOG), "another Region");
	ok(select_file(&(selection) {0}, "x"), "without a choice all are wanted");
}

static void
test_targets(void)
{
	s3_settings settings = {0};

	test_target(&settings, "eu-west-1", "logs", "a b/c",
				"https://logs.s3.eu-west-1.amazonaws.com/a%20b/c");
	test_target(&settings, "eu-west-1", "my.logs", "",
				"https://s3.eu-west-1.amazonaws.com/my.logs");
	test_target(&settings, "cn-north-1", "logs", "",
				"https://logs.s3.cn-north-1.amazonaws.com.cn/");
	test_target(&settings, "us-iso-east-1", "logs", "",
				"https://logs.s3.us-iso-east-1.c2s.ic.gov/");
	test_target(&settings, "us-isob-east-1", "logs", "",
				"https://logs.s3.us-isob-east-1.sc2s.sgov.gov/");
	settings.fips = settings.dualstack = true;
	test_target(&settings, "us-gov-west-1", "logs", "",
				"https://logs.s3-fips.dualstack.us-gov-west-1.amazonaws.com/");
	settings.endpoint = "http://127.0.0.1:9000/base";
	test_target(&settings, "us-east-1", "logs", "a", "http://127.0.0.1:9000/base/logs/a");
}

int
main(void)
{
	test_uri("s3://logs", "logs", "");
	test_uri("s3://logs/", "logs", "");
	test_uri("s3://logs/AWSLogs/x", "logs", "AWSLogs/x");
	test_uri("s3://my.logs-1/x", "my.logs-1", "x");
	test_uri("s3://", NULL, NULL);
	test_uri("s3:///x", NULL, NULL);
	test_uri("s3://ab/x", NULL, NULL);
	test_uri("s3://Logs/x", NULL, NULL);
	test_uri("s3://-logs/x", NULL, NULL);
	test_uri("s3://a..b/x", NULL, NULL);
	test_uri("s3://a@b.c/x", NULL, NULL);
	test_uri("s3://arn:aws:s3:us-east-1:111122223333:accesspoint/x", NULL, NULL);

	test_decode("a%20b+c%2Fd", "a b c/d");
	test_decode("%C3%A9%", "\xc3\xa9%");
	test_decode("%4", "%4");
	test_decode("%zz%00", "%zz%00");

	test_host("logs.s3.eu-west-1.amazonaws.com", "eu-west-1");
	test_host("s3-eu-west-1.amazonaws.com", "eu-west-1");
	test_host("logs.s3.cn-north-1.amazonaws.com.cn", "cn-north-1");
	test_host("logs.s3.amazonaws.com", NULL);
	test_host("logs.s3.eu-west-1.amazonaws.com.evil.example", NULL);
	test_host("evilamazonaws.com", NULL);
	test_host("", NULL);
	ok(s3_is_region("eu-west-1") && !s3_is_region("eu west") &&
	   !s3_is_region("evil.example.org/") &&
	   !s3_is_region("") && !s3_is_region("-x"), "names of Regions");

	test_level("", LEVEL_OUTSIDE);
	test_level("prefix/", LEVEL_OUTSIDE);
	test_level("AWSLogs/", LEVEL_ACCOUNTS);
	test_level("prefix/AWSLogs/o-abc/", LEVEL_ACCOUNTS);
	test_level("AWSLogs/111122223333/", LEVEL_KINDS);
	test_level("AWSLogs/o-abc/111122223333/", LEVEL_KINDS);
	test_level("AWSLogs/111122223333/CloudTrail-Digest/", LEVEL_REGIONS);
	test_level("AWSLogs/111122223333/CloudTrail/us-east-1/", LEVEL_YEARS);
	test_level("AWSLogs/111122223333/CloudTrail/us-east-1/2024/", LEVEL_MONTHS);
	test_level("AWSLogs/111122223333/CloudTrail/us-east-1/2024/01/", LEVEL_DAYS);
	test_level(FOLDER, LEVEL_FILES);
	test_level(FOLDER LOG, LEVEL_FILES);
	test_level("AWSLogs/me/", LEVEL_OTHER);
	test_level("AWSLogs/111122223333/CloudTrail/us-east-1/x/", LEVEL_OTHER);

	test_day("2024-02-29", 20240229);
	test_day("2023-02-29", 0);
	test_day("2024-13-01", 0);
	test_day("2024-1-1", 0);
	test_day("2024-01-01T00:00", 0);
	ok(select_day_before(20240301, 1) == 20240229, "the day before");

	test_selection();
	test_targets();
	return done_testing();
}
