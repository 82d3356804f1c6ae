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

#include "core/base/memory_probe.h"
#include "core/container/container_json.h"
#include "core/container/container_key.h"
#include "core/container/container_ocsf.h"
#include "core/container/container_printed.h"
#include "core/container/container_spell.h"

#define CLASS_AUTHENTICATION	3002

/* Longer paths of keys stay one key. */
#define STEPS_MAX				16

/* Where a field of a record is in OCSF; of several places the first that has a value counts. */
typedef struct ocsf_text
{
	const char *field;
	const char *places[4];
} ocsf_text;

static const ocsf_text texts[] = {
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
	{"recipientAccountId", {"unmapped.recipientAccountId", "cloud.account.uid",
	"cloud.account_uid"}},
	{"eventType", {"unmapped.eventType", "metadata.event_code"}},
	{"requestParameters", {"api.request.data"}},
	{"responseElements", {"api.response.data"}},
	{"userIdentity.type", {"actor.user.type"}},
	{"userIdentity.userName", {"actor.user.name"}},
	{"userIdentity.accountId", {"actor.user.account.uid", "actor.user.account_uid"}},
	{"userIdentity.accessKeyId", {"actor.user.credential_uid", "actor.session.credential_uid"}},
	{"userIdentity.invokedBy", {"actor.invoked_by"}},
	{"userIdentity.identityProvider", {"actor.idp.name"}},
	{"userIdentity.onBehalfOf.identityStoreArn", {"actor.idp.uid"}},
	{"userIdentity.sessionContext.sessionIssuer.arn", {"actor.session.issuer"}},
	{"tlsDetails.tlsVersion", {"tls.version"}},
	{"tlsDetails.cipherSuite", {"tls.cipher"}},
	{"tlsDetails.clientProvidedHostHeader", {"tls.sni"}},
};

/* What it says there of a user of Identity Center, whose userIdentity has no name and no key. */
static const ocsf_text center_texts[] = {
	{"userIdentity.credentialId", {"actor.user.credential_uid"}},
	{"userIdentity.onBehalfOf.userId", {"actor.user.uid_alt"}},
	{"additionalEventData.UserName", {"actor.user.name"}},
};

/* Finds the value at a path of a row; the actor was called identity in source version 1. */
static json_object *
find(json_object *row, const char *path)
{
	char		old[64] = "identity";
	json_object *value = ct_find_in(row, path);

	if (value != NULL || strncmp(path, "actor.", 6) != 0)
		return value;
	strncat(old, path + 5, sizeof(old) - sizeof("identity"));
	return ct_find_in(row, old);
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

	/* Numbers of another unit or form are read as they stand. */
	ms = json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : -1;
	if (ms < 0 || ms > INT64_C(253402300799999))	/* the year 9999 */
	{
		if (json_object_is_type(value, json_type_string) ||
			json_object_is_type(value, json_type_int) ||
			json_object_is_type(value, json_type_double))
			ct_put_at(record, path, json_object_get(value));
		return;
	}
	seconds = (time_t) (ms / 1000);
	if (gmtime_r(&seconds, &tm) == NULL)
		return;
	n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	if (ms % 1000 != 0)
		snprintf(text + n, sizeof(text) - n, ".%03dZ", (int) (ms % 1000));
	else
		snprintf(text + n, sizeof(text) - n, "Z");
	ct_put_at(record, path, json_object_new_string(text));
}

/* Whether a key is a path of keys as CloudTrail has them, neither long nor many. */
static bool
is_path(const char *key)
{
	int			steps = 0;

	while (steps++ < STEPS_MAX)
	{
		size_t		len = strcspn(key, ".");

		if (len == 0 || len >= CT_KEY_MAX)
			return false;
		if (key[len] == '\0')
			return true;
		key += len + 1;
	}
	return false;
}

/* Puts one flattened value, requestParameters.secretId or the like, at its place. */
static void
put_unmapped(json_object *unmapped, const char *key, json_object *value)
{
	json_object *object = ct_is_policy_key(key, strlen(key)) ? NULL : ct_embedded_json(value);

	if (object == NULL)
		object = json_object_get(value);
	if (is_path(key))
		ct_put_at(unmapped, key, object);
	else
		json_object_object_add(unmapped, key, object);
}

