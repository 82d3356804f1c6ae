/*
 * test_scan_fields.c: where the scanner finds the fields of the field table.
 */
#include "exact.h"
#include "oracle.h"
#include "tap.h"

/* What a field of a document must be; raw is its text as it stands, NULL if absent. */
static const struct
{
	const char *json;
	ct_field	field;
	const char *raw;
	ct_type		type;
}			cases[] = {
	/* every type */
	{"{'eventName':'x'}", CT_FIELD_event_name, "x", CT_STRING},
	{"{'eventName':''}", CT_FIELD_event_name, "", CT_STRING},
	{"{'eventName':null}", CT_FIELD_event_name, "null", CT_NULL},
	{"{'eventName':true}", CT_FIELD_event_name, "true", CT_TRUE},
	{"{'eventName':false}", CT_FIELD_event_name, "false", CT_FALSE},
	{"{'eventName':-1.5e3}", CT_FIELD_event_name, "-1.5e3", CT_NUMBER},
	{"{'eventName':{}}", CT_FIELD_event_name, "{}", CT_OBJECT},
	{"{'eventName':[]}", CT_FIELD_event_name, "[]", CT_ARRAY},
	{"{'eventName' : [ 1 , {'a':']'} ] }", CT_FIELD_event_name, "[ 1 , {'a':']'} ]", CT_ARRAY},
	{"{'userIdentity':{ 'arn':{'b':[]} } }", CT_FIELD_user_identity, "{ 'arn':{'b':[]} }", CT_OBJECT},
	{"{'userIdentity':{ 'arn':{'b':[]} } }", CT_FIELD_user_arn, "{'b':[]}", CT_OBJECT},
	{"{'eventName':'a\\u0041\\n'}", CT_FIELD_event_name, "a\\u0041\\n", CT_STRING},
	/* none */
	{"{}", CT_FIELD_event_name, NULL, CT_ABSENT},
	{"[{'eventName':'x'}]", CT_FIELD_event_name, NULL, CT_ABSENT},
	{"'eventName'", CT_FIELD_event_name, NULL, CT_ABSENT},
	{"{'eventname':'x','EventName':'x','eventNam':'x','eventNames':'x',' eventName':'x'}", CT_FIELD_event_name, NULL, CT_ABSENT},
	{"{'x':'eventName','y':['eventName']}", CT_FIELD_event_name, NULL, CT_ABSENT},
	/* escaped keys */
	{"{'event\\u004eame':'x'}", CT_FIELD_event_name, "x", CT_STRING},
	{"{'\\u0065\\u0076\\u0065\\u006e\\u0074\\u004E\\u0061\\u006D\\u0065':'x'}", CT_FIELD_event_name, "x", CT_STRING},
	{"{'eventName\\u0000':'x'}", CT_FIELD_event_name, NULL, CT_ABSENT},
	{"{'event\\\\u004eame':'x'}", CT_FIELD_event_name, NULL, CT_ABSENT},
	{"{'event\\/Name':'x'}", CT_FIELD_event_name, NULL, CT_ABSENT},
	{"{'userIdentity':{'\\u0061rn':'x'}}", CT_FIELD_user_arn, "x", CT_STRING},
	{"{'user\\u0049dentity':{'arn':'x'}}", CT_FIELD_user_arn, "x", CT_STRING},
	/* known keys at the wrong level */
	{"{'arn':'x','userIdentity':{}}", CT_FIELD_user_arn, NULL, CT_ABSENT},
	{"{'userIdentity':[{'arn':'x'}]}", CT_FIELD_user_arn, NULL, CT_ABSENT},
	{"{'userIdentity':[[{'arn':'x'}],'y']}", CT_FIELD_user_identity, "[[{'arn':'x'}],'y']", CT_ARRAY},
	{"{'userIdentity':{'x':{'arn':'y'}}}", CT_FIELD_user_arn, NULL, CT_ABSENT},
	{"{'userIdentity':{'userIdentity':{'arn':'y'}}}", CT_FIELD_user_arn, NULL, CT_ABSENT},
	{"{'responseElements':{'eventName':'x'}}", CT_FIELD_event_name, NULL, CT_ABSENT},
	{"{'x':{'eventName':'x'},'y':[{'eventName':'x'}]}", CT_FIELD_event_name, NULL, CT_ABSENT},
	{"{'userIdentity':{'x':{'arn':'y'},'arn':'z'}}", CT_FIELD_user_arn, "z", CT_STRING},
	{"{'userIdentity':{'sessionContext':{'sessionIssuer':{'arn':'x'}},'arn':'z'}}", CT_FIELD_user_arn, "z", CT_STRING},
	{"{'userIdentity':{'sessionContext':{'sessionIssuer':{'arn':'x'}},'arn':'z'}}", CT_FIELD_session_issuer_arn, "x", CT_STRING},
	{"{'userIdentity':{'arn':[{'arn':1},{'arn':2}],'type':'x'}}", CT_FIELD_user_type, "x", CT_STRING},
	{"{'a':[[[[[[[[[[{'eventName':1}]]]]]]]]]],'eventName':2}", CT_FIELD_event_name, "2", CT_NUMBER},
	{"{'a':{'a':{'a':{'a':{'a':{'a':{'a':{'a':{'a':{'a':{}}}}}}}}}},'userIdentity':{'arn':2}}", CT_FIELD_user_arn, "2", CT_NUMBER},
	/* the last of equal keys wins */
	{"{'eventName':'x','eventName':'y'}", CT_FIELD_event_name, "y", CT_STRING},
	{"{'eventName':'x','eventName':null}", CT_FIELD_event_name, "null", CT_NULL},
	{"{'eventName':'x','event\\u004eame':'y'}", CT_FIELD_event_name, "y", CT_STRING},
	{"{'event\\u004eame':'y','eventName':'x'}", CT_FIELD_event_name, "x", CT_STRING},
	{"{'userIdentity':{'arn':'x'},'userIdentity':{'type':'y'}}", CT_FIELD_user_arn, NULL, CT_ABSENT},
	{"{'userIdentity':{'arn':'x'},'userIdentity':{'type':'y'}}", CT_FIELD_user_type, "y", CT_STRING},
	{"{'userIdentity':{'arn':'x'},'userIdentity':null}", CT_FIELD_user_arn, NULL, CT_ABSENT},
	{"{'userIdentity':{'arn':'x'},'userIdentity':[{'arn':'x'}]}", CT_FIELD_user_arn, NULL, CT_ABSENT},
	{"{'userIdentity':'z','userIdentity':{'arn':'x'}}", CT_FIELD_user_arn, "x", CT_STRING},
	{"{'userIdentity':{'arn':'x'},'eventName':1,'userIdentity':{'arn':'y'}}", CT_FIELD_user_arn, "y", CT_STRING},
	{"{'eventName':1,'userIdentity':{'arn':'x'},'userIdentity':0}", CT_FIELD_event_name, "1", CT_NUMBER},
	{"{'userIdentity':{'sessionContext':{'sessionIssuer':{'arn':'x'}},'sessionContext':{}}}", CT_FIELD_session_issuer_arn, NULL, CT_ABSENT},
	{"{'userIdentity':{'arn':'k','sessionContext':{'sessionIssuer':{'arn':'x'}},'sessionContext':{}}}", CT_FIELD_user_arn, "k", CT_STRING},
	/* one field, several spellings */
	{"{'responseElements':{'arn':'x'}}", CT_FIELD_response_arn, "x", CT_STRING},
	{"{'responseElements':{'aRN':'x'}}", CT_FIELD_response_arn, "x", CT_STRING},
	{"{'responseElements':{'ARN':'x'}}", CT_FIELD_response_arn, "x", CT_STRING},
	{"{'responseElements':{'Arn':'x'}}", CT_FIELD_response_arn, NULL, CT_ABSENT},
	{"{'responseElements':{'arn':'x','ARN':'y'}}", CT_FIELD_response_arn, "y", CT_STRING},
	{"{'responseElements':{'ARN':'x','arn':'y','aRN':'z'}}", CT_FIELD_response_arn, "z", CT_STRING},
	{"{'responseElements':{'arn':'x','ARN':'y','arn':'z'}}", CT_FIELD_response_arn, "z", CT_STRING},
	{"{'responseElements':{'arn':'x','ARN':null}}", CT_FIELD_response_arn, "null", CT_NULL},
};

