/*
 * container_impl.h: what the parts of the splitter share.
 *
 * A splitter is a stack of levels, and on it a stack of frames.  A level is a
 * buffer and how far it has been read: the blob, what a part of it expanded
 * to, the text of a string.  A frame says what is being read there: a stream
 * of values, the elements of an array, the members of an envelope around such
 * an array, the rows of a CSV.  Each level has one stream at its bottom, and
 * the frames above it share its position.
 */
#ifndef CT_CONTAINER_IMPL_H
#define CT_CONTAINER_IMPL_H

#include <string.h>

#include "core/base/interrupt.h"
#include "core/container/container.h"
#include "core/event/scan.h"

struct json_object;

#define CT_LEVEL_MAX		8
#define CT_FRAME_MAX		32

/* No place at all. */
#define CT_NOWHERE			((size_t) -1)

/* Brackets further in are only counted while passing over damage. */
#define CT_TRACKED_DEPTH	64

/* Longer keys in what queries print are none of CloudTrail's. */
#define CT_KEY_MAX			128

/* Longest key by which the records of a container are told, see ct_level. */
#define CT_FIRST_KEY_MAX	40

typedef enum ct_frame
{
	CT_FRAME_STREAM,			/* values one after another */
	CT_FRAME_ARRAY,				/* elements up to "]" */
	CT_FRAME_ROWS,				/* the same, each a row of a Lake query */
	CT_FRAME_MEMBERS,			/* members of an envelope up to "}" */
	CT_FRAME_CSV				/* rows of a CSV */
} ct_frame;

/* What an object seems to be by its first key. */
typedef enum ct_opening
{
	CT_OPENS_NOTHING,
	CT_OPENS_MAYBE,				/* the key is a field of records */
	CT_OPENS_SURELY				/* it is a container's, or that of the records before */
} ct_opening;

typedef struct ct_csv ct_csv;

typedef struct ct_level
{
	const char *buf;
	size_t		len;
	size_t		pos;
	char	   *owned;			/* to be freed with the level */
	size_t		inflated;		/* bytes of it that count as decompressed */
	ct_error	fault;			/* why the buffer lacks its end, if it does */
	bool		ended;			/* that its end is missing was reported */
	bool		damaged;		/* anything was: brackets may not match any more */
	bool		torn;			/* the last record was, and its brackets do not match */
	bool		foreign;		/* an envelope is being read that is not known */
	ct_error_code garbage;		/* what text that is not JSON is called here */
	ct_csv	   *csv;

	/* How many bytes may still be read again because of damage. */
	size_t		rereads;

	/*
	 * Where the next record after damage may begin: the first place from
	 * candidate_from on, len if there is none.
	 */
	bool		candidate_known;
	size_t		candidate_from;
	size_t		candidate;

	/* The first key of the first record, which likely is that of the others. */
	char		first_key[CT_FIRST_KEY_MAX];
	size_t		first_key_len;
	bool		first_key_of_row;
	int			first_keys;		/* how many were learnt */
} ct_level;

/* What the brackets and quotes passed so far have opened. */
typedef struct ct_nesting
{
	size_t		depth;
	bool		in_string;
	bool		torn;			/* brackets do not match, or lack their end */
	size_t		opened[CT_TRACKED_DEPTH];	/* where, for the outer levels */
	size_t		last_opened;	/* the bracket that was closed last, CT_NOWHERE if none */
	size_t		last_closed;	/* and where */
} ct_nesting;

struct ct_splitter
{
	ct_level	level[CT_LEVEL_MAX];
	int			levels;
	uint8_t		frame[CT_FRAME_MAX];	/* each a ct_frame */
	int			frames;
	size_t		allowance;		/* bytes that may yet be decompressed */
	size_t		live;			/* bytes held that were */
	char	   *built;			/* text of the last item, if it was built */
	char	   *opened;			/* text of fields of the last event that were strings of JSON */
	ct_habits	habits;
	ct_record	rec;
};

static inline ct_level *
ct_top(ct_splitter *s)
{
	return &s->level[s->levels - 1];
}

static inline bool
ct_is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Returns the first place from pos on that is not white space. */
static inline size_t
ct_skip_space(const ct_level *level, size_t pos)
{
	while (pos < level->len && ct_is_space(level->buf[pos]))
		pos++;
	return pos;
}

/* Tells at a glance that the object at pos, an event's more often than not, is not a container. */
static inline bool
ct_is_no_container(const ct_level *level, size_t pos)
{
	const char *p = level->buf + pos;

	return level->len - pos > 8 && p[1] == '"' && p[2] == 'e' && memcmp(p + 3, "vents", 5) != 0;
}

/* container.c: the stacks, and the items */
extern bool ct_push_frame(ct_splitter *s, ct_frame frame);
extern void ct_pop_frame(ct_splitter *s);
extern void ct_pop_to_stream(ct_splitter *s);
extern bool ct_push_level(ct_splitter *s, const char *buf, size_t len, char *owned,
						  size_t inflated);
