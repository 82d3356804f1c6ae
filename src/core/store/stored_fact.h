/*
 * stored_fact.h: what a stored event's header tells of the facts in its record.
 */
#ifndef CT_STORED_FACT_H
#define CT_STORED_FACT_H

#include "core/store/stored.h"

typedef enum ct_fact_presence
{
	CT_FACTS_NONE,
	CT_FACTS_SOME,
	CT_FACTS_IN_RECORD			/* only the record tells */
} ct_fact_presence;

/* Whether, as far as the header tells, a stored event has facts about secrets. */
extern ct_fact_presence ct_stored_secret_facts(const ct_stored *stored);

/* Whether, as far as the header tells, a stored event issues credentials. */
extern ct_fact_presence ct_stored_issues_credentials(const ct_stored *stored);

#endif							/* CT_STORED_FACT_H */
