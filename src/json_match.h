/*
 * json_match.h: whether a record contains a query, identified by the record's text.
 */
#ifndef CLOUDTRAIL_JSON_MATCH_H
#define CLOUDTRAIL_JSON_MATCH_H

#include "json_prepare.h"

/* Whether a value in a record is a string of these characters. */
extern bool is_string(const ct_record *rec, const ct_value *value, ct_slice text);

/* Whether a record contains a query, as the record's jsonb would. */
extern bool record_contains(const ct_record *rec, const QueryNode *query);

#endif							/* CLOUDTRAIL_JSON_MATCH_H */
