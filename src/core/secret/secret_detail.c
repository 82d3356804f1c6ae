/*
 * secret_detail.c: what the columns of a fact do not hold, as one JSON object.
 */
#include <string.h>
#include <strings.h>

#include "core/base/utf8.h"
#include "core/json/json_safe.h"
#include "core/secret/secret_detail.h"
#include "core/secret/secret_place.h"

/* Members that become details.  CloudTrail's keys vary in case: case does not count. */
static const struct
{
	ct_field	object;
	const char *key;
	const char *name;
}			members[] = {
	{CT_FIELD_request_parameters, "rotationLambdaARN", "rotation_lambda_arn"},
	{CT_FIELD_request_parameters, "rotationRules", "rotation_rules"},
	{CT_FIELD_request_parameters, "rotateImmediately", "rotate_immediately"},
	{CT_FIELD_request_parameters, "rotationEnabled", "rotation_enabled"},
	{CT_FIELD_request_parameters, "externalSecretRotationRoleArn", "external_rotation_role_arn"},
	{CT_FIELD_request_parameters, "externalSecretRotationMetadata", "external_rotation_metadata"},
	{CT_FIELD_request_parameters, "addReplicaRegions", "add_replica_regions"},
	{CT_FIELD_request_parameters, "removeReplicaRegions", "remove_replica_regions"},
	{CT_FIELD_request_parameters, "forceOverwriteReplicaSecret", "force_overwrite_replica_secret"},
	{CT_FIELD_request_parameters, "crossAccountPrimaryARN", "cross_account_primary_arn"},
	{CT_FIELD_request_parameters, "crossAccountReplicaARN", "cross_account_replica_arn"},
	{CT_FIELD_request_parameters, "filters", "filters"},
	{CT_FIELD_request_parameters, "nextToken", "next_token"},
	{CT_FIELD_request_parameters, "resourcePolicy", "resource_policy"},
	{CT_FIELD_request_parameters, "blockPublicPolicy", "block_public_policy"},
	{CT_FIELD_request_parameters, "recoveryWindowInDays", "recovery_window_in_days"},
	{CT_FIELD_request_parameters, "forceDeleteWithoutRecovery", "force_delete_without_recovery"},
	{CT_FIELD_request_parameters, "moveToVersionId", "move_to_version_id"},
	{CT_FIELD_request_parameters, "removeFromVersionId", "remove_from_version_id"},
	{CT_FIELD_request_parameters, "versionStages", "version_stages"},
	{CT_FIELD_request_parameters, "owningService", "owning_service"},
	{CT_FIELD_request_parameters, "aliasName", "alias_name"},
	{CT_FIELD_request_parameters, "targetKeyId", "target_key_id"},
	{CT_FIELD_request_parameters, "pendingWindowInDays", "pending_window_in_days"},
	{CT_FIELD_response_elements, "rotationEnabled", "rotation_enabled"},
	{CT_FIELD_response_elements, "rotationLambdaARN", "rotation_lambda_arn"},
	{CT_FIELD_response_elements, "rotationRules", "rotation_rules"},
	{CT_FIELD_response_elements, "replicationStatus", "replication_status"},
	{CT_FIELD_response_elements, "versionStages", "version_stages"},
	{CT_FIELD_response_elements, "deletionDate", "deletion_date"},
	{CT_FIELD_response_elements, "owningService", "owning_service"},
	{CT_FIELD_additional_event_data, "Region", "replica_region"},
	{CT_FIELD_additional_event_data, "replicaRegion", "replica_region"},
	{CT_FIELD_additional_event_data, "owningService", "owning_service"},
};

/* The longest key, escaped in the longest way. */
#define KEY_MAX		(6 * 32)

/* An object that is being written. */
typedef struct writer
{
	char	   *start;
	char	   *next;
	char	   *end;
	bool		full;			/* something did not fit */
} writer;

/* Adds bytes, if there is room for them. */
static void
put(writer *w, const char *bytes, size_t len)
{
	if ((size_t) (w->end - w->next) < len)
	{
		w->full = true;
		return;
	}
	memcpy(w->next, bytes, len);
	w->next += len;
}

/* Begins a member. */
static void
put_name(writer *w, const char *name)
{
	put(w, w->next == w->start ? "{\"" : ",\"", 2);
	put(w, name, strlen(name));
	put(w, "\":", 2);
}

/* Adds a member that is a text without anything to escape. */
static void
put_text(writer *w, const char *name, ct_slice text)
{
	put_name(w, name);
	put(w, "\"", 1);
	put(w, text.ptr, text.len);
	put(w, "\"", 1);
}