extern bool ct_give_event(ct_splitter *s, ct_item *item);
extern bool ct_give_notice(ct_splitter *s, ct_item *item, ct_slice text, ct_error_code code);
extern bool ct_give_reject(ct_splitter *s, ct_item *item, ct_slice text, ct_error_code code,
						   size_t offset);
extern bool ct_missing_end(ct_splitter *s, ct_item *item);

/* container_read.c: one step in each kind of frame; false when it gave no item */
extern bool ct_read_stream(ct_splitter *s, ct_item *item);
extern bool ct_read_array(ct_splitter *s, ct_item *item);
extern bool ct_read_members(ct_splitter *s, ct_item *item);

/* container_key.c: keys that tell what a value is */
extern ct_frame ct_container_key(const char *key, size_t len);
extern bool ct_is_record_key(const char *key, size_t len);
extern bool ct_opens_container(const ct_level *level, size_t pos);
extern bool ct_opens_row(const ct_level *level, size_t pos);
extern ct_opening ct_opens_record(const ct_level *level, size_t pos);
extern bool ct_is_first_key(const ct_level *level, size_t pos);
extern void ct_learn_first_key(ct_level *level, size_t pos);
extern const char *ct_find(ct_slice text, const char *word);

/* container_value.c: what to do with a value that was read whole, in s->rec */
extern bool ct_take_value(ct_splitter *s, ct_item *item);
extern bool ct_wraps_record(const ct_record *rec);
extern bool ct_take_row(ct_splitter *s, ct_item *item);
extern bool ct_take_built(ct_splitter *s, ct_item *item, char *built, size_t len, ct_slice source,
						  const ct_error *err);

/* container_unwrap.c: levels made of strings and of compressed data */
extern bool ct_is_payload(const char *text, size_t len);
extern bool ct_take_string(ct_splitter *s, ct_item *item, ct_slice raw, bool escaped,
						   ct_slice whole);
extern bool ct_take_base64(ct_splitter *s, ct_item *item, ct_slice raw, bool escaped,
						   ct_slice whole);
extern bool ct_take_base64_text(ct_splitter *s, ct_item *item);
extern bool ct_take_compressed(ct_splitter *s, ct_item *item);
extern bool ct_take_span(ct_splitter *s, ct_item *item, ct_slice span);

/* container_resync.c: where a damaged record may end */
extern size_t ct_previous(const ct_level *level, size_t pos);
extern bool ct_scan_at(ct_splitter *s, size_t pos, size_t end);
extern bool ct_is_event_at(ct_splitter *s, size_t pos, size_t end);
extern size_t ct_pass_over(ct_splitter *s, ct_frame frame, size_t start, size_t from,
						   ct_nesting *n);

/* container_damage.c: what becomes of what is damaged */
extern bool ct_damaged(ct_splitter *s, ct_item *item, size_t start, const ct_error *err);
extern bool ct_garbage(ct_splitter *s, ct_item *item);
extern size_t ct_swallowed_event(ct_splitter *s, size_t start, size_t end);
extern bool ct_enter_unknown(ct_splitter *s, ct_item *item, size_t start, size_t end,
							 const ct_error *err);

/* container_column.c: records made of columns */
extern bool ct_same_name(const char *name, size_t len, const char *known, size_t known_len);
extern bool ct_known_column(const char *name, size_t len);
extern bool ct_is_event_column(const char *name, size_t len);
extern bool ct_put_column(struct json_object *record, const char *name, struct json_object *value);
extern void ct_finish_columns(struct json_object *record);
extern char *ct_build_row(ct_slice row, size_t *len, ct_error *err);
extern struct json_object *ct_parse_json(const char *text, size_t len);
extern struct json_object *ct_embedded_json(struct json_object *value);
extern char *ct_print_json(struct json_object *object, size_t *len);

/* container_spell.c: keys as CloudTrail spells them */
extern ct_slice ct_place_of_key(ct_slice place, const char *key, size_t len);
extern void ct_add_spelled(struct json_object *object, const char *key, ct_slice place,
						   struct json_object *value);
extern struct json_object *ct_spell_keys(struct json_object *value, ct_slice place);
extern bool ct_is_policy_key(const char *key, size_t len);

/* container_printed.c: values as queries print them */
extern struct json_object *ct_read_printed(const char *text, size_t len, const char *column);

/* container_athena.c: what aws athena get-query-results prints */
extern char *ct_build_csv(ct_slice result, size_t *len, ct_error *err);

/* container_ocsf.c */
extern char *ct_build_ocsf(ct_slice row, size_t *len, bool *is_api, ct_error *err);

/* container_csv.c */
extern bool ct_open_csv(ct_splitter *s);
extern bool ct_read_csv(ct_splitter *s, ct_item *item);
extern void ct_free_csv(ct_csv *csv);

#endif							/* CT_CONTAINER_IMPL_H */
