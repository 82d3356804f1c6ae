/*
 * template.c: texts with blanks, compiled once and filled in for each event.
 */
#include <stdlib.h>

#include "calendar.h"
#include "principals.h"
#include "scene.h"
#include "secrets.h"
#include "template.h"
#include "world.h"

typedef enum step_code
{
	STEP_LITERAL, STEP_CHOICE, STEP_NTH, STEP_MAYBE, STEP_SINCE, STEP_UNTIL, STEP_KEEP, STEP_KEPT, STEP_REPLAY,
	STEP_POOL, STEP_FACT, STEP_SECRET,
	STEP_HEX, STEP_DIGITS, STEP_ALNUM, STEP_LOWER, STEP_UPPER, STEP_KEY, STEP_BASE64,
	STEP_INT, STEP_UUID, STEP_UPPER_UUID,
	STEP_TIME, STEP_DATE, STEP_EPOCH, STEP_EPOCH_MS, STEP_DAY,
	STEP_ACCOUNT, STEP_REGION, STEP_ZONE, STEP_OTHER, STEP_ARN, STEP_USER,
	STEP_PREFIX, STEP_ROLE_ID, STEP_INVOKER, STEP_REQUEST_ID, STEP_LESS_THAN
} step_code;

/* The blanks with a fixed name; those from STEP_HEX to STEP_INT want an argument. */
static const struct
{
	const char *name;
	step_code	code;
}			blanks[] = {
	{"maybe", STEP_MAYBE}, {"since", STEP_SINCE}, {"until", STEP_UNTIL},
	{"keep", STEP_KEEP}, {"lt", STEP_LESS_THAN},
	{"hex", STEP_HEX}, {"digits", STEP_DIGITS}, {"alnum", STEP_ALNUM},
	{"lower", STEP_LOWER}, {"upper", STEP_UPPER}, {"key", STEP_KEY},
	{"base64", STEP_BASE64}, {"int", STEP_INT},
	{"uuid", STEP_UUID}, {"UUID", STEP_UPPER_UUID},
	{"time", STEP_TIME}, {"date", STEP_DATE}, {"epoch", STEP_EPOCH},
	{"epochms", STEP_EPOCH_MS}, {"day", STEP_DAY},
	{"account", STEP_ACCOUNT}, {"region", STEP_REGION}, {"zone", STEP_ZONE},
	{"other", STEP_OTHER}, {"prefix", STEP_PREFIX}, {"roleid", STEP_ROLE_ID}, {"arn", STEP_ARN}, {"user", STEP_USER},
	{"invoker", STEP_INVOKER}, {"requestid", STEP_REQUEST_ID},
};

/* A run of the source with its apostrophes and backquotes translated. */
static slice
translate(const char *from, size_t len)
{
	char	   *copy = xalloc(len + 1);
	slice		result = {copy, len};

	for (size_t i = 0; i < len; i++)
		copy[i] = from[i] == '\'' ? '"' : from[i] == '`' ? '\'' : from[i];
	return result;
}

/* The texts between the bars of a choice. */
static void
compile_choices(step *st, const char *from, size_t len)
{
	size_t		start = 0;

	st->count = 1;
	for (size_t i = 0; i < len; i++)
		st->count = (uint16_t) (st->count + (from[i] == '|'));
	st->u.choices = xalloc(st->count * sizeof(slice));
	for (size_t i = 0, n = 0; i <= len; i++)
	{
		if (i < len && from[i] != '|')
			continue;
		st->u.choices[n++] = translate(from + start, i - start);
		start = i + 1;
	}
}

/* The step that a blank asks for. */
static void
compile_blank(step *st, const char *from, size_t len)
{
	char	   *name = memcpy(xalloc(len + 1), from, len);
	char	   *argument;
	char	   *slot;

	if (strchr(name, '|') != NULL)
	{
		bool		nth = strncmp(name, "nth|", 4) == 0;

		st->code = nth ? STEP_NTH : STEP_CHOICE;
		compile_choices(st, from + (nth ? 4 : 0), len - (nth ? 4 : 0));
		free(name);
		return;
	}
	if ((slot = strchr(name, '#')) != NULL)
	{
		*slot = '\0';
		st->slot = (uint8_t) (slot[1] - '0');
	}
	if ((argument = strchr(name, ':')) != NULL)
	{
		char	   *second;

		*argument++ = '\0';
		st->first = (int32_t) strtol(argument, &second, 10);
		if (*second == ':')
			st->second = (int32_t) strtol(second + 1, NULL, 10);
	}
	st->code = STEP_LITERAL;
	for (size_t i = 0; i < sizeof(blanks) / sizeof(*blanks); i++)
		if (strcmp(name, blanks[i].name) == 0)
			st->code = (uint8_t) blanks[i].code;
	if (st->code >= STEP_HEX && st->code <= STEP_INT && argument == NULL)
		die("the blank <%s> wants an argument", name);
	if (st->code == STEP_LITERAL)
	{
		int			variant = st->first;

		if (*name == '\0' && st->slot)
			st->code = STEP_REPLAY;
		else if (strncmp(name, "p.", 2) == 0 && (st->first = fact_named(name + 2)) >= 0)
			st->code = STEP_FACT;
		else if (strncmp(name, "s.", 2) == 0 && (st->first = secret_part_named(name + 2)) >= 0)
			st->code = STEP_SECRET;
		else if ((st->first = pool_named(name)) >= 0)
		{
			st->code = STEP_POOL;
			st->second = variant ? variant - 1 : 0;
		}
		else
			die("nothing is called <%s>", name);
	}
	free(name);
}

