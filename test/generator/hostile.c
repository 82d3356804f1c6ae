/*
 * hostile.c: records that are valid JSON and valid events, but odd in every
 * way that real logs, careless tools and ill will have shown.
 */
#include "calendar.h"
#include "edit.h"
#include "hostile.h"

/* A way to be odd: members to set, or a function to call. */
typedef struct oddity
{
	const char *name;
	struct
	{
		const char *key;
		const char *value;		/* a template */
	}			set[3];
	void		(*change) (text *record, scene *s, uint32_t round);
	bool		large;			/* seldom, for its size */
} oddity;

/* Appends count copies of a text. */
static void
repeat(text *out, const char *piece, uint32_t count)
{
	while (count-- > 0)
		text_adds(out, piece);
}

/* Sets a member to a built value and gives the value's memory back. */
static void
set_and_free(text *record, const char *key, text *value)
{
	edit_set(record, key, value->data, value->len);
	text_free(value);
}

/* Nests objects and arrays, up to 900 deep. */
static void
nest_deeply(text *record, scene *s, uint32_t round)
{
	static const uint32_t depths[] = {33, 129, 512, 900};
	uint32_t	depth = depths[round % 4];
	text		value = {0};

	(void) s;
	repeat(&value, round % 2 ? "[" : "{\"a\":", depth);
	text_lit(&value, "\"prod/db\"");
	repeat(&value, round % 2 ? "]" : "}", depth);
	set_and_free(record, "requestParameters", &value);
}

/* Repeats members of the outer object and of inner ones. */
static void
duplicate_keys(text *record, scene *s, uint32_t round)
{
	static const char *const repeated[] = {
		"\"eventName\":\"GetSecretValue\"",
		"\"eventTime\":\"2020-02-29T23:59:59Z\"",
		"\"requestParameters\":{\"secretId\":\"first\",\"secretId\":\"second\"}",
		"\"eventName\":\"A\",\"eventName\":\"B\",\"eventSource\":\"secretsmanager.amazonaws.com\"",
		"\"userIdentity\":{\"type\":\"Root\",\"type\":\"IAMUser\",\"userName\":\"last\"}"
	};
	const char *members = repeated[round % 5];

	(void) s;
	edit_append(record, members, strlen(members));
}

/* Spells a key with an escape. */
static void
escape_key(text *record, scene *s, uint32_t round)
{
	static const struct
	{
		const char *key;
		const char *spelled;
	}			spellings[] = {
		{"eventName", "\"event\\u004eame\""},
		{"eventTime", "\"\\u0065ventTime\""},
		{"userIdentity", "\"userIdentit\\u0079\""},
		{"requestParameters", "\"request\\u0050arameters\""},
		{"eventSource", "\"event\\u0053ource\""},
	};
	member		m;

	(void) s;
	if (edit_find(record, spellings[round % 5].key, &m))
		edit_splice(record, m.key, m.value - 1, spellings[round % 5].spelled, strlen(spellings[round % 5].spelled));
}

/* Makes one string up to 100 kB long. */
static void
lengthen_string(text *record, scene *s, uint32_t round)
{
	static const uint32_t lengths[] = {100000, 2000, 65536, 8192};
	text		value = {0};

	text_addc(&value, '"');
	text_random(&value, s->rng, alphabet_base64, 64, lengths[round % 4]);
	text_addc(&value, '"');
	set_and_free(record, round % 2 ? "errorMessage" : "userAgent", &value);
}

/* Makes the record larger than the 256 kB that CloudTrail keeps to. */
static void
enlarge(text *record, scene *s, uint32_t round)
{
	text		value = {0};

	text_lit(&value, "{\"items\":[");
	for (uint32_t i = 0; value.len < 262144 + round % 2 * 800000; i++)
	{
		text_adds(&value, i ? ",{\"id\":\"" : "{\"id\":\"");
		text_uuid(&value, s->rng);
		text_lit(&value, "\",\"state\":\"pending\"}");
	}
	text_lit(&value, "]}");
	set_and_free(record, "responseElements", &value);
}

