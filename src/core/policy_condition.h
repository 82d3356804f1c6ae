/*
 * policy_condition.h: what the Condition of an IAM policy's statement narrows.
 */
#ifndef CT_POLICY_CONDITION_H
#define CT_POLICY_CONDITION_H

#include "record.h"

struct json_object;

/* Told of an account that a condition lets in; false ends the reading. */
typedef bool (*ct_account_visitor) (void *arg, ct_slice account);

/*
 * Reads a Condition: whether it narrows those whom the statement lets in, as
 * AWS documents it for S3 Block Public Access, and which accounts it names as
 * those let in.  NULL stands for no condition.  False with err->code where it
 * is none, or where the visitor said so.
 */
extern bool ct_condition_read(struct json_object *condition, ct_account_visitor visit, void *arg,
							  bool *narrow, ct_error *err);

#endif							/* CT_POLICY_CONDITION_H */