/* The name of the detail that a member is; NULL if it is none. */
static const char *
name_of_member(ct_field object, const char *json, const ct_value *key)
{
	char		plain[KEY_MAX];
	ct_slice	text = {json + key->offset, key->length};

	if (text.len > KEY_MAX)
		return NULL;
	if (key->escaped)
		text = (ct_slice) {plain, ct_unescape(text.ptr, text.len, plain)};
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
	{
		if (members[i].object == object && strlen(members[i].key) == text.len &&
			strncasecmp(members[i].key, text.ptr, text.len) == 0)
			return members[i].name;
	}
	return NULL;
}

/* Adds the details that an object of the record has. */
static void
put_members(writer *w, const ct_record *rec, ct_field object)
{
	ct_slice	json = ct_raw(rec, object);
	ct_value	key;
	ct_value	value;
	size_t		pos = 0;

	if (ct_type_of(rec, object) != CT_OBJECT)
		return;
	while (ct_next_member(json.ptr, json.len, &pos, &key, &value))
	{
		const char *name = name_of_member(object, json.ptr, &key);
		size_t		quote = value.type == CT_STRING;	/* the quotes belong to it here */
		size_t		len = value.length + 2 * quote;
		char	   *before = w->next;

		if (name == NULL || value.type == CT_NULL)
			continue;
		put_name(w, name);
		if ((size_t) (w->end - w->next) < CT_JSONSAFE_BOUND(len) ||
			!ct_make_json_strings(json.ptr + value.offset - quote, len, CT_FACT_DETAIL_DEPTH,
								  w->next, &len))
			w->next = before;
		else
			w->next += len;
	}
}

/* The bytes of a text from its start that are of a set. */
static ct_slice
span(const char *start, const char *end, const char *set)
{
	const char *p = start;

	while (p < end && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
					   (*p >= '0' && *p <= '9') || (*p != '\0' && strchr(set, *p) != NULL)))
		p++;
	return (ct_slice) {start, (size_t) (p - start)};
}

/*
 * Adds what a failed rotation says: "... lambda arn:aws:lambda:... during
 * createSecret step".
 */
static void
put_failed_step(writer *w, ct_slice message)
{
	static const char during[] = " during ";
	const char *end = message.ptr + message.len;
	const char *arn = message.ptr;
	const char *step = message.ptr;
	ct_slice	text;

	while ((arn = memmem(arn, end - arn, "arn:", 4)) != NULL)
	{
		text = span(arn, end, ":/_+=.@-$");
		if (memmem(text.ptr, text.len, ":lambda:", 8) != NULL)
		{
			/* What ends the sentence is no part of it. */
			while (text.ptr[text.len - 1] == '.' || text.ptr[text.len - 1] == ':')
				text.len--;
			put_text(w, "lambda_arn", text);
			break;
		}
		arn += text.len;
	}
	while ((step = memmem(step, end - step, during, strlen(during))) != NULL)
	{
		step += strlen(during);
		text = span(step, end, "_");
		if (text.len > 0 &&
			ct_starts_with((ct_slice) {text.ptr + text.len, end - text.ptr - text.len}, " step"))
		{
			put_text(w, "failed_step", text);
			break;
		}
	}
}

/* Adds what the identifier of a request says: that a deletion was forced. */
static void
put_forced(writer *w, ct_slice request_id)
{
	static const char forced[] = ":Forced";
	size_t		len = strlen(forced);

	if (request_id.len >= len && memcmp(request_id.ptr + request_id.len - len, forced, len) == 0)
		put_text(w, "forced", CT_LITERAL("true"));
}

ct_slice
ct_secret_detail(const ct_record *rec, ct_scratch *scratch)
{
	bool		own = ct_is_secretsmanager(rec);
	ct_slice	message = own ? ct_filled(rec, CT_FIELD_error_message, scratch) : CT_NO_SLICE;
	size_t		size = CT_JSONSAFE_BOUND(rec->length) + 512;
	writer		w = {0};

	if (rec->length > CT_FACT_DETAIL_MAX || (w.start = ct_scratch_take(scratch, size)) == NULL)
		return CT_NO_SLICE;
	w.next = w.start;
	w.end = w.start + size - 1; /* the last brace always fits */
	put_members(&w, rec, CT_FIELD_request_parameters);
	put_members(&w, rec, CT_FIELD_response_elements);
	put_members(&w, rec, CT_FIELD_additional_event_data);
	if (message.ptr != NULL)
		put_failed_step(&w, message);
	if (own)
		put_forced(&w, ct_filled(rec, CT_FIELD_request_id, scratch));
	if (w.next == w.start || w.full)
		return CT_NO_SLICE;
	*w.next++ = '}';
	return (ct_slice) {w.start, (size_t) (w.next - w.start)};
}