/* Gives an object thousands of keys, some of them long. */
static void
add_many_keys(text *record, scene *s, uint32_t round)
{
	text		value = {0};

	(void) s;
	text_addc(&value, '{');
	for (uint32_t i = 0; i < 3000; i++)
	{
		text_adds(&value, i ? ",\"k" : "\"k");
		text_uint(&value, i * 7919 + round);
		text_lit(&value, "\":null");
	}
	text_lit(&value, ",\"");
	repeat(&value, "long-key-", 2000);
	text_lit(&value, "\":true}");
	set_and_free(record, "additionalEventData", &value);
}

/* Writes the event's time in another form. */
static void
respell_time(text *record, scene *s, uint32_t round)
{
	static const char *const tails[] = {".198Z", ".123456Z", ".123456789Z", "", ".000", ".000000000", "+00:00",
		"+02:00"};
	civil		c = calendar_split(s->time);
	text		iso = {0};
	text		value = {0};

	text_iso(&iso, s->time);
	iso.len--;
	text_addc(&value, '"');
	switch (round % 13)
	{
		case 8:
			text_compact_time(&value, s->time, true);
			break;
		case 9:
			text_compact_time(&value, s->time, false);
			break;
		case 10:
			value.len = 0;
			text_uint(&value, (uint64_t) (s->time / SECOND_MS));
			text_lit(&value, ".0");
			break;
		case 11:
			text_long_date(&value, s->time, s->event % 2 == 0);
			break;
		case 12:
			{
				static const char *const weekdays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};

				text_adds(&value, weekdays[s->time / DAY_MS % 7]);
				text_addc(&value, ' ');
				text_adds(&value, month_names[c.month - 1]);
				text_addc(&value, ' ');
				text_two_digits(&value, c.day);
				text_add(&value, iso.data + 10, 9);
				value.data[value.len - 9] = ' ';
				text_lit(&value, " UTC ");
				text_uint(&value, (uint64_t) c.year);
			}
			break;
		default:
			text_add(&value, iso.data, iso.len);
			/* The forms without a zone have a space for the T. */
			if (round % 13 >= 3 && round % 13 <= 5)
				value.data[11] = ' ';
			text_adds(&value, tails[round % 13]);
			break;
	}
	if (value.data[0] == '"')
		text_addc(&value, '"');
	set_and_free(record, "eventTime", &value);
	text_free(&iso);
}

/* Leaves a member out. */
static void
leave_out(text *record, scene *s, uint32_t round)
{
	static const char *const keys[] = {"eventID", "eventVersion", "userIdentity", "awsRegion", "eventType",
		"recipientAccountId", "requestParameters"};

	(void) s;
	edit_remove(record, keys[round % 7]);
}

/* Puts white space wherever JSON allows it. */
static void
space_out(text *record, scene *s, uint32_t round)
{
	static const char *const spaces[] = {" ", "\t", "  ", " \t "};
	text		spaced = {0};
	bool		in_string = false;

	(void) s;
	for (size_t i = 0; i < record->len; i++)
	{
		char		c = record->data[i];

		text_addc(&spaced, c);
		if (in_string && c == '\\')
			text_addc(&spaced, record->data[++i]);
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string && strchr("{}[]:,", c) != NULL)
			text_adds(&spaced, spaces[round % 4]);
	}
	edit_splice(record, 0, record->len, spaced.data, spaced.len);
	text_free(&spaced);
}

