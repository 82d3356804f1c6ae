/*
 * container_csv.c: CSV as the console's event history, CloudTrail Lake and
 * search engines write it, per RFC 4180.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "core/base/inflate.h"
#include "core/base/memory_probe.h"
#include "core/container/container_column.h"
#include "core/container/container_csv.h"
#include "core/container/container_json.h"
#include "core/container/container_spell.h"
#include "core/container/container_stack.h"
#include "core/container/container_unwrap.h"
#include "core/container/container_value.h"
#include "core/event/derived.h"
#include "core/event/record.h"

#define LONGEST_HEADER		16384
#define MOST_COLUMNS		512

typedef struct csv_cell
{
	ct_slice	text;			/* without the quotes around it */
	bool		quoted;
} csv_cell;

struct ct_csv
{
	ct_slice	odd_header;		/* with data among the names, until it is reported */
	size_t		columns;
	char	   *names[MOST_COLUMNS];
	csv_cell	cells[MOST_COLUMNS];
};

/* Releases a CSV's header. */
static void
free_csv(ct_csv *csv)
{
	for (size_t i = 0; i < csv->columns; i++)
		free(csv->names[i]);
	free(csv);
}

/*
 * Reads the cell at *pos, moving behind it.  False where quotes do not fit,
 * *pos being the place then.
 */
static bool
read_cell(const ct_level *level, size_t *pos, csv_cell *cell)
{
	const char *start = level->buf + *pos;
	const char *end = level->buf + level->len;
	const char *p = start;

	cell->quoted = p < end && *p == '"';
	if (!cell->quoted)
	{
		while (p < end && *p != ',' && *p != '\n')
			p++;
		*pos = p - level->buf;
		while (p > start && p[-1] == '\r')
			p--;
		cell->text = (ct_slice) {start, p - start};
		return true;
	}
	for (p++;; p += 2)
	{
		p = p < end ? memchr(p, '"', end - p) : NULL;
		if (p == NULL)
		{
			*pos = level->len;
			return false;
		}
		if (end - p < 2 || p[1] != '"')
			break;
	}
	cell->text = (ct_slice) {start + 1, p - start - 1};
	p++;
	*pos = p - level->buf;
	while (p < end && *p == '\r')
		p++;
	if (p < end && *p != ',' && *p != '\n')
		return false;
	*pos = p - level->buf;
	return true;
}

/*
 * Reads the row at *pos, moving behind its last cell, and returns how many
 * cells it has; only the first limit are kept.  -1 where quotes do not fit.
 */
static int
read_row(const ct_level *level, size_t *pos, csv_cell *cells, int limit)
{
	int			n = 0;

	for (;;)
	{
		csv_cell	cell;

		ct_check_interrupts();
		if (!read_cell(level, pos, &cell))
			return -1;
		if (n < limit)
			cells[n] = cell;
		n++;
		if (*pos == level->len || level->buf[*pos] == '\n')
			return n;
		(*pos)++;
	}
}

/* Copies a cell's text, undoing doubled quotes; NULL if out of memory. */
static char *
copy_cell(const csv_cell *cell, size_t *len)
{
	char	   *copy = malloc(cell->text.len + 1);
	size_t		n = 0;

	if (copy == NULL)
		return NULL;
	for (size_t i = 0; i < cell->text.len; i++)
	{
		copy[n++] = cell->text.ptr[i];
		if (cell->quoted && cell->text.ptr[i] == '"')
			i++;
	}
	copy[n] = '\0';
	*len = n;
	return copy;
}

/* Whether a column is called as the one that a trail has events in; others may be, too. */
static bool
is_own_column(ct_slice name)
{
	return ct_same(name, CT_LITERAL("event"));
}

/* Whether cells are names of columns, as far as they can be known. */
static bool
is_header(const csv_cell *cells, int n)
{
	static const char time[] = "eventTime";
	int			known = 0;
	bool		has_time = false;
	bool		has_event = false;

	for (int i = 0; i < n; i++)
	{
		ct_slice	name = cells[i].text;

		if (ct_is_event_column(name.ptr, name.len))
			return true;
		has_event |= is_own_column(name);
		if (!ct_known_column(name.ptr, name.len))
			continue;
		known++;
		has_time |= ct_same_name(name.ptr, name.len, time, strlen(time));
	}
	return has_time && (known >= 2 || has_event);
}

