/*
 * keylist.c: reads the output of aws cloudtrail list-public-keys.
 */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "core/base/base64.h"
#include "core/event/json_document.h"
#include "core/evidence/signature.h"

/* No Region has had more keys than a few. */
#define KEY_LIST_MAX	(16 * 1024 * 1024)

bool
ct_key_list_read(const char *json, size_t len, ct_key_list *list, ct_error *err)
{
	memset(list, 0, sizeof(*list));
	if (len > KEY_LIST_MAX)
		return ct_fail(err, CT_ERR_KEY_LIST, 0);
	list->json = ct_parse_small_json(json, len, CT_ERR_KEY_LIST, err);
	if (list->json == NULL)
		return false;
	if (!json_object_is_type(list->json, json_type_object) ||
		!json_object_object_get_ex(list->json, "PublicKeyList", &list->keys) ||
		!json_object_is_type(list->keys, json_type_array))
		return ct_fail(err, CT_ERR_KEY_LIST, 0);
	list->count = json_object_array_length(list->keys);
	return true;
}

bool
ct_key_list_get(const ct_key_list *list, size_t index, ct_public_key *key, ct_error *err)
{
	json_object *element = json_object_array_get_idx(list->keys, index);
	ct_slice	value = ct_json_text(element, "Value");
	char	   *der;
	bool		decoded;

	memset(key, 0, sizeof(*key));
	key->fingerprint = ct_json_text(element, "Fingerprint");
	if (key->fingerprint.ptr == NULL || value.ptr == NULL)
		return ct_fail(err, CT_ERR_KEY_LIST, 0);
	decoded = ct_base64_decode(value.ptr, value.len, &der, &key->der_len, err) &&
		key->der_len <= CT_KEY_MAX;
	if (decoded)
		memcpy(key->der, der, key->der_len);
	free(der);
	if (!decoded || !ct_is_public_key(key->der, key->der_len))
		return ct_fail(err, CT_ERR_KEY_VALUE, 0);
	key->has_validity = ct_json_time(element, "ValidityStartTime", &key->valid_from) &&
		ct_json_time(element, "ValidityEndTime", &key->valid_to);
	return true;
}

void
ct_key_list_release(ct_key_list *list)
{
	json_object_put(list->json);
	list->json = NULL;
}