static const oddity oddities[] = {
	{"nul-escape", .set = {{"userAgent", "'aws-cli/2.15\\u0000.30'"}, {"requestParameters",
			"{'secretId':'prod/\\u0000/db','note':'a\\u0000b'}"}}},
	{"nul-in-key", .set = {{"requestParameters", "{'se\\u0000cretId':'x','secretId':'prod/db'}"}}},
	{"lone-high-surrogate", .set = {{"userAgent", "'agent \\ud800 end'"}, {"errorMessage", "'cut off \\ud83d'"}}},
	{"lone-low-surrogate", .set = {{"requestParameters", "{'name':'x\\udfffy','secretId':'\\udc00'}"}}},
	{"swapped-surrogates", .set = {{"userAgent", "'\\ude00\\ud83d \\ud800\\ud800'"}}},
	{"surrogate-pair", .set = {{"userAgent", "'ok \\ud83d\\ude00'"}, {"requestParameters",
			"{'name':'caf\\u00e9 \xc3\xa9 \xf0\x9f\x94\x91 \xe2\x80\xae txt.exe'}"}}},
	{"every-escape", .set = {{"userAgent", "'\\'\\\\\\/\\b\\f\\n\\r\\t\\u001f\\u007f\\u2028'"}}},
	{"html", .set = {{"userAgent", "'<lt>script>alert(document.domain)<lt>/script>'"}, {"requestParameters",
			"{'name':'\\'><lt>img src=x onerror=alert(1)>','description':'\\u003cb\\u003ebold\\u003c/b\\u003e'}"
			}}},
	{"sql", .set = {{"userAgent", "'`); DROP TABLE trail; --'"}, {"requestParameters",
			"{'secretId':'x` OR `1`=`1','name':'$$;$$','E':'E`\\\\\\\\`'}"}}},
	{"injection", .set = {{"userAgent", "'${jndi:ldap://203.0.113.9/a} %s%n {{7*7}} $(id)'"}, {
			"requestParameters",
			"{'name':'=1+1|cmd','path':'../../../../etc/passwd','tag':'\\\\N','row':'a\\tb\\nc'}"}}},
	{"dns-source", .set = {{"sourceIPAddress", "'ec2-203-0-113-<int:1:254>.compute-1.example.com'"}}},
	{"garbage-source", .set = {{"sourceIPAddress", "'<172.01.01.001|999.1.1.1|1.2.3|10.0.0.0/8|AWS Internal/7|"
			"203.0.113.7, 198.51.100.3|0x7f.1|2001:db8::1::2|fe80::1%eth0|aws.internal>'"}}},
	{"mapped-source", .set = {{"sourceIPAddress",
			"'<::ffff:203.0.113.9|2001:DB8:0:0:0:0:0:1|::1|2001:db8::203.0.113.9>'"}}},
	{"endpoint-is-no-id", .set = {{"vpcEndpointId", "'<AWS Internal|AWS Internal:kms.amazonaws.com>'"}}},
	{"string-booleans", .set = {{"readOnly", "'true'"}, {"managementEvent", "'false'"}, {
			"sessionCredentialFromConsole", "true"}}},
	{"empty-strings", .set = {{"errorCode", "''"}, {"errorMessage", "''"}, {"responseElements", "''"}}},
	{"empty-access-key", .set = {{"userIdentity", "{'type':'IAMUser','principalId':'AIDA<prefix><key:9>',"
			"'arn':'arn:aws:iam::<account>:user/empty','accountId':'<account>','accessKeyId':'','userName':''}"
			}}},
	{"bare-identity", .set = {{"userIdentity", "<{}|null|''|{'type':'Unknown'}|{'type':null,'arn':null}|[]>"}}},
	{"strings-that-say-null", .set = {{"errorCode", "'null'"}, {"responseElements", "'null'"}, {
			"sourceIPAddress", "'null'"}}},
	{"nulls", .set = {{"userAgent", "null"}, {"requestID", "null"}, {"readOnly", "null"}}},
	{"big-integer", .set = {{"requestParameters", "{'a':123456789012345678901234567890,"
			"'b':-9223372036854775809,'c':18446744073709551616,'d':9223372036854775807}"}}},
	{"long-float", .set = {{"requestParameters",
			"{'a':0.1234567890123456789012345678901234,'b':9.48587e-05,'c':-0.0,'d':1.0,'e':100E-2}"}}},
	{"huge-exponent", .set = {{"requestParameters", "{'a':1e999999,'b':-1E+400,'c':1e-999999,'d':0e99999999999}"}}},
	{"array-for-object", .set = {{"requestParameters", "[{'secretId':'prod/db'},[1,2]]"}, {"responseElements",
			"[]"}, {"resources", "{'ARN':'arn:aws:s3:::one'}"}}},
	{"string-for-object", .set = {{"requestParameters", "'secretId=prod/db'"}, {"additionalEventData",
			"'{\\'SecretId\\':\\'x\\'}'"}, {"serviceEventDetails", "'none'"}}},
	{"scalar-for-object", .set = {{"responseElements", "<true|0|-1.5>"}, {"resources", "''"}, {"tlsDetails",
			"'TLSv1.2'"}}},
	{"object-for-scalar", .set = {{"userAgent", "{'name':'x'}"}, {"errorCode", "['AccessDenied']"}, {"requestID",
			"12345"}}},
	{"odd-resources", .set = {{"resources", "[{'arn':'arn:aws:s3:::lower'},{'aRN':'arn:aws:s3:::odd',"
			"'accountId':null},'arn:aws:s3:::text',null,{}]"}}},
	{"omitted", .set = {{"requestParameters",
			"{'omitted':true,'originalSize':<int:103000:400000>,'reason':'requestParameters too large'}"}}},
	{"odd-keys", .set = {{"requestParameters", "{'a/b':1,'a.b':{'c.d':2},'':3,'$ref':'x','~0~1':4,"
			"'key with space':5,'\\'quoted\\'':6,'__proto__':{'x':1},'0':7}"}}},
	{"capital-keys", .set = {{"RequestParameters", "null"}, {"ResponseElements", "null"}, {"EventName",
			"'Other'"}}},
	{"future-fields", .set = {{"futureField", "{'nested':[1,2,3]}"}, {"eventVersion", "'1.<12|13|99>'"}, {
			"eventContext", "{'requestContext':{'aws:SourceVpc':'vpc-1'},'tagContext':{}}"}}},
	{"odd-version", .set = {{"eventVersion", "<'1.9'|'2.0'|'1'|1.08|''|'1.1.1'|'one'>"}}},
	{"odd-event-type", .set = {{"eventType", "'<AwsConsoleSignin|awsapicall|>'"}, {"eventCategory",
			"'<management|Other>'"}}},
	{"odd-account", .set = {{"recipientAccountId", "<111122223333|'11112222333'|'anonymous'|''>"}}},
	{"event-id-is-no-uuid", .set = {{"eventID", "'<EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE|7116c6a1-EXAMPLE|>'"}}},
	{"upper-case-event-id", .set = {{"eventID", "'<UUID>'"}}},
	{"missing-member", .change = leave_out},
	{"odd-time", .change = respell_time},
	{"deep-nesting", .change = nest_deeply},
	{"duplicate-keys", .change = duplicate_keys},
	{"escaped-key", .change = escape_key},
	{"white-space", .change = space_out},
	{"long-string", .change = lengthen_string, .large = true},
	{"many-keys", .change = add_many_keys, .large = true},
	{"large-event", .change = enlarge, .large = true},
};

#define ODDITIES ((uint32_t) (sizeof(oddities) / sizeof(*oddities)))

/* The large ones are left out of all rounds but one in so many. */
#define LARGE_EVERY 16

const char *
hostile_apply(text *record, scene *s)
{
	static template compiled[ODDITIES][3];
	static uint32_t next;
	static uint32_t round;
	const oddity *odd;
	text		value = {0};

	/* Each in turn, so that few records already show every kind. */
	while (oddities[next].large && round % LARGE_EVERY != 0)
	{
		round += (next + 1) / ODDITIES;
		next = (next + 1) % ODDITIES;
	}
	odd = &oddities[next];
	for (int i = 0; i < 3 && odd->set[i].key != NULL; i++)
	{
		template   *t = &compiled[next][i];

		if (t->steps == NULL)
			*t = template_compile(odd->set[i].value);
		value.len = 0;
		template_expand(&value, t, s);
		edit_set(record, odd->set[i].key, value.data, value.len);
	}
	if (odd->change != NULL)
		odd->change(record, s, odd->large ? round / LARGE_EVERY : round);
	text_free(&value);
	if (++next == ODDITIES)
	{
		next = 0;
		round++;
	}
	return odd->name;
}
