/*
 * test_embedded.c: fields that hold their JSON as a string read as if they held it.
 */
#include "core/event/embedded.h"
#include "exact.h"
#include "tap.h"

/* Records, a field of each, and its text; NULL if it has none. */
static const struct
{
	const char *json;
	ct_field	field;
	ct_type		type;
	const char *text;
}			cases[] = {
	{"{'userIdentity':'{\\'type\\':\\'Root\\',\\'arn\\':\\'a\\'}'}", CT_FIELD_user_arn, CT_STRING, "a"},
	{"{'userIdentity':'{\\'type\\':\\'Root\\',\\'arn\\':\\'a\\'}'}", CT_FIELD_user_identity, CT_OBJECT, "{\"type\":\"Root\",\"arn\":\"a\"}"},
	{"{'userIdentity':'{\\'arn\\':\\'\\\\u0061\\\\\\\\b\\'}'}", CT_FIELD_user_arn, CT_STRING, "a\\b"},
	{"{'userIdentity':'{\\'arn\\':\\'\\u0061\\u00e9\\'}'}", CT_FIELD_user_arn, CT_STRING, "a\xc3\xa9"},
	{"{'requestParameters':'{\\n \\'secretId\\' : \\'s\\' }\\n','eventName':'x'}", CT_FIELD_request_secret_id, CT_STRING, "s"},
	{"{'requestParameters':'{\\'secretId\\':\\'s\\'}','eventName':'x'}", CT_FIELD_event_name, CT_STRING, "x"},
	{"{'userIdentity':{'arn':'a','sessionContext':'{\\'sessionIssuer\\':{\\'arn\\':\\'i\\'}}'}}", CT_FIELD_session_issuer_arn, CT_STRING, "i"},
	{"{'userIdentity':{'arn':'a','sessionContext':'{\\'sessionIssuer\\':{\\'arn\\':\\'i\\'}}'}}", CT_FIELD_user_arn, CT_STRING, "a"},
	{"{'userIdentity':{'arn':'a','sessionContext':'{}'}}", CT_FIELD_user_identity, CT_OBJECT, "{\"arn\":\"a\",\"sessionContext\":\"{}\"}"},
	{"{'userIdentity':'{\\'sessionContext\\':\\'{\\\\\\'sourceIdentity\\\\\\':\\\\\\'i\\\\\\'}\\'}'}", CT_FIELD_source_identity, CT_STRING, "i"},
	{"{'resources':'[{\\'ARN\\':\\'a\\'}]'}", CT_FIELD_resources, CT_ARRAY, "[{\"ARN\":\"a\"}]"},
	{"{'serviceEventDetails':'{\\'x\\':1}','additionalEventData':'{\\'SecretId\\':\\'s\\'}'}", CT_FIELD_additional_secret_id, CT_STRING, "s"},
	{"{'additionalEventData':'{\\'SecretId\\':\\'s\\'}','serviceEventDetails':'{\\'x\\':1}'}", CT_FIELD_service_event_details, CT_OBJECT, "{\"x\":1}"},
	{"{'requestParameters':'{a=b}'}", CT_FIELD_request_parameters, CT_STRING, "{a=b}"},
	{"{'requestParameters':'{}x'}", CT_FIELD_request_parameters, CT_STRING, "{}x"},
	{"{'requestParameters':'[INFO] x'}", CT_FIELD_request_parameters, CT_STRING, "[INFO] x"},
	{"{'requestParameters':'{\\'a\\':'}", CT_FIELD_request_parameters, CT_STRING, "{\"a\":"},
	{"{'requestParameters':''}", CT_FIELD_request_parameters, CT_STRING, ""},
	{"{'requestParameters':'{}'}", CT_FIELD_request_parameters, CT_OBJECT, "{}"},
	{"{'requestParameters':{'secretId':'{}'}}", CT_FIELD_request_secret_id, CT_STRING, "{}"},
	{"{'requestParameters':'{},\\'responseElements\\':{\\'x\\':1}'}", CT_FIELD_response_elements, CT_ABSENT, NULL},
	{"{'requestParameters':'{},\\'responseElements\\':{\\'x\\':1}'}", CT_FIELD_request_parameters, CT_STRING, "{},\"responseElements\":{\"x\":1}"},
	{"{'requestParameters':'{},\\'requestParameters\\':{}'}", CT_FIELD_request_parameters, CT_STRING, "{},\"requestParameters\":{}"},
	{"{'userIdentity':{'sessionContext':'{}},\\'eventName\\':{\\'x\\':{}'}}", CT_FIELD_event_name, CT_ABSENT, NULL},
	{"{'errorMessage':'{\\'a\\':1}'}", CT_FIELD_error_message, CT_STRING, "{\"a\":1}"},
	{"{'userIdentity':'{\\'arn\\':\\'a\\'}','userIdentity':{'type':'t'}}", CT_FIELD_user_arn, CT_ABSENT, NULL},
	{"{'userIdentity':{'type':'t'},'userIdentity':'{\\'arn\\':\\'a\\'}'}", CT_FIELD_user_type, CT_ABSENT, NULL},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		sample		s = quoted_sample(cases[i].json);
		size_t		size = ct_embedded_size(&s.rec);
		char	   *room = malloc(size);
		ct_slice	text;

		ct_open_embedded(&s.rec, room, size);
		text = ct_text(&s.rec, cases[i].field, fresh(&s));
		if (!ok(ct_type_of(&s.rec, cases[i].field) == cases[i].type && slice_is(text, cases[i].text), "case %zu", i + 1))
			printf("# got %d: %.*s\n", ct_type_of(&s.rec, cases[i].field), (int) text.len, text.ptr ? text.ptr : "");
		drop_sample(&s);
		free(room);
	}
	{
		sample		s = quoted_sample("{'requestParameters':'{\\'secretId\\':\\'\\\\u0000\\'}'}");
		char		room[8];

		ok((s.rec.quirks & CT_QUIRK_NUL) == 0, "a string's text is not looked into before");
		ct_open_embedded(&s.rec, room, sizeof(room));
		ok(ct_type_of(&s.rec, CT_FIELD_request_parameters) == CT_STRING, "without room it stays a string");
		drop_sample(&s);
	}
	{
		sample		s = quoted_sample("{'requestParameters':'{\\'secretId\\':\\'\\\\u0000\\'}'}");
		size_t		size = ct_embedded_size(&s.rec);
		char	   *room = malloc(size);

		ct_open_embedded(&s.rec, room, size);
		ok((s.rec.quirks & CT_QUIRK_NUL) != 0, "what jsonb refuses in it is noted");
		drop_sample(&s);
		free(room);
	}
	return done_testing();
}
