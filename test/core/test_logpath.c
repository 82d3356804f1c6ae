/*
 * test_logpath.c: what folders and names of S3's layout tell, and what others do not.
 */
#include <stdlib.h>
#include <string.h>

#include "../generator/rng.h"
#include "core/base/event_time.h"
#include "core/evidence/logpath.h"
#include "tap.h"

#define TRIALS	20000

static const struct
{
	const char *path;			/* folders, and a name if it does not end in a slash */
	const char *account_id;		/* NULL if it is not known */
	const char *region;
	const char *from;
	const char *until;
}			cases[] = {
	{"srv/", NULL, NULL, NULL, NULL},
	{"AWSLogs/111122223333/", "111122223333", NULL, NULL, NULL},
	{"AWSLogs/o-abcdefghij/111122223333/CloudTrail/", "111122223333", NULL, NULL, NULL},
	{"x/AWSLogs/111122223333/CloudTrail/us-east-2/", "111122223333", "us-east-2", NULL, NULL},
	{"AWSLogs/111122223333/CloudTrail/us-east-2/2015/", "111122223333", "us-east-2", "2015-01-01T00:00:00Z", "2016-01-01T00:00:00Z"},
	{"AWSLogs/111122223333/CloudTrail/us-east-2/2015/12/", "111122223333", "us-east-2", "2015-12-01T00:00:00Z", "2016-01-01T00:00:00Z"},
	{"AWSLogs/111122223333/CloudTrail/us-gov-west-1/2016/02/29/", "111122223333", "us-gov-west-1", "2016-02-29T00:00:00Z", "2016-03-01T00:00:00Z"},
	{"AWSLogs/111122223333/CloudTrail/us-east-2/2015/02/29/", "111122223333", "us-east-2", "2015-02-01T00:00:00Z", "2015-03-01T00:00:00Z"},
	{"AWSLogs/111122223333/CloudTrail/us-east-2/2015/13/01/", "111122223333", "us-east-2", "2015-01-01T00:00:00Z", "2016-01-01T00:00:00Z"},
	{"AWSLogs/111122223333/CloudTrail/us-east-2/0000/01/01/", "111122223333", "us-east-2", NULL, NULL},
	{"AWSLogs/111122223333/CloudTrail/US-EAST/2015/01/", "111122223333", NULL, NULL, NULL},
	{"AWSLogs/111122223333/elasticloadbalancing/us-east-2/2015/", "111122223333", NULL, NULL, NULL},
	{"AWSLogs/11112222333x/CloudTrail/us-east-2/2015/", NULL, NULL, NULL, NULL},
	{"111122223333/CloudTrail/us-east-2/2015/", "111122223333", "us-east-2", "2015-01-01T00:00:00Z", "2016-01-01T00:00:00Z"},
	{"111122223333/backup/us-east-2/2015/", NULL, NULL, NULL, NULL},
	{"111122223333/444455556666/CloudTrail-Insight/us-east-2/", "444455556666", "us-east-2", NULL, NULL},
	{"111122223333/AWSLogs/444455556666/", "444455556666", NULL, NULL, NULL},
	{"x/111122223333_CloudTrail_us-east-2_20150801T0210Z_Abc.json.gz", "111122223333", "us-east-2", "2015-08-01T02:10:00Z", "2015-08-01T02:11:00Z"},
	{"x/111122223333_CloudTrail-NetworkActivity_us-east-2_20150801T0210Z_Abc.json.gz", "111122223333", "us-east-2", "2015-08-01T02:10:00Z", "2015-08-01T02:11:00Z"},
	{"x/111122223333_CloudTrail_us-east-2_20150801T021030Z_Abc.json.gz", "111122223333", "us-east-2", "2015-08-01T02:10:30Z", "2015-08-01T02:11:30Z"},
	{"x/111122223333_CloudTrail_us-east-2_20150801021000_merged.json.gz", NULL, NULL, NULL, NULL},
	{"x/111122223333_CloudTrail_us-east-2_201508010210_merged.json.gz", NULL, NULL, NULL, NULL},
	{"x/111122223333_CloudTrail_us-east-2_2015-08-01T02:10Z_merged.json.gz", NULL, NULL, NULL, NULL},
	{"x/111122223333_CloudTrail_us-east-2_20150801T0210_merged.json.gz", NULL, NULL, NULL, NULL},
	{"x/111122223333_CloudTrail_US_20150801T0210Z_Abc.json.gz", NULL, NULL, NULL, NULL},
	{"AWSLogs/111122223333/CloudTrail/us-east-2/2015/08/01/444455556666_CloudTrail_eu-west-1_20160801T0210Z_A.json.gz", "444455556666", "eu-west-1", "2016-08-01T02:10:00Z", "2016-08-01T02:11:00Z"},
	{"AWSLogs/111122223333/CloudTrail/us-east-2/2015/08/01/other.json.gz", "111122223333", "us-east-2", "2015-08-01T00:00:00Z", "2015-08-02T00:00:00Z"},
};