/* Whether a text has a form at a place: "0" for digits, "x" for hexadecimal ones, "-" for itself. */
static bool
has_form(ct_slice text, size_t pos, const char *form)
{
	for (; *form != '\0'; form++, pos++)
	{
		if (pos == text.len ||
			!(*form == '-' ? text.ptr[pos] == '-' :
			  *form == '0' ? isdigit((unsigned char) text.ptr[pos]) :
			  isxdigit((unsigned char) text.ptr[pos])))
			return false;
	}
	return true;
}

/* Whether a column's name has a date or a UUID in it, or is JSON: a newline behind it was lost. */
static bool
has_data(ct_slice name)
{
	for (size_t i = 0; i < name.len; i++)
	{
		if (has_form(name, i, "0000-00-00") || has_form(name, i, "xxxxxxxx-xxxx-"))
			return true;
	}
	return name.len > 0 && (name.ptr[0] == '{' || name.ptr[0] == '[');
}

bool
ct_open_csv(ct_splitter *s)
{
	ct_level   *level = ct_top(s);
	ct_level	line = *level;
	const char *newline;
	ct_csv	   *csv;
	int			n;

	if (level->pos > 0 && level->buf[level->pos - 1] != '\n' &&
		level->buf[level->pos - 1] != '\xbf')
		return false;
	newline = memchr(level->buf + level->pos, '\n', level->len - level->pos);
	if (newline != NULL)
		line.len = newline - level->buf;
	if (line.len - line.pos > LONGEST_HEADER)
		return false;
	csv = malloc(sizeof(*csv));
	if (csv == NULL)
		return false;
	n = read_row(&line, &line.pos, csv->cells, MOST_COLUMNS);
	csv->columns = 0;
	csv->odd_header = CT_NO_SLICE;
	if (n <= 0 || n > MOST_COLUMNS || !is_header(csv->cells, n) || !ct_push_frame(s, CT_FRAME_CSV))
	{
		free(csv);
		return false;
	}
	level->csv = csv;
	level->free_csv = free_csv;
	for (int i = 0; i < n; i++)
	{
		if (has_data(csv->cells[i].text))
			csv->odd_header = (ct_slice) {level->buf + level->pos, line.pos - level->pos};
	}
	level->pos = line.pos;
	while ((int) csv->columns < n)
	{
		size_t		len;
		char	   *name = copy_cell(&csv->cells[csv->columns], &len);

		if (name == NULL)
		{
			ct_pop_frame(s);
			return false;
		}
		csv->names[csv->columns++] = name;
	}
	return true;
}

/* Builds a record of the cells of a row; NULL with *err if it cannot be. */
static char *
build_record(const ct_csv *csv, ct_slice row, size_t *len, ct_error *err)
{
	json_object *record;

	*err = (ct_error) {CT_ERR_OUT_OF_MEMORY, 0};
	if (!ct_memory_for_json(row.ptr, row.len))
		return NULL;
	record = json_object_new_object();
	for (size_t i = 0; i < csv->columns; i++)
	{
		size_t		n;
		char	   *text;

		if (csv->cells[i].text.len == 0)
			continue;
		text = copy_cell(&csv->cells[i], &n);
		if (text == NULL ||
			(!ct_put_column(record, csv->names[i], json_object_new_string_len(text, (int) n)) &&
			 !ct_fail(err, CT_ERR_NOT_CERTAIN, 0)))
		{
			free(text);
			json_object_put(record);
			return NULL;
		}
		free(text);
	}
	ct_finish_columns(record);
	return ct_print_json(record, len);
}

/* Whether a cell of a column holds the event. */
static bool
holds_event(ct_splitter *s, ct_slice name, const char *text, size_t len)
{
	ct_error	err;
	size_t		pos = 0;

	return ct_is_event_column(name.ptr, name.len) ||
		(ct_scan(text, len, &pos, &s->rec, &err) && ct_record_check(&s->rec, 0, &err));
}