/* Puts the pair of an array of pairs, [key, value] or {"key": key, "value": value}. */
static void
put_pair(json_object *unmapped, json_object *pair)
{
	bool		is_array = json_object_is_type(pair, json_type_array);
	json_object *key = is_array ? json_object_array_get_idx(pair, 0) : find(pair, "key");
	json_object *value = is_array ? json_object_array_get_idx(pair, 1) : find(pair, "value");

	if (json_object_is_type(key, json_type_string))
		put_unmapped(unmapped, json_object_get_string(key), value);
}

/*
 * Replaces what a row says in "unmapped" by objects in one another.  It is a
 * map of flattened keys, as an object or an array of pairs.
 */
static void
unflatten(json_object *row)
{
	json_object *from = find(row, "unmapped");
	json_object *to;

	if (find(from, "key_value") != NULL)
		from = find(from, "key_value");
	to = json_object_new_object();
	if (json_object_is_type(from, json_type_array))
	{
		for (size_t i = 0; i < json_object_array_length(from); i++)
			put_pair(to, json_object_array_get_idx(from, i));
	}
	else if (json_object_is_type(from, json_type_object))
	{
		json_object_object_foreach(from, key, value)
		{
			put_unmapped(to, key, value);
		}
	}
	if (json_object_is_type(row, json_type_object))
		json_object_object_add(row, "unmapped", to);
	else
		json_object_put(to);
}

/* Puts texts where a record has them. */
static void
put_texts(json_object *record, json_object *row, const ocsf_text *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		for (int place = 0; place < 4 && list[i].places[place] != NULL; place++)
		{
			json_object *value = find(row, list[i].places[place]);
			json_object *object;

			if (value == NULL || (json_object_is_type(value, json_type_string) &&
								  json_object_get_string_len(value) == 0))
				continue;
			object = ct_embedded_json(value);
			ct_put_at(record, list[i].field, object != NULL ? object : json_object_get(value));
			break;
		}
	}
}

/* Puts the category, which later versions have as the feature of the product, as one word. */
static void
put_category(json_object *record, json_object *row)
{
	json_object *name = find(row, "metadata.product.feature.name");
	const char *text = json_object_is_type(name, json_type_string) ?
		json_object_get_string(name) : "";

	if (*text != '\0' && strchr(text, ' ') == NULL &&
		find(row, "unmapped.eventCategory") == NULL)
		ct_put_at(record, "eventCategory", json_object_get(name));
}

/* Puts what a row has in "unmapped" where the record has nothing. */
static void
put_rest(json_object *record, json_object *row)
{
	json_object *unmapped = find(row, "unmapped");

	if (unmapped == NULL)
		return;
	json_object_object_foreach(unmapped, key, value)
	{
		if (ct_is_record_key(key, strlen(key)))
			ct_add_missing(record, key, json_object_get(value));
	}
}

/* Puts who called: of the caller's identifiers one is an ARN, the other the principal. */
static void
put_principal(json_object *record, json_object *row)
{
	static const char *const places[] = {"actor.user.uid", "actor.user.uid_alt", "actor.user.uuid"};
	const char *type = json_object_get_string(find(row, "actor.user.type"));

	if (type != NULL && strcmp(type, "IdentityCenterUser") == 0)
	{
		json_object *caller = find(record, "userIdentity");

		json_object_object_del(caller, "userName");
		json_object_object_del(caller, "accessKeyId");
		put_texts(record, row, center_texts, CT_LENGTHOF(center_texts));
		return;
	}

	for (int i = 0; i < 3; i++)
	{
		json_object *value = find(row, places[i]);
		const char *text = json_object_get_string(value);

		if (text == NULL || *text == '\0')
			continue;
		ct_put_at(record, strncmp(text, "arn:", 4) == 0 ? "userIdentity.arn" : "userIdentity.principalId",
			json_object_get(value));
	}
}

/* Whether a value is true, or says so. */
static bool
is_true(json_object *value)
{
	return json_object_is_type(value, json_type_string) ?
		strcmp(json_object_get_string(value), "true") == 0 : json_object_get_boolean(value);
}

/* Puts the session's attributes as CloudTrail writes them. */
static void
put_session(json_object *record, json_object *row)
{
	json_object *created = find(row, "actor.session.created_time");
	json_object *mfa = find(row, "actor.session.is_mfa");

	if (created == NULL)
		created = find(row, "actor.session.created_time_dt");
	if (mfa == NULL)
		mfa = find(row, "actor.session.mfa");
	if (created != NULL)
		put_time(record, "userIdentity.sessionContext.attributes.creationDate", created);
	if (mfa != NULL)
		ct_put_at(record, "userIdentity.sessionContext.attributes.mfaAuthenticated",
			json_object_new_string(is_true(mfa) ? "true" : "false"));
}