/* Texts with the quirks they must show. */
static const struct
{
	const char *json;
	uint32_t	quirks;
}			quirks[] = {
	{"['\\u0001\\\\u0000\\u00000']", CT_QUIRK_NUL},
	{"['\\u0001\\\\u0000']", 0},
	{"{'\\u0000':1}", CT_QUIRK_NUL},
	{"{'event\\u0000Name':1}", CT_QUIRK_NUL},
	{"['\\ud800']", CT_QUIRK_SURROGATE},
	{"['\\uDFFF']", CT_QUIRK_SURROGATE},
	{"['\\ud834\\udd1e']", 0},
	{"['\\udd1e\\ud834']", CT_QUIRK_SURROGATE},
	{"['\\ud834\\ud834\\udd1e']", CT_QUIRK_SURROGATE},
	{"['\\ud834 \\udd1e']", CT_QUIRK_SURROGATE},
	{"['\\ud834\\u0000']", CT_QUIRK_SURROGATE | CT_QUIRK_NUL},
	{"['\\ud7ff\\ue000\\uffff\\u0001']", 0},
	{"{'\\udead':{'\\u0000':1e9999}}", CT_QUIRK_SURROGATE | CT_QUIRK_NUL | CT_QUIRK_BIG_NUMBER},
	{"[1e9,-1E-9,1.5e+1]", 0},
	{"[1e10]", CT_QUIRK_BIG_NUMBER},
	{"[1.5e+001]", CT_QUIRK_BIG_NUMBER},
	{"[1e-131073]", CT_QUIRK_BIG_NUMBER},
	{"['1e1000']", 0},
};

