/*
 * container_ocsf.c: records made of Security Lake's rows, exported as JSON.
 *
 * Security Lake keeps CloudTrail's events in the schema of OCSF.  What a
 * record would have held is put in its place, as far as the row still has it;
 * the row itself goes along, byte for byte, under the key "ocsf".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "container_impl.h"
#include "reserve.h"

/* Where the fields of a record are in OCSF; of several places the first that has a value counts. */
static const struct
{
	const char *field;
	const char *places[4];
}			texts[] = {
	{"eventVersion", {"metadata.product.version"}},
	{"eventID", {"metadata.uid"}},
	{"eventSource", {"api.service.name"}},
	{"eventName", {"api.operation"}},
	{"awsRegion", {"cloud.region"}},
	{"sourceIPAddress", {"src_endpoint.ip", "src_endpoint.domain"}},
	{"userAgent", {"http_request.user_agent"}},
	{"errorCode", {"api.response.error"}},
	{"errorMessage", {"api.response.message"}},
	{"requestID", {"api.request.uid"}},
	{"apiVersion", {"api.version"}},
	{"vpcEndpointId", {"src_endpoint.uid"}},
	{"recipientAccountId", {"cloud.account.uid", "cloud.account_uid"}},
	{"sharedEventID", {"unmapped.sharedEventID"}},
	{"eventType", {"unmapped.eventType", "metadata.event_code"}},
	{"eventCategory", {"unmapped.eventCategory"}},
	{"readOnly", {"unmapped.readOnly"}},
	{"managementEvent", {"unmapped.managementEvent"}},
	{"requestParameters", {"api.request.data"}},
	{"responseElements", {"api.response.data"}},
	{"userIdentity.type", {"actor.user.type"}},
	{"userIdentity.userName", {"actor.user.name"}},
	{"userIdentity.accountId", {"actor.user.account.uid", "actor.user.account_uid"}},
	{"userIdentity.accessKeyId", {"actor.user.credential_uid", "actor.session.credential_uid"}},
	{"userIdentity.invokedBy", {"actor.invoked_by"}},
	{"userIdentity.identityProvider", {"actor.idp.name"}},
	{"userIdentity.sessionContext.sessionIssuer.arn", {"actor.session.issuer"}},
	{"tlsDetails.tlsVersion", {"tls.version"}},
	{"tlsDetails.cipherSuite", {"tls.cipher"}},
	{"tlsDetails.clientProvidedHostHeader", {"tls.sni"}},
};


/* Finds the value at a path of keys; NULL if there is none, or null. */
static json_object *
find(json_object *object, const char *path)
{
	while (object != NULL)
	{
		const char *dot = strchr(path, '.');
		char		key[32] = "";
		json_object *inner;

		strncat(key, path, dot == NULL || dot - path > 31 ? 31 : (size_t) (dot - path));
		if (!json_object_is_type(object, json_type_object) ||
			!json_object_object_get_ex(object, key, &inner))
			return NULL;
		object = inner;
		if (dot == NULL)
			break;
		path = dot + 1;
	}
	return object;
}

/* Puts a value, which is then the record's, at a path of keys. */
static void
put(json_object *record, const char *path, json_object *value)
{
	const char *dot;

	while ((dot = strchr(path, '.')) != NULL)
	{
		char		key[32] = "";
		json_object *inner;

		strncat(key, path, dot - path > 31 ? 31 : (size_t) (dot - path));
		if (!json_object_object_get_ex(record, key, &inner))
		{
			inner = json_object_new_object();
			json_object_object_add(record, key, inner);
		}
		record = inner;
		path = dot + 1;
	}
	json_object_object_add(record, path, value);
}

/* Puts a time, of milliseconds or text as it may be, at a path of keys. */
static void
put_time(json_object *record, const char *path, json_object *value)
{
	char		text[64];
	int64_t		ms;
	time_t		seconds;
	struct tm	tm;
	size_t		n;

	if (json_object_is_type(value, json_type_string))
	{
		put(record, path, json_object_get(value));
		return;
	}
	if (!json_object_is_type(value, json_type_int))
		return;
	ms = json_object_get_int64(value);
	if (ms < 0 || ms > INT64_C(253402300799999))	/* the year 9999 */
		return;
	seconds = (time_t) (ms / 1000);
	if (gmtime_r(&seconds, &tm) == NULL)
		return;
	n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	if (ms % 1000 != 0)
		snprintf(text + n, sizeof(text) - n, ".%03dZ", (int) (ms % 1000));
	else
		snprintf(text + n, sizeof(text) - n, "Z");
	put(record, path, json_object_new_string(text));
}

