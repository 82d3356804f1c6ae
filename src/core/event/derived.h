/*
 * derived.h: what a record says that stands in no single field.
 */
#ifndef CT_DERIVED_H
#define CT_DERIVED_H

#include "core/event/record.h"
#include "core/json/json_path.h"

/*
 * Room for texts that are put together rather than pointed at.  Every text
 * made from a record is at most as long as the record and a fixed part, so
 * the makers size the room once: CT_SCRATCH_SIZE serves ten texts.
 */
typedef struct ct_scratch
{
	char	   *next;
	char	   *end;
} ct_scratch;

#define CT_SCRATCH_SIZE(record_length) (10 * ((size_t) (record_length) + 256))

/* A string's characters. */
extern ct_slice ct_string_text(const char *json, const ct_value *value, ct_scratch *scratch);

/* The field as text: a string's characters, anything else's JSON; none for null. */
extern ct_slice ct_text(const ct_record *rec, ct_field field, ct_scratch *scratch);

/* The field's characters if it is a string that is not empty. */
extern ct_slice ct_filled(const ct_record *rec, ct_field field, ct_scratch *scratch);

/* The field as truth value, be it true or "true"; -1 where it is neither. */
extern int	ct_bool(const ct_record *rec, ct_field field);

/* The record's identity: its eventID if that is a UUID, else made of its bytes. */
extern void ct_event_key(const ct_record *rec, uint8_t key[16]);

/* Major or minor part of eventVersion; -1 where it cannot be read. */
extern int	ct_version_part(const ct_record *rec, bool minor);

/* The service that an eventSource names: without .amazonaws.com or .amazonaws.com.cn. */
extern ct_slice ct_service(ct_slice source);

/* secretsmanager:GetSecretValue */
extern ct_slice ct_action(const ct_record *rec, ct_scratch *scratch);

/* The account the event belongs to. */
extern ct_slice ct_account_id(const ct_record *rec, ct_scratch *scratch);

/* The partition of the event's ARNs, such as aws-cn: that of the caller's, else the Region's. */
extern ct_slice ct_partition(const ct_record *rec, ct_scratch *scratch);

/* The role or user behind the call: who issued the session, else who the ARN names. */
extern ct_slice ct_principal_arn(const ct_record *rec, ct_scratch *scratch);

/* The name of the session, as its ARN or the principal's identifier ends. */
extern ct_slice ct_session_name(const ct_record *rec, ct_scratch *scratch);

/* Whether AWS made the event, not a call: AWS writes its type in two ways. */
extern bool ct_is_service_event(const ct_record *rec);

/*
 * False if the event reports a failure. A failed rotation has an errorMessage
 * alone, a refused sign-in sometimes neither that nor a code.
 */
extern bool ct_succeeded(const ct_record *rec);

/* Reads an address as written; gives its length, 4 or 16 bytes, or 0 if it is none. */
extern size_t ct_source_ip(const ct_record *rec, uint8_t ip[16]);

/* Finds the ARN in an element of resources[]; none where it has no ARN. */
extern ct_slice ct_resource_arn(const char *json, const ct_value *element, ct_scratch *scratch);

/* Room for another text of len bytes; the scratch is known to have it. */
static inline char *
ct_scratch_take(ct_scratch *scratch, size_t len)
{
	char	   *room = scratch->next;

	if ((size_t) (scratch->end - scratch->next) < len)
		return NULL;
	scratch->next += len;
	return room;
}

/* The part of an ARN that an index from 0 names: arn:partition:service:region:account:resource. */
extern ct_slice ct_arn_part(ct_slice arn, int index);

/* Whether two texts are the same. */
extern bool ct_same(ct_slice a, ct_slice b);

/* Whether a text begins with a C string. */
extern bool ct_starts_with(ct_slice s, const char *prefix);

/* Whether it ends with one. */
extern bool ct_ends_with(ct_slice s, const char *suffix);

/* Joins pieces, none longer than the record, to one text. */
extern ct_slice ct_join(ct_scratch *scratch, const ct_slice *pieces, int n);

/* A C string as a slice. */
#define CT_LITERAL(s) ((ct_slice) {s, sizeof(s) - 1})

/* A member of an object in the record, if it is a string. */
extern ct_slice ct_member_string(const ct_record *rec, ct_field object, const char *key,
								 ct_scratch *scratch);

/* The same, if it is not empty. */
extern ct_slice ct_member_text(const ct_record *rec, ct_field object, const char *key,
							   ct_scratch *scratch);

#endif							/* CT_DERIVED_H */
