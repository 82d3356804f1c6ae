/*
 * visible.h: characters that do not show themselves.
 */
#ifndef CT_VISIBLE_H
#define CT_VISIBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/slice.h"

/* Bytes that the longest spelling takes, with the zero behind it. */
#define CT_SPELLING_ROOM	11

/*
 * Whether a character of a text from outside must be spelled if the
 * text is shown: it drives a terminal, turns the direction of what follows, or
 * takes no ink.  Tabs and ends of lines are among them, blanks are not.
 */
extern bool ct_is_invisible(uint32_t code);

/* Reads the character at p and its length; false, and a length of 1, if it is not UTF-8. */
extern bool ct_read_character(const char *p, const char *end, uint32_t *code, size_t *length);

/*
 * How the character at p is shown: as it is, or spelled in room if it is
 * invisible or not UTF-8.  Sets its length.
 */
extern ct_slice ct_spell_character(const char *p, const char *end, char room[CT_SPELLING_ROOM],
								   size_t *length);

#endif							/* CT_VISIBLE_H */