/* Compiles a template; NULL is the empty one. */
template
template_compile(const char *source)
{
	template	t = {NULL, 0};
	int			open[8];
	int			depth = 0;
	size_t		room = 1;

	if (source == NULL)
		return t;
	for (const char *p = source; *p; p++)
		room += *p == '<' ? 2 : 0;
	t.steps = xalloc(room * sizeof(step));
	while (*source)
	{
		const char *blank = strchr(source, '<');
		const char *close;

		if (blank != source)
		{
			size_t		len = blank ? (size_t) (blank - source) : strlen(source);

			t.steps[t.count].code = STEP_LITERAL;
			t.steps[t.count++].u.literal = translate(source, len);
			source += len;
			continue;
		}
		if ((close = strchr(source, '>')) == NULL)
			die("unclosed blank in template: %s", source);
		if (strncmp(source, "<end>", 5) == 0)
		{
			int			from = depth ? open[--depth] : -1;

			if (from < 0)
				die("<end> without a start in template: %s", source);
			if (t.steps[from].code == STEP_KEEP)
			{
				t.steps[t.count].code = STEP_KEPT;
				t.steps[t.count++].first = t.steps[from].first;
			}
			t.steps[from].count = (uint16_t) (t.count - from - 1);
		}
		else
		{
			step	   *st = &t.steps[t.count++];

			compile_blank(st, source + 1, (size_t) (close - source - 1));
			if (st->code >= STEP_MAYBE && st->code <= STEP_KEEP)
			{
				if (depth == 8)
					die("template too deep: %s", source);
				open[depth++] = t.count - 1;
			}
		}
		source = close + 1;
	}
	if (depth)
		die("a template lacks an <end>");
	return t;
}

/* Gives a template's memory back. */
void
template_free(template *t)
{
	for (int i = 0; i < t->count; i++)
	{
		step	   *st = &t->steps[i];

		if (st->code == STEP_LITERAL)
			free((char *) st->u.literal.data);
		else if (st->code == STEP_CHOICE || st->code == STEP_NTH)
		{
			for (int n = 0; n < st->count; n++)
				free((char *) st->u.choices[n].data);
			free(st->u.choices);
		}
	}
	free(t->steps);
	*t = (template) {NULL, 0};
}

/* Appends random characters of one of the alphabets. */
static void
expand_random(text *out, const step *st, rng *r)
{
	unsigned	count = (unsigned) st->first;

	switch (st->code)
	{
		case STEP_HEX:
			text_hex(out, r, count);
			break;
		case STEP_DIGITS:
			text_random(out, r, alphabet_alnum, 10, count);
			break;
		case STEP_ALNUM:
			text_random(out, r, alphabet_alnum, 62, count);
			break;
		case STEP_LOWER:
			text_random(out, r, alphabet_alnum + 36, 26, count);
			break;
		case STEP_UPPER:
			text_random(out, r, alphabet_alnum, 36, count);
			break;
		case STEP_KEY:
			text_random(out, r, alphabet_key, 32, count);
			break;
		default:
			text_random(out, r, alphabet_base64, 64, count);
			break;
	}
}

/* Appends an upper-case UUID. */
static void
expand_upper_uuid(text *out, rng *r)
{
	text_uuid(out, r);
	for (size_t i = out->len - UUID_LENGTH; i < out->len; i++)
		if (out->data[i] >= 'a')
			out->data[i] = (char) (out->data[i] - 'a' + 'A');
}

/* Appends the end of the unique identifier that the event's role has. */
static void
expand_role_id(text *out, scene *s)
{
	static int	pool = -1;
	const slice *name;
	rng			r = {0};

	if (pool < 0)
		pool = pool_named("role");
	name = pool_pick(s, pool, 0);
	for (size_t i = 0; i < name->len; i++)
		r.state = r.state * 31 + (unsigned char) name->data[i];
	text_random(out, &r, alphabet_key, 32, 9);
}

