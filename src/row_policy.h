/*
 * row_policy.h: who may see all rows of a trail's table.
 */
#ifndef CLOUDTRAIL_ROW_POLICY_H
#define CLOUDTRAIL_ROW_POLICY_H

#include "cloudtrail.h"

/*
 * Whether the caller may see all rows of a table: no policy holds for them, or
 * one that cloudtrail_create_trail() made hides nothing from who is shown every
 * event.
 */
extern bool may_see_all_rows(Oid table);

#endif							/* CLOUDTRAIL_ROW_POLICY_H */
