/*
 * stored_fact.c: what a stored event's header tells of the facts in its record.
 */
#include "core/event/credential.h"
#include "core/store/stored_fact.h"

ct_fact_presence
ct_stored_secret_facts(const ct_stored *stored)
{
	ct_slice	source = stored->text[CT_STORED_EVENT_SOURCE];

	if (stored->elsewhere[CT_STORED_EVENT_SOURCE])
		return CT_FACTS_IN_RECORD;
	if (source.ptr != NULL && (ct_starts_with(source, "secretsmanager.") ||
							   (ct_same(source, CT_LITERAL("secretsmanager")) &&
								(stored->flags & CT_STORED_AMAZONAWS_COM))))
		return CT_FACTS_SOME;
	/* Whether Secrets Manager made a request to KMS is in the record. */
	if (ct_stored_secret_source(stored) != CT_SECRET_NONE ||
		(source.ptr != NULL && ct_starts_with(source, "kms")))
		return CT_FACTS_IN_RECORD;
	return CT_FACTS_NONE;
}

ct_fact_presence
ct_stored_issues_credentials(const ct_stored *stored)
{
	ct_slice	source = stored->text[CT_STORED_EVENT_SOURCE];
	ct_slice	name = stored->text[CT_STORED_EVENT_NAME];

	if (!(stored->flags & CT_STORED_SUCCEEDED))
		return CT_FACTS_NONE;
	/* Longer names are nobody's, but the record decides. */
	if (stored->elsewhere[CT_STORED_EVENT_SOURCE] || stored->elsewhere[CT_STORED_EVENT_NAME])
		return CT_FACTS_IN_RECORD;
	if (source.ptr == NULL || name.ptr == NULL || !ct_is_issuer(ct_service(source), name))
		return CT_FACTS_NONE;
	return CT_FACTS_IN_RECORD;
}