/* Appends one step's text. */
static void
expand_step(text *out, const step *st, scene *s)
{
	int64_t		later = s->time + st->first * SECOND_MS;
	const slice *choice;

	switch ((step_code) st->code)
	{
		case STEP_LITERAL:
			text_add(out, st->u.literal.data, st->u.literal.len);
			break;
		case STEP_CHOICE:
			choice = &st->u.choices[rng_below(s->rng, st->count)];
			text_add(out, choice->data, choice->len);
			break;
		case STEP_NTH:
			choice = &st->u.choices[s->actor->ordinal % st->count];
			text_add(out, choice->data, choice->len);
			break;
		case STEP_KEEP:
			s->slot[st->first] = (memory) {s->event, 0, out->len};
			break;
		case STEP_KEPT:
			s->slot[st->first].len = (uint32_t) (out->len - s->slot[st->first].offset);
			break;
		case STEP_REPLAY:
			if (s->slot[st->slot].event == s->event)
			{
				const memory *m = &s->slot[st->slot];

				/* Grow first: what is copied is in the same memory. */
				if (out->size - out->len < m->len)
					text_grow(out, m->len);
				text_add(out, out->data + m->offset, m->len);
			}
			break;
		case STEP_POOL:
			choice = pool_pick(s, st->first, st->second);
			text_add(out, choice->data, choice->len);
			break;
		case STEP_FACT:
			text_adds(out, s->actor->fact[st->first]);
			break;
		case STEP_SECRET:
			secret_write_part(out, s, st->first);
			break;
		case STEP_INT:
			text_uint(out, (uint32_t) st->first + rng_below(s->rng, (uint32_t) (st->second - st->first + 1)));
			break;
		case STEP_UUID:
			text_uuid(out, s->rng);
			break;
		case STEP_UPPER_UUID:
			expand_upper_uuid(out, s->rng);
			break;
		case STEP_TIME:
			text_iso(out, later);
			break;
		case STEP_DATE:
			text_long_date(out, later, true);
			break;
		case STEP_EPOCH:
			text_uint(out, (uint64_t) (later / SECOND_MS));
			break;
		case STEP_EPOCH_MS:
			text_uint(out, (uint64_t) later);
			break;
		case STEP_DAY:
			text_day(out, later, "-");
			break;
		case STEP_ACCOUNT:
			text_add(out, s->world->account[s->account].id, ACCOUNT_LENGTH);
			break;
		case STEP_PREFIX:
			text_adds(out, s->world->account[s->account].prefix);
			break;
		case STEP_ROLE_ID:
			expand_role_id(out, s);
			break;
		case STEP_OTHER:
			text_add(out, world_other_account(s->world, s->account), ACCOUNT_LENGTH);
			break;
		case STEP_REGION:
			text_adds(out, world_regions[s->region]);
			break;
		case STEP_ZONE:
			text_adds(out, world_regions[s->region]);
			text_addc(out, (char) ('a' + rng_below(s->rng, 3)));
			break;
		case STEP_ARN:
			text_adds(out, s->actor->fact[FACT_ARN]);
			break;
		case STEP_USER:
			text_adds(out, s->actor->fact[FACT_NAME]);
			break;
		case STEP_INVOKER:
			text_add(out, s->invoker.data, s->invoker.len);
			break;
		case STEP_LESS_THAN:
			text_addc(out, '<');
			break;
		case STEP_REQUEST_ID:
			text_add(out, s->request_id.data, s->request_id.len);
			break;
		default:
			expand_random(out, st, s->rng);
			break;
	}
}

/* Appends a template, filled in for a scene. */
void
template_expand(text *out, const template *t, scene *s)
{
	for (int i = 0; i < t->count; i++)
	{
		const step *st = &t->steps[i];
		size_t		start = out->len;

		if (st->code == STEP_LITERAL)
			text_add(out, st->u.literal.data, st->u.literal.len);
		else if (st->code == STEP_MAYBE)
			i += rng_percent(s->rng, (uint32_t) st->first) ? 0 : st->count;
		else if (st->code == STEP_SINCE)
			i += s->minor >= (unsigned) st->first ? 0 : st->count;
		else if (st->code == STEP_UNTIL)
			i += s->minor <= (unsigned) st->first ? 0 : st->count;
		else
		{
			expand_step(out, st, s);
			if (st->slot && st->code != STEP_REPLAY)
				s->slot[st->slot] = (memory) {s->event, (uint32_t) (out->len - start), start};
		}
	}
}

/* Fills in a template that is used once. */
char *
template_string(const char *source, scene *s)
{
	template	t = template_compile(source);
	text		out = {0};

	template_expand(&out, &t, s);
	text_addc(&out, '\0');
	template_free(&t);
	return out.data;
}