/* Puts the resources. */
static void
put_resources(json_object *record, json_object *row)
{
	static const struct
	{
		const char *field;
		const char *places[4];
	}			parts[] = {
		{"ARN", {"uid", "arn"}},
		{"accountId", {"owner.account.uid", "owner.account_uid", "account_uid"}},
		{"type", {"type"}},
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
			json_object *value = NULL;

			for (int place = 0; value == NULL && parts[n].places[place] != NULL; place++)
				value = find(json_object_array_get_idx(from, i), parts[n].places[place]);
			if (value != NULL)
				json_object_object_add(resource, parts[n].field, json_object_get(value));
		}
		json_object_array_add(to, resource);
	}
	ct_put_at(record, "resources", to);
}

/* Whether a row's status says that what it is about failed, 1, or succeeded, 0; -1 if neither. */
static int
failed(json_object *row)
{
	json_object *id = find(row, "status_id");
	const char *status = json_object_get_string(find(row, "status"));

	if (id != NULL && json_object_get_int(id) > 0 && json_object_get_int(id) <= 2)
		return json_object_get_int(id) == 2;
	return status == NULL ? -1 : strcmp(status, "Failure") == 0 ? 1 :
		strcmp(status, "Success") == 0 ? 0 : -1;
}

/* Whether a row is about a sign-in; the class has calls of STS, too. */
static bool
is_sign_in(json_object *row)
{
	const char *service = json_object_get_string(find(row, "api.service.name"));

	return json_object_get_int(find(row, "class_uid")) == CLASS_AUTHENTICATION && service != NULL &&
		(strncmp(service, "signin.", 7) == 0 || strncmp(service, "sso.", 4) == 0);
}

/* Puts what a record of a sign-in says of its outcome, and whether MFA was used. */
static void
put_sign_in(json_object *record, json_object *row)
{
	const char *name = json_object_get_string(find(row, "api.operation"));
	json_object *mfa = find(row, "is_mfa");
	json_object *login_to = find(row, "dst_endpoint.svc_name");
	json_object *outcome = json_object_new_object();

	if (failed(row) >= 0)
		json_object_object_add(outcome, name,
							   json_object_new_string(failed(row) ? "Failure" : "Success"));
	ct_add_missing(record, "responseElements", outcome);
	if (mfa == NULL)
		mfa = find(row, "mfa");
	if (mfa != NULL && find(record, "additionalEventData.MFAUsed") == NULL)
		ct_put_at(record, "additionalEventData.MFAUsed",
			json_object_new_string(is_true(mfa) ? "Yes" : "No"));
	if (login_to != NULL && find(record, "additionalEventData.LoginTo") == NULL)
		ct_put_at(record, "additionalEventData.LoginTo", json_object_get(login_to));
}

/* Puts the outcome: where a sign-in has it, or as an error where another row has none. */
static void
put_outcome(json_object *record, json_object *row)
{
	json_object *detail = find(row, "status_detail");

	if (is_sign_in(row))
		put_sign_in(record, row);
	else if (failed(row) == 1 && find(record, "errorCode") == NULL &&
			 find(record, "errorMessage") == NULL)
		ct_put_at(record, "errorMessage",
			detail != NULL ? json_object_get(detail) : json_object_new_string("Failure"));
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

char *
ct_build_ocsf(ct_slice row, size_t *len, bool *is_api, ct_error *err)
{
	json_object *parsed;
	json_object *record;
	json_object *time;
	char	   *text;

	*is_api = true;
	*err = (ct_error) {ct_json_obstacle(row.ptr, row.len), 0};
	if (err->code != CT_ERR_NONE)
		return NULL;
	err->code = CT_ERR_OUT_OF_MEMORY;
	parsed = ct_parse_json(row.ptr, row.len);
	record = json_object_new_object();
	unflatten(parsed);
	time = find(parsed, "time");
	*is_api = json_object_is_type(find(parsed, "api.operation"), json_type_string);
	put_time(record, "eventTime", time != NULL ? time : find(parsed, "time_dt"));
	put_texts(record, parsed, texts, CT_LENGTHOF(texts));
	put_category(record, parsed);
	put_principal(record, parsed);
	put_session(record, parsed);
	put_resources(record, parsed);
	put_rest(record, parsed);
	if (*is_api)
		put_outcome(record, parsed);
	json_object_put(parsed);
	text = ct_print_json(record, len);
	return text == NULL ? NULL : append_row(text, len, row);
}
