/*
 * plan_selectivity.c: how many events the planner may expect of @>, @~ and @@.
 *
 * An estimator can be attached to any operator, so nothing is read from a
 * constant before its type is known to be the one we think it is.
 */
#include "cloudtrail.h"

#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "plan_selectivity.h"
#include "plan_statistics.h"

CLOUDTRAIL_FUNCTION(cloudtrail_event_sel);
CLOUDTRAIL_FUNCTION(cloudtrail_event_joinsel);

/* Where there are no statistics. */
#define DEFAULT_ACTION_SEL	0.005
#define DEFAULT_SECRET_SEL	0.001
#define DEFAULT_JSON_SEL	0.01

/* What stands on the other side of an event. */
typedef enum Side
{
	SIDE_OTHER,
	SIDE_ACTION,
	SIDE_SECRET,
	SIDE_JSONB
} Side;

/*
 * Whether a type is one of ours: by the C function that reads it, which
 * no other type can have, whatever its name and schema.
 */
static bool
is_own_type(Oid type, PGFunction input)
{
	Oid			function;
	Oid			parameter;
	FmgrInfo	info;

	if (!OidIsValid(type) || get_typtype(type) != TYPTYPE_BASE)
		return false;
	getTypeInputInfo(type, &function, &parameter);
	fmgr_info(function, &info);
	return info.fn_addr == input;
}

/* What a type can be asked of events. */
static Side
side_of(Oid type)
{
	if (type == JSONBOID)
		return SIDE_JSONB;
	if (is_own_type(type, cloudtrail_action_in))
		return SIDE_ACTION;
	if (is_own_type(type, cloudtrail_secret_in))
		return SIDE_SECRET;
	return SIDE_OTHER;
}

/* Where there are no statistics, or nothing to look up in them. */
static double
default_fraction(Side side)
{
	switch (side)
	{
		case SIDE_ACTION:
			return DEFAULT_ACTION_SEL;
		case SIDE_SECRET:
			return DEFAULT_SECRET_SEL;
		default:
			return DEFAULT_JSON_SEL;
	}
}

/* The part of events that meets a condition. */
static double
fraction_of(const EventStatistics *statistics, Side side, Datum value)
{
	struct varlena *pattern;
	ct_action_pattern action;
	IndexQuery	query;

	switch (side)
	{
		case SIDE_ACTION:
			action = action_of(PG_DETOAST_DATUM_PACKED(value));
			return action_fraction(statistics, &action);
		case SIDE_SECRET:
			pattern = PG_DETOAST_DATUM_PACKED(value);
			query = index_query_of_secret(pattern);
			break;
		case SIDE_JSONB:
			query = index_query_of_jsonb(value);
			break;
		default:
			return DEFAULT_JSON_SEL;
	}
	if (query.nothing)
		return 0;
	return query.count == 0 ? default_fraction(side) : index_query_fraction(statistics, &query);
}

/* The same for a value that is not known yet. */
static double
average_fraction(const EventStatistics *statistics, Side side)
{
	return side == SIDE_SECRET ? average_secret_fraction(statistics) : default_fraction(side);
}

double
event_selectivity(PlannerInfo *root, List *args, int varRelid)
{
	VariableStatData vardata;
	EventStatistics statistics;
	Node	   *other;
	bool		on_left;
	double		fraction;
	Side		side;

	if (list_length(args) != 2 ||
		!get_restriction_variable(root, args, varRelid, &vardata, &other, &on_left))
		return DEFAULT_JSON_SEL;
	side = side_of(exprType(other));
	if (IsA(other, Const) && ((Const *) other)->constisnull)
		fraction = 0;
	else if (is_own_type(vardata.vartype, cloudtrail_event_in) &&
			 open_statistics(&vardata, &statistics))
	{
		fraction = IsA(other, Const) ?
			fraction_of(&statistics, side, ((Const *) other)->constvalue) :
			average_fraction(&statistics, side);
		fraction *= 1 - statistics.null_fraction;
		close_statistics(&statistics);
	}
	else
		fraction = default_fraction(side);
	ReleaseVariableStats(vardata);
	CLAMP_PROBABILITY(fraction);
	return fraction;
}