/* Puts the caller's identifiers: one is an ARN, the other the principal. */
static void
put_principal(json_object *record, json_object *row)
{
	static const char *const places[] = {"actor.user.uid", "actor.user.uid_alt", "actor.user.uuid"};

	for (int i = 0; i < 3; i++)
	{
		json_object *value = find(row, places[i]);
		const char *text = json_object_get_string(value);

		if (text == NULL || *text == '\0')
			continue;
		put(record, strncmp(text, "arn:", 4) == 0 ? "userIdentity.arn" : "userIdentity.principalId",
			json_object_get(value));
	}
}

/* Puts the session's attributes as CloudTrail writes them. */
static void
put_session(json_object *record, json_object *row)
{
	json_object *created = find(row, "actor.session.created_time");
	json_object *mfa = find(row, "actor.session.is_mfa");

	if (mfa == NULL)
		mfa = find(row, "actor.session.mfa");
	if (created != NULL)
		put_time(record, "userIdentity.sessionContext.attributes.creationDate", created);
	if (mfa != NULL)
		put(record, "userIdentity.sessionContext.attributes.mfaAuthenticated",
			json_object_new_string(json_object_get_boolean(mfa) ? "true" : "false"));
}

/* Puts the resources. */
static void
put_resources(json_object *record, json_object *row)
{
	static const char *const names[][3] = {
		{"ARN", "uid", NULL}, {"accountId", "owner.account.uid", "account_uid"}, {"type", "type", NULL}
	};
	json_object *from = find(row, "resources");
	json_object *to;

	if (!json_object_is_type(from, json_type_array) || json_object_array_length(from) == 0)
		return;
	to = json_object_new_array();
	for (size_t i = 0; i < json_object_array_length(from); i++)
	{
		json_object *resource = json_object_new_object();

		for (int n = 0; n < 3; n++)
		{
			json_object *part = json_object_array_get_idx(from, i);
			json_object *value = find(part, names[n][1]);

			if (value == NULL && names[n][2] != NULL)
				value = find(part, names[n][2]);
			if (value != NULL)
				json_object_object_add(resource, names[n][0], json_object_get(value));
		}
		json_object_array_add(to, resource);
	}
	put(record, "resources", to);
}

/* Appends the row to a record's text under "ocsf"; NULL if out of memory. */
static char *
append_row(char *text, size_t *len, ct_slice row)
{
	static const char key[] = ",\"ocsf\":";
	char	   *longer = realloc(text, *len + sizeof(key) + row.len + 1);
	char	   *p;

	if (longer == NULL)
	{
		free(text);
		return NULL;
	}
	p = longer + *len - 1;		/* over the closing brace */
	memcpy(p, key, sizeof(key) - 1);
	p += sizeof(key) - 1;
	memcpy(p, row.ptr, row.len);
	p += row.len;
	*p++ = '}';
	*len = (size_t) (p - longer);
	return longer;
}

/*
 * Builds a record of a row of Security Lake.  NULL if out of memory; else
 * malloc'ed, and *is_api tells whether the row is about an API call at all.
 */
char *
ct_build_ocsf(ct_slice row, size_t *len, bool *is_api)
{
	json_object *parsed;
	json_object *record;
	json_object *time;
	char	   *text;

	*is_api = true;
	if (!ct_memory_for_json(row.ptr, row.len))
		return NULL;
	parsed = ct_parse_json(row.ptr, row.len);
	record = json_object_new_object();
	time = find(parsed, "time");
	*is_api = json_object_is_type(find(parsed, "api.operation"), json_type_string);
	put_time(record, "eventTime", time != NULL ? time : find(parsed, "time_dt"));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		for (int place = 0; place < 4 && texts[i].places[place] != NULL; place++)
		{
			json_object *value = find(parsed, texts[i].places[place]);
			json_object *object;

			if (value == NULL || (json_object_is_type(value, json_type_string) &&
								  json_object_get_string_len(value) == 0))
				continue;
			object = ct_embedded_json(value);
			put(record, texts[i].field, object != NULL ? object : json_object_get(value));
			break;
		}
	}
	put_principal(record, parsed);
	put_session(record, parsed);
	put_resources(record, parsed);
	json_object_put(parsed);
	text = ct_print_json(record, len);
	return text == NULL ? NULL : append_row(text, len, row);
}
