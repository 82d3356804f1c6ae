/*
 * secret_fact.h: what an event says of each secret that it names.
 *
 * Which events have facts: all of Secrets Manager; those of KMS that Secrets
 * Manager made, that name a secret or that change keys; and those of any other
 * service that name a secret by its full ARN.
 */
#ifndef CT_SECRET_FACT_H
#define CT_SECRET_FACT_H

#include "core/event/derived.h"
#include "core/event/fact_type.h"

/* A fact; its columns live as long as the visitor's call. */
typedef struct ct_secret_fact
{
#define CT_FACT(name, type, comment) ct_fact_##type name;
#include "core/secret/factlist.h"
#undef CT_FACT
} ct_secret_fact;

enum
{
#define CT_FACT(name, type, comment) CT_FACT_##name,
#include "core/secret/factlist.h"
#undef CT_FACT
	CT_FACT_COUNT
};

/* An event names no more secrets than this; the service takes 20 in a request. */
#define CT_FACT_ITEMS_MAX	1000

/* Called with each fact of an event; false ends the walk. */
typedef bool (*ct_secret_fact_visitor) (void *arg, const ct_secret_fact *fact);

/* Visits the facts of a scanned record: one for each secret that it names, once, in order. */
extern void ct_each_secret_fact(const ct_record *rec, ct_scratch *scratch,
								ct_secret_fact_visitor visit, void *arg);

/* Whether a record may have facts; most have none, which this finds out fast. */
extern bool ct_may_have_secret_facts(const ct_record *rec);

/* Whether a record has facts. */
extern bool ct_has_secret_facts(const ct_record *rec, ct_scratch *scratch);

#endif							/* CT_SECRET_FACT_H */