/* Adds up what the values of a slot find, each with its weight; tells the weights' sum. */
static double
weigh_slot(const EventStatistics *statistics, Side side, HeapTuple tuple, int kind, double *weights)
{
	AttStatsSlot slot;
	double		sum = 0;
	bool		common = kind == STATISTIC_KIND_MCV;

	*weights = 0;
	if (!get_attstatsslot(&slot, tuple, kind, InvalidOid,
						  ATTSTATSSLOT_VALUES | (common ? ATTSTATSSLOT_NUMBERS : 0)))
		return 0;
	if (side_of(slot.valuetype) == side)
	{
		for (int i = 0; i < slot.nvalues; i++)
		{
			double		weight = common && i < slot.nnumbers ? slot.numbers[i] : 1;

			sum += weight * fraction_of(statistics, side, slot.values[i]);
			*weights += weight;
		}
	}
	free_attstatsslot(&slot);
	return sum;
}

/* The part of events that one value of the other column finds, on an average. */
static double
average_of_column(const EventStatistics *statistics, Side side, VariableStatData *column)
{
	double		common;
	double		common_weight;
	double		others;
	double		others_weight;

	if (!HeapTupleIsValid(column->statsTuple) || side == SIDE_JSONB || side == SIDE_OTHER)
		return average_fraction(statistics, side);
	common = weigh_slot(statistics, side, column->statsTuple, STATISTIC_KIND_MCV, &common_weight);
	others = weigh_slot(statistics, side, column->statsTuple, STATISTIC_KIND_HISTOGRAM,
						&others_weight);
	if (common_weight == 0 && others_weight == 0)
		return average_fraction(statistics, side);
	if (others_weight == 0)
		return common / common_weight;

	/* The histogram stands for the values that are not among the most common. */
	return common + Max(1 - common_weight, 0) * others / others_weight;
}

double
event_join_selectivity(PlannerInfo *root, List *args, JoinType jointype, SpecialJoinInfo *sjinfo)
{
	VariableStatData left;
	VariableStatData right;
	VariableStatData *events;
	VariableStatData *others;
	EventStatistics statistics;
	bool		reversed;
	double		fraction;
	Side		side;

	if (list_length(args) != 2)
		return DEFAULT_JSON_SEL;
	get_join_variables(root, args, sjinfo, &left, &right, &reversed);
	events = is_own_type(left.vartype, cloudtrail_event_in) ? &left : &right;
	others = events == &left ? &right : &left;
	side = side_of(others->vartype);
	if (is_own_type(events->vartype, cloudtrail_event_in) && open_statistics(events, &statistics))
	{
		fraction = average_of_column(&statistics, side, others) * (1 - statistics.null_fraction);
		close_statistics(&statistics);
	}
	else
		fraction = default_fraction(side);

	/* A semijoin asks how many outer rows find any inner row. */
	if (jointype == JOIN_SEMI || jointype == JOIN_ANTI)
	{
		VariableStatData *inner = reversed ? &left : &right;

		if (inner->rel != NULL)
			fraction *= Max(inner->rel->rows, 1);
	}
	ReleaseVariableStats(left);
	ReleaseVariableStats(right);
	CLAMP_PROBABILITY(fraction);
	return fraction;
}

/* Restriction estimator. */
Datum
cloudtrail_event_sel(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(event_selectivity((PlannerInfo *) PG_GETARG_POINTER(0),
									   (List *) PG_GETARG_POINTER(2), PG_GETARG_INT32(3)));
}

/* Join estimator. */
Datum
cloudtrail_event_joinsel(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(event_join_selectivity((PlannerInfo *) PG_GETARG_POINTER(0),
											(List *) PG_GETARG_POINTER(2),
											(JoinType) PG_GETARG_INT16(3),
											(SpecialJoinInfo *) PG_GETARG_POINTER(4)));
}