/* Takes the cells of a row: the event in one of them, else all of them as a record. */
static bool
take_cells(ct_splitter *s, ct_item *item, const ct_csv *csv, ct_slice row)
{
	size_t		len;
	char	   *text;
	ct_error	err;

	if (row.len > CT_RECORD_MAX)
		return ct_give_reject(s, item, row, CT_ERR_TOO_LARGE, 0);
	for (size_t i = 0; i < csv->columns; i++)
	{
		const csv_cell *cell = &csv->cells[i];
		ct_slice	name = {csv->names[i], strlen(csv->names[i])};

		if (!(ct_is_event_column(name.ptr, name.len) || is_own_column(name)) ||
			!ct_is_payload(cell->text.ptr, cell->text.len))
			continue;
		text = copy_cell(cell, &len);
		if (text == NULL)
			return ct_give_reject(s, item, row, CT_ERR_OUT_OF_MEMORY, 0);
		if (!holds_event(s, name, text, len))
		{
			free(text);
			continue;
		}
		if (!ct_push_level(s, text, len, text, 0))
			return ct_give_reject(s, item, row, CT_ERR_NESTING, 0);
		return false;
	}
	text = build_record(csv, row, &len, &err);
	return ct_take_built(s, item, text, len, row, &err);
}

/*
 * Rejects a row whose quotes do not fit, fault being where: its first line,
 * for the next may be a row again; or all up to there, when too much would be
 * read twice, or there is no more.
 */
static bool
reject_row(ct_splitter *s, ct_item *item, size_t fault)
{
	ct_level   *level = ct_top(s);
	size_t		start = level->pos;
	bool		cut = fault == level->len && level->fault.code != CT_ERR_NONE;
	bool		rereads = fault - start <= level->rereads;
	const char *newline;

	level->rereads -= rereads ? fault - start : level->rereads;
	newline = memchr(level->buf + (rereads ? start : fault), '\n',
					 level->len - (rereads ? start : fault));
	level->pos = newline == NULL || cut ? level->len : (size_t) (newline - level->buf);
	return ct_give_reject(s, item, (ct_slice) {level->buf + start, level->pos - start},
						  fault == level->len && level->pos == level->len ? CT_ERR_EOF : CT_ERR_CSV,
						  fault - start);
}

/*
 * Whether a row, the last one and without a newline, is known to be cut: so is
 * the data it is in, or JSON in its last cell.
 */
static bool
is_cut(ct_splitter *s, const csv_cell *last)
{
	const char *text = last->text.ptr;
	size_t		len = last->text.len;
	size_t		pos = 0;
	char	   *copy;
	ct_error	err;
	bool		cut;

	if (ct_top(s)->fault.code != CT_ERR_NONE)
		return true;
	if (len == 0 || (*text != '{' && *text != '['))
		return false;
	if (text[len - 1] != (*text == '{' ? '}' : ']'))
		return true;
	/* What queries print, {key=value}, is taken for whole then. */
	if (len < 3 || text[1] != '"')
		return false;
	copy = copy_cell(last, &len);
	cut = copy == NULL || !ct_scan(copy, len, &pos, &s->rec, &err);
	free(copy);
	return cut;
}

bool
ct_read_csv(ct_splitter *s, ct_item *item)
{
	ct_level   *level = ct_top(s);
	ct_csv	   *csv = level->csv;
	size_t		start;
	size_t		pos;
	ct_slice	row = csv->odd_header;
	int			n;

	csv->odd_header = CT_NO_SLICE;
	if (row.ptr != NULL)
		return ct_give_reject(s, item, row, CT_ERR_CSV_HEADER, 0);
	while (level->pos < level->len &&
		   (level->buf[level->pos] == '\n' || level->buf[level->pos] == '\r'))
		level->pos++;
	start = pos = level->pos;
	if (start == level->len || level->buf[start] == '{' || level->buf[start] == '[' ||
		ct_compression_of(level->buf + start, level->len - start) != CT_PLAIN)
	{
		ct_pop_frame(s);
		return false;
	}
	n = read_row(level, &pos, csv->cells, (int) csv->columns);
	if (n < 0)
		return reject_row(s, item, pos);
	if (is_header(csv->cells, n < (int) csv->columns ? n : (int) csv->columns))
	{
		ct_pop_frame(s);		/* the next of several files */
		return false;
	}
	level->pos = pos;
	row = (ct_slice) {level->buf + start, pos - start};
	if (n != (int) csv->columns)
		return ct_give_reject(s, item, row, pos == level->len ? CT_ERR_EOF : CT_ERR_CSV, row.len);
	if (pos == level->len && is_cut(s, &csv->cells[n - 1]))
		return ct_give_reject(s, item, row, CT_ERR_EOF, row.len);
	return take_cells(s, item, csv, row);
}