/* Goes along a path. */
static void
follow(const char *text, ct_log_path *path)
{
	const char *slash;

	ct_log_path_begin(path);
	for (; (slash = strchr(text, '/')) != NULL; text = slash + 1)
		ct_log_path_enter(path, (ct_slice) {text, (size_t) (slash - text)});
	if (*text != '\0')
		ct_log_path_file(path, (ct_slice) {text, strlen(text)});
}

/* Tells whether a time is the one written, or the bound where none is. */
static bool
is_time(int64_t time, const char *written, int64_t bound)
{
	int64_t		expected = bound;

	return (written == NULL || ct_parse_time(written, strlen(written), &expected)) && time == expected;
}

/* Tests one path. */
static void
test_case(size_t i)
{
	ct_log_path path;

	follow(cases[i].path, &path);
	ok(path.account_known == (cases[i].account_id != NULL) &&
	   (!path.account_known || strcmp(path.account_id, cases[i].account_id) == 0) &&
	   path.region_known == (cases[i].region != NULL) &&
	   (!path.region_known || strcmp(path.region, cases[i].region) == 0) &&
	   is_time(path.from, cases[i].from, INT64_MIN) && is_time(path.until, cases[i].until, INT64_MAX),
	   "%s", cases[i].path);
}

/* Follows a known path of which some bytes are others: whatever is read stays within bounds. */
static bool
follow_damaged(rng *random)
{
	const char *known = cases[rng_below(random, sizeof(cases) / sizeof(*cases))].path;
	char	   *copy = strdup(known);
	ct_log_path path;
	bool		fine;

	for (int n = 0; n < 3; n++)
		copy[rng_below(random, (uint32_t) strlen(known))] = (char) (1 + rng_below(random, 255));
	follow(copy, &path);
	fine = path.from < path.until && strlen(path.region) <= CT_LOG_REGION_MAX &&
		strlen(path.account_id) <= CT_LOG_ACCOUNT_LENGTH;
	free(copy);
	return fine;
}

/* Tells which endings are those of log files. */
static void
test_endings(void)
{
	static const char *const logs[] = {"a.json", "a.JSON.GZ", "b.ndjson", "c.jsonl", "d.zst", "event_history.csv"};
	static const char *const others[] = {"", ".gz", "json", "a.json.gz.sig", "README", "a.gzip", "a.csv.metadata"};

	for (size_t i = 0; i < sizeof(logs) / sizeof(*logs); i++)
		ok(ct_has_log_ending((ct_slice) {logs[i], strlen(logs[i])}), "\"%s\" is a log file's name", logs[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		ok(!ct_has_log_ending((ct_slice) {others[i], strlen(others[i])}), "\"%s\" is not", others[i]);
}

int
main(void)
{
	rng			random = rng_fork(5, 1);
	int			fine = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		test_case(i);
	for (int n = 0; n < TRIALS; n++)
		fine += follow_damaged(&random);
	ok(fine == TRIALS, "%d damaged paths", TRIALS);
	test_endings();
	return done_testing();
}
