/*
 * visible.c: characters that do not show themselves.
 */
#include <stdio.h>

#include "core/base/utf8.h"
#include "core/base/visible.h"

/* The first and last of each run of them, in order. */
static const struct
{
	uint32_t	first;
	uint32_t	last;
}			invisible[] = {
	{0x0000, 0x001f},			/* control characters */
	{0x007f, 0x009f},
	{0x00ad, 0x00ad},			/* soft hyphen */
	{0x034f, 0x034f},			/* combining grapheme joiner */
	{0x061c, 0x061c},			/* Arabic letter mark */
	{0x115f, 0x1160},			/* fillers of Hangul */
	{0x17b4, 0x17b5},			/* inherent vowels of Khmer */
	{0x180b, 0x180f},			/* Mongolian selectors and vowel separator */
	{0x2000, 0x200f},			/* blanks of other widths, joiners, marks of direction */
	{0x2028, 0x202f},			/* separators, embeddings and overrides of direction */
	{0x205f, 0x206f},			/* invisible operators, isolates of direction */
	{0x2800, 0x2800},			/* Braille without dots */
	{0x3000, 0x3000},			/* ideographic space */
	{0x3164, 0x3164},			/* filler of Hangul */
	{0xe000, 0xf8ff},			/* private use: any font shows what it likes */
	{0xfe00, 0xfe0f},			/* variation selectors */
	{0xfeff, 0xfeff},			/* byte order mark */
	{0xffa0, 0xffa0},			/* filler of Hangul */
	{0xfff0, 0xfffb},			/* annotations */
	{0xfffe, 0xffff},
	{0x110bd, 0x110bd},			/* Kaithi number signs */
	{0x110cd, 0x110cd},
	{0x13430, 0x1345f},			/* Egyptian format controls */
	{0x1bca0, 0x1bca3},			/* shorthand format controls */
	{0x1d159, 0x1d159},			/* musical null notehead */
	{0x1d173, 0x1d17a},			/* musical format controls */
	{0xe0000, 0x10ffff},		/* tags, more selectors, private use */
};

bool
ct_is_invisible(uint32_t code)
{
	size_t		low = 0;
	size_t		high = sizeof(invisible) / sizeof(invisible[0]);

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;

		if (code < invisible[middle].first)
			high = middle;
		else if (code > invisible[middle].last)
			low = middle + 1;
		else
			return true;
	}
	return false;
}

bool
ct_read_character(const char *p, const char *end, uint32_t *code, size_t *length)
{
	unsigned char lead = (unsigned char) *p;
	size_t		n = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

	*length = 1;
	*code = lead;
	if (lead < 0x80)
		return true;
	/* Of the run that may follow, only the first character counts. */
	if ((size_t) (end - p) < n || ct_utf8_run(p, p + n) != n)
		return false;
	*code = lead & (0xff >> (n + 1));
	for (size_t i = 1; i < n; i++)
		*code = *code << 6 | ((unsigned char) p[i] & 0x3f);
	*length = n;
	return true;
}

ct_slice
ct_spell_character(const char *p, const char *end, char room[CT_SPELLING_ROOM], size_t *length)
{
	uint32_t	code;
	int			spelled;

	if (!ct_read_character(p, end, &code, length))
		spelled = snprintf(room, CT_SPELLING_ROOM, "\\x%02x", (unsigned char) *p);
	else if (!ct_is_invisible(code))
		return (ct_slice) {p, *length};
	else if (code < 0x80)
		spelled = snprintf(room, CT_SPELLING_ROOM, "\\x%02x", (unsigned) code);
	else
		spelled = snprintf(room, CT_SPELLING_ROOM, code < 0x10000 ? "\\u%04x" : "\\U%08x",
						   (unsigned) code);
	return (ct_slice) {room, (size_t) spelled};
}