/* Members as text: every key of a field's path, around a value; behind the member of level at comes extra. */
static void
put_path(buffer *b, int field, int spelling, int level, const char *value, const char *extra)
{
	int			chain[8];
	int			depth = 0;
	char		key[64];

	for (int f = field; f >= 0; f = parent_of_field(f))
		chain[depth++] = f;
	for (int i = depth - 1; i >= 0; i--)
	{
		puts_to(b, "\"");
		puts_to(b, field_spelling(chain[i], i == 0 ? spelling : 0, key));
		puts_to(b, i == 0 ? "\":" : "\":{");
	}
	puts_to(b, value);
	for (int i = 0; i < depth; i++)
	{
		if (depth - 1 - i == level && extra != NULL)
		{
			puts_to(b, ",\"");
			puts_to(b, field_spelling(chain[i], i == 0 ? spelling : 0, key));
			puts_to(b, "\":");
			puts_to(b, extra);
		}
		if (i < depth - 1)
			puts_to(b, "}");
	}
}

/* How deep a field is: 0 at the top. */
static int
level_of(int field)
{
	return parent_of_field(field) < 0 ? 0 : level_of(parent_of_field(field)) + 1;
}

/* Tells whether a field is another or above it. */
static bool
leads_to(int above, int field)
{
	for (; field >= 0; field = parent_of_field(field))
	{
		if (field == above)
			return true;
	}
	return false;
}

/* Counts what is wrong in a document in which just a field and those above it should be found. */
static int
faults(const char *before, const buffer *members, const char *after, int field, const char *raw)
{
	buffer		b = {0};
	sample		s;
	int			count = 0;

	puts_to(&b, before);
	put(&b, members->ptr, members->len);
	puts_to(&b, after);
	s = take_sample(b.ptr, b.len);
	count += !s.valid;
	for (int i = 0; s.valid && i < CT_FIELD_COUNT; i++)
		count += ct_has(&s.rec, i) != (field >= 0 && leads_to(i, field));
	if (s.valid && field >= 0)
		count += !slice_is(ct_raw(&s.rec, field), raw);
	drop_sample(&s);
	free(b.ptr);
	return count;
}

/* Tries one field in one spelling, whole and in all places where it is none. */
static int
try_field(int field, int spelling)
{
	buffer		b = {0};
	int			count = 0;

	put_path(&b, field, spelling, 0, "[7]", NULL);
	count += faults("{", &b, "}", field, "[7]");
	count += faults(" {\"x\":{},", &b, ",\"y\":[{}]} ", field, "[7]");
	count += faults("[{", &b, "}]", -1, NULL);
	count += faults("{\"x\":{", &b, "}}", -1, NULL);
	count += faults("{\"x\":[{", &b, "}]}", -1, NULL);
	for (int level = 0; level <= level_of(field); level++)
	{
		int			repeated = field;

		for (int i = level_of(field); i > level; i--)
			repeated = parent_of_field(repeated);
		b.len = 0;
		put_path(&b, field, spelling, level, "[7]", "8");
		count += faults("{", &b, "}", repeated, "8");
		b.len = 0;
		put_path(&b, field, spelling, level, "[7]", "{\"x\":1}");
		count += faults("{", &b, "}", repeated, "{\"x\":1}");
	}
	b.len = 0;
	put_path(&b, field, spelling, 0, "{}", NULL);
	puts_to(&b, ",");
	put_path(&b, field, spelling, 0, "[9]", NULL);
	count += faults("{", &b, "}", field, "[9]");
	free(b.ptr);
	return count;
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		sample		s = quoted_sample(cases[i].json);
		ct_slice	raw = ct_raw(&s.rec, cases[i].field);
		buffer		b = {0};

		for (const char *p = cases[i].raw; p && *p; p++)
			put(&b, *p == '\'' ? "\"" : p, 1);
		if (!ok(s.valid && slice_is(raw, cases[i].raw ? b.ptr ? b.ptr : "" : NULL) &&
				ct_type_of(&s.rec, cases[i].field) == cases[i].type &&
				(cases[i].type != CT_STRING || s.rec.value[cases[i].field].escaped ==
				 (strchr(cases[i].raw, '\\') != NULL)),
				"%s in %s", field_names[cases[i].field], cases[i].json))
			show_slice("found", raw);
		drop_sample(&s);
		free(b.ptr);
	}
	for (size_t i = 0; i < sizeof(quirks) / sizeof(quirks[0]); i++)
	{
		sample		s = quoted_sample(quirks[i].json);

		ok(s.valid && s.rec.quirks == quirks[i].quirks, "quirks of %s: %u", quirks[i].json, s.rec.quirks);
		drop_sample(&s);
	}
	for (size_t digits = 999; digits <= 1002; digits++)
	{
		char		number[1100];
		sample		s;

		memset(number, '7', digits);
		s = take_sample(number, digits);
		ok(s.valid && (s.rec.quirks == 0) == (digits <= 1000), "a number of %zu digits", digits);
		drop_sample(&s);
	}
	for (int field = 0; field < CT_FIELD_COUNT; field++)
	{
		char		key[64];

		for (int i = 0; field_spelling(field, i, key) != NULL; i++)
			ok(try_field(field, i) == 0, "%s as %s", field_paths[field], key);
	}
	return done_testing();
}
