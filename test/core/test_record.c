/*
 * test_record.c: what makes a JSON value a CloudTrail record.
 */
#include "core/base/event_time.h"
#include "core/event/record_read.h"
#include "exact.h"
#include "tap.h"

#define TIME "'eventTime':'2024-05-01T10:00:00Z'"

/* Texts that are no records, with the reason and the place. */
static const struct
{
	const char *json;
	ct_error_code code;
	size_t		offset;
}			rejected[] = {
	{"", CT_ERR_VALUE, 0},
	{"{" TIME "", CT_ERR_EOF, 35},
	{"{" TIME "} x", CT_ERR_TRAILING, 37},
	{" {" TIME "}{" TIME "}", CT_ERR_TRAILING, 37},
	{"[{" TIME "}]", CT_ERR_NOT_OBJECT, 0},
	{"  'x'", CT_ERR_NOT_OBJECT, 2},
	{"{}", CT_ERR_NO_EVENT_TIME, 0},
	{" {'eventName':'x'}", CT_ERR_NO_EVENT_TIME, 1},
	{"{'eventTime':null}", CT_ERR_NO_EVENT_TIME, 0},
	{"{'detail':{" TIME "}}", CT_ERR_NO_EVENT_TIME, 0},
	{"{" TIME ",'eventTime':null}", CT_ERR_NO_EVENT_TIME, 0},
	{"{'eventTime':''}", CT_ERR_EVENT_TIME, 14},
	{"{'eventTime':'noon'}", CT_ERR_EVENT_TIME, 14},
	{" {'eventTime':true}", CT_ERR_EVENT_TIME, 14},
	{"{'eventTime':[]}", CT_ERR_EVENT_TIME, 13},
	{"{'eventTime':12}", CT_ERR_EVENT_TIME, 13},
	{"{" TIME ",'eventSource':'aws:s3'}", CT_ERR_NOTIFICATION, 51},
	{"{'eventSource':'aws:kinesis'}", CT_ERR_NOTIFICATION, 16},
};

/* Texts that are. */
static const char *const accepted[] = {
	"{" TIME "}",
	"\r\n\t {" TIME ",'eventSource':'s3.amazonaws.com'} \n",
	"{'eventTime':'2024-05-01 10:00:00.000'}",
	"{'eventTime':1714557600}",
	"{'eventTime':1714557600.0}",
	"{'eventTime':'1714557600000'}",
	"{'eventTime':'2024-05-01T10:00:00\\u005a'}",
	"{'eventTime':'x'," TIME "}",
	"{" TIME ",'eventSource':'aws:'}",
	"{" TIME ",'eventSource':7}",
	"{" TIME ",'requestParameters':{'a':[{}]}}",
};

/* Fields a text is compared to. */
static const struct
{
	const char *json;
	const char *text;
	bool		same;
}			comparisons[] = {
	{"{'eventName':'Get'}", "Get", true},
	{"{'eventName':'\\u0047et'}", "Get", true},
	{"{'eventName':'Get\\u0000'}", "Get", false},
	{"{'eventName':'Gets'}", "Get", false},
	{"{'eventName':'Ge'}", "Get", false},
	{"{'eventName':'get'}", "Get", false},
	{"{'eventName':''}", "", true},
	{"{'eventName':null}", "", false},
	{"{'eventName':null}", "null", false},
	{"{'eventName':12}", "12", false},
	{"{}", "", false},
};

/* A record of a length, made of blanks mostly. */
static void
try_length(size_t len, bool fits)
{
	static const char time[] = "{\"eventTime\":\"2024-05-01T10:00:00Z\"";
	char	   *json = malloc(len);
	ct_record	rec;
	ct_error	err = {0};
	bool		read;

	memset(json, ' ', len);
	memcpy(json, time, strlen(time));
	json[len - 1] = '}';
	read = ct_record_read(json, len, &rec, NULL, &err);
	ok(fits ? read : !read && err.code == CT_ERR_TOO_LARGE && err.offset == 0,
	   "a record of %zu bytes is %s", len, fits ? "fine" : "too large");
	free(json);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(rejected) / sizeof(rejected[0]); i++)
	{
		sample		s = quoted_sample(rejected[i].json);
		ct_error	err = {0};

		if (!ok(!ct_record_read(s.json, strlen(rejected[i].json), &s.rec, NULL, &err) &&
				err.code == rejected[i].code && err.offset == rejected[i].offset,
				"no record: %s", rejected[i].json))
			printf("# %s at %zu\n", ct_error_message(err.code), err.offset);
		drop_sample(&s);
	}
	for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++)
	{
		sample		s = quoted_sample(accepted[i]);
		size_t		len = strlen(accepted[i]);
		ct_value   *time = &s.rec.value[CT_FIELD_event_time];
		ct_habits	habits = {0};
		ct_error	err;

		ok(ct_record_read(s.json, len, &s.rec, NULL, &err) &&
		   s.rec.event_time == INT64_C(1714557600000000), "a record: case %zu", i + 1);
		ok(s.rec.json == s.json && s.rec.length == len, "it is the whole text");
		ok((time->type == CT_STRING) == (s.json[time->offset - 1] == '"'),
		   "its fields are where they are");
		for (int n = 0; n < 3; n++)
			ok(ct_record_read(s.json, len, &s.rec, &habits, &err) &&
			   s.rec.event_time == INT64_C(1714557600000000), "the same with habits");
		drop_sample(&s);
	}
	for (size_t i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++)
	{
		sample		s = quoted_sample(comparisons[i].json);

		ok(ct_is(&s.rec, CT_FIELD_event_name, comparisons[i].text) == comparisons[i].same,
		   "%s is %s\"%s\"", comparisons[i].json, comparisons[i].same ? "" : "not ", comparisons[i].text);
		drop_sample(&s);
	}
	try_length(CT_RECORD_MAX, true);
	try_length(CT_RECORD_MAX + 1, false);
	return done_testing();
}
