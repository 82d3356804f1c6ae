/*
 * catalog.c: all shapes, compiled, and the drawing of one at random.
 */
#include <stdlib.h>

#include "catalog.h"
#include "stories.h"

#define ENTRY_LIMIT		512
#define DRAW_BITS		16
#define DRAWS			(1 << DRAW_BITS)

/* The share of the draws that begin or go on with a secret's story. */
#define USUAL_STORIES_PERCENT 4

static const shape_table *const tables[SHAPE_TABLES] = {
	&shapes_storage, &shapes_compute, &shapes_containers, &shapes_identity, &shapes_sign_in,
	&shapes_data, &shapes_network, &shapes_operations, &shapes_security, &shapes_rare,
	&shapes_secretsmanager
};

static const failure denied = {0, NULL, NULL, false};

const fault fault_denied = {&denied, {NULL, 0}};

static entry entries[ENTRY_LIMIT];
static int	entry_count;
static int	first_story;
static int16_t drawn[DRAWS];

/* Compiles one shape. */
static void
compile(entry *e, const shape *sh)
{
	text		source = {0};

	e->shape = sh;
	e->service = &services[sh->service];
	text_adds(&source, e->service->source);
	text_add(&source, ".amazonaws.com", sizeof(".amazonaws.com"));
	e->source = source.data;
	text_lit(&e->head, "\",\"eventSource\":\"");
	text_adds(&e->head, e->source);
	text_lit(&e->head, "\",\"eventName\":\"");
	text_adds(&e->head, sh->name);
	text_lit(&e->head, "\",\"awsRegion\":\"");
	e->request = template_compile(sh->request);
	e->response = template_compile(sh->response);
	e->additional = template_compile(sh->additional);
	e->resources = template_compile(sh->resources);
	e->details = template_compile(sh->details);
	e->subject = template_compile(sh->subject ? sh->subject : "*");
	e->identity = template_compile(sh->identity);
	e->invoker = template_compile(sh->invoker ? sh->invoker : e->source);
	e->id = template_compile(sh->id);
	e->host = template_compile(e->service->host);
	for (int i = 0; i < FAILURES; i++)
	{
		e->fault[i].failure = &sh->failure[i];
		e->fault[i].message = template_compile(sh->failure[i].message);
	}
	if (sh->by)
		e->group = principals_group(sh->by);
}

/* Whether the run may draw a shape. */
static bool
is_wanted(const entry *e, const selection *wanted)
{
	uint32_t	flags = e->shape->flags;

	if (flags & STORY)
		return false;
	if (wanted->service != NULL && strcmp(wanted->service, e->service->source) != 0)
		return false;
	if (wanted->only_management && (flags & (DATA | NETWORK | INSIGHT)))
		return false;
	if (wanted->only_holdout)
		return (flags & HOLDOUT) != 0;
	return !wanted->no_holdout || (flags & HOLDOUT) == 0;
}

/* How often a shape is drawn; those held out, each as often as the others. */
static int
draw_weight(const entry *e, const selection *wanted)
{
	if (!is_wanted(e, wanted))
		return 0;
	return wanted->only_holdout ? 1 : e->shape->weight;
}

/* Fills the table that a draw is one look into. */
static void
spread_weights(const selection *wanted)
{
	int			percent = wanted->stories_percent;
	int64_t		total = 0;
	int64_t		sum = 0;
	int			kinds = 0;
	int			stories;
	int			rest;
	int			filled = 0;

	if (percent < 0)
		percent = USUAL_STORIES_PERCENT;
	if (wanted->only_holdout)
		percent = 0;
	if (wanted->service != NULL)
		percent = strcmp(wanted->service, services[SECRETSMANAGER].source) == 0 ? 98 : 0;
	for (int i = 0; i < entry_count; i++)
	{
		total += draw_weight(&entries[i], wanted);
		kinds += draw_weight(&entries[i], wanted) > 0;
	}
	if (total == 0 && percent == 0)
		die("no shape is left to draw");
	if (percent == 100)
		total = kinds = 0;
	stories = total == 0 ? DRAWS : DRAWS * percent / 100;
	/* Each shape gets one draw, so that the rarest is drawn too. */
	rest = DRAWS - stories - kinds;
	if (rest < 0)
	{
		stories += rest;
		rest = 0;
	}
	while (filled < stories)
		drawn[filled++] = DRAW_STORY;
	kinds = 0;
	for (int i = 0; i < entry_count && total > 0; i++)
	{
		int			weight = draw_weight(&entries[i], wanted);
		int			until;

		if (weight == 0)
			continue;
		sum += weight;
		until = stories + ++kinds + (int) (rest * sum / total);
		while (filled < until)
			drawn[filled++] = (int16_t) i;
	}
}

/* Compiles all shapes and prepares the drawing. */
void
catalog_create(const selection *wanted)
{
	for (int t = 0; t < SHAPE_TABLES; t++)
	{
		if (tables[t] == &shapes_secretsmanager)
			first_story = entry_count;
		for (int i = 0; i < tables[t]->count; i++)
		{
			if (entry_count == ENTRY_LIMIT)
				die("too many shapes");
			compile(&entries[entry_count++], &tables[t]->shape[i]);
		}
	}
	spread_weights(wanted);
}

/* The number of a shape, or DRAW_STORY. */
int
catalog_draw(rng *r)
{
	return drawn[rng_next(r) >> (64 - DRAW_BITS)];
}

/* The shape with a number. */
const entry *
catalog_entry(int number)
{
	return &entries[number];
}

/* The shape of an event in a story. */
const entry *
catalog_story(int op)
{
	return &entries[first_story + op];
}

/* Orders shapes by service and event name. */
static int
compare_shapes(const void *a, const void *b)
{
	const shape *x = *(const shape *const *) a;
	const shape *y = *(const shape *const *) b;
	int			order = strcmp(services[x->service].source, services[y->service].source);

	return order ? order : strcmp(x->name, y->name);
}

/* Lists the service, event name and set of every shape, once each. */
void
catalog_print(FILE *out)
{
	const shape *all[ENTRY_LIMIT];
	int			count = 0;

	for (int t = 0; t < SHAPE_TABLES; t++)
		for (int i = 0; i < tables[t]->count; i++)
			all[count++] = &tables[t]->shape[i];
	qsort(all, (size_t) count, sizeof(*all), compare_shapes);
	for (int i = 0; i < count; i++)
		if (i == 0 || compare_shapes(&all[i - 1], &all[i]) != 0)
			fprintf(out, "%s.amazonaws.com\t%s\t%s\n", services[all[i]->service].source, all[i]->name,
					all[i]->flags & HOLDOUT ? "holdout" : "-");
}
