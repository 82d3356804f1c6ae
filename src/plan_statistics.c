/*
 * plan_statistics.c: reading the statistics of a column of events.
 */
#include "cloudtrail.h"

#include "access/htup_details.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "plan_statistics.h"

/* Opens a slot; false where it is missing or holds something else. */
static bool
open_slot(AttStatsSlot *slot, HeapTuple tuple, int kind, Oid type)
{
	if (!get_attstatsslot(slot, tuple, kind, InvalidOid, ATTSTATSSLOT_VALUES |
						  ATTSTATSSLOT_NUMBERS))
		return false;
	if (slot->valuetype == type && slot->nvalues > 0 && slot->nnumbers >= slot->nvalues + 2)
		return true;
	free_attstatsslot(slot);
	return false;
}

bool
open_statistics(VariableStatData *vardata, EventStatistics *statistics)
{
	HeapTuple	tuple = vardata->statsTuple;

	*statistics = (EventStatistics) {0};
	if (!HeapTupleIsValid(tuple))
		return false;
	statistics->null_fraction = ((Form_pg_statistic) GETSTRUCT(tuple))->stanullfrac;
	if (!open_slot(&statistics->keys, tuple, STATISTIC_KIND_MCELEM, INT8OID))
		return false;
	if (!open_slot(&statistics->actions, tuple, STATISTIC_KIND_ACTIONS, TEXTOID))
		statistics->actions = (AttStatsSlot) {0};
	return true;
}

void
close_statistics(EventStatistics *statistics)
{
	free_attstatsslot(&statistics->keys);
	free_attstatsslot(&statistics->actions);
}

/* The part of events that has a key; 0 where the list does not have it. */
static double
key_fraction(const AttStatsSlot *keys, int64 key)
{
	int			low = 0;
	int			high = keys->nvalues;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (DatumGetInt64(keys->values[middle]) < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low < keys->nvalues && DatumGetInt64(keys->values[low]) == key ? keys->numbers[low] : 0;
}

/* The part of events that one search finds. */
static double
search_fraction(const EventStatistics *statistics, const IndexSearch *search)
{
	if (search->is_pattern)
	{
		ct_action_pattern pattern = search->pattern;

		if (pattern.service.ptr == NULL)
			pattern.service = CT_LITERAL("*");
		if (pattern.name.ptr == NULL)
			pattern.name = CT_LITERAL("*");
		return action_fraction(statistics, &pattern);
	}
	return key_fraction(&statistics->keys, index_key_number(search->key));
}

double
index_query_fraction(const EventStatistics *statistics, const IndexQuery *query)
{
	double		all = 1;
	int			i = 0;

	while (i < query->count)
	{
		int			group = query->searches[i].group;
		double		fraction = 0;

		for (; i < query->count && query->searches[i].group == group; i++)
			fraction += search_fraction(statistics, &query->searches[i]);

		/* What is not in the list is less common than all in it. */
		if (fraction == 0)
			fraction = statistics->keys.numbers[statistics->keys.nvalues] / 2;
		all *= Min(fraction, 1);
	}
	return all;
}

double
action_fraction(const EventStatistics *statistics, const ct_action_pattern *pattern)
{
	const AttStatsSlot *actions = &statistics->actions;
	double		matched = 0;
	double		listed = 0;
	double		rest;
	double		least;
	bool		one_service;
	bool		one_name;

	if (actions->nvalues == 0)
		return DEFAULT_MATCH_SEL;
	for (int i = 0; i < actions->nvalues; i++)
	{
		struct varlena *text = (struct varlena *) DatumGetPointer(actions->values[i]);
		ct_action_pattern action = ct_action_pattern_of(pattern_text(text));

		listed += actions->numbers[i];
		if (ct_action_matches(pattern, action.service, action.name))
			matched += actions->numbers[i];
	}
	rest = Max(1 - listed, 0);
	least = Min(actions->numbers[actions->nvalues], rest);
	ct_literal_prefix(pattern->service, &one_service);
	ct_literal_prefix(pattern->name, &one_name);

	/* One action is in the list or rare; of the rest, a pattern matches as much as of the list. */
	if (one_service && one_name)
		return matched > 0 ? matched : least / 2;
	return Max(matched + rest * (listed > 0 ? matched / listed : 0), least / 2);
}

double
average_secret_fraction(const EventStatistics *statistics)
{
	const AttStatsSlot *keys = &statistics->keys;
	double		sum = 0;
	int			n = 0;

	for (int i = 0; i < keys->nvalues; i++)
	{
		if (index_number_kind(DatumGetInt64(keys->values[i])) == CT_KEY_SECRET)
		{
			sum += keys->numbers[i];
			n++;
		}
	}
	return n > 0 ? sum / n : keys->numbers[keys->nvalues] / 2;
}
