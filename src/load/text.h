/*
 * text.h: texts for terminals and for the server, and memory for them.
 */
#ifndef LOAD_TEXT_H
#define LOAD_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Room for a number with commas. */
#define COUNT_ROOM	32

/*
 * Writes text with what is invisible, could drive a terminal or is not UTF-8
 * as \n, \t, \xHH, \uXXXX or \UXXXXXXXX.
 */
extern void put_escaped(FILE *out, const char *text);

/* Writes a number with commas into room, and returns room. */
extern char *with_commas(char room[COUNT_ROOM], uint64_t number);

/* What a noun ends in after a number. */
static inline const char *
plural(uint64_t number)
{
	return number == 1 ? "" : "s";
}

/* A copy for the server: bytes that are not UTF-8 become %HH. */
extern char *valid_utf8(const char *text);

/* An array of texts as PostgreSQL reads it. */
extern char *text_array(char *const *texts, int count);

/* malloc that ends the program where there is no memory. */
extern void *get_memory(size_t size);

/* realloc that ends the program where there is no memory. */
extern void *resize_memory(void *memory, size_t size);

/* A copy of a text. */
extern char *copy_text(const char *text);

/* Ends the program for want of memory. */
extern void out_of_memory(void) __attribute__((noreturn));

/* A text that is written like a file, and then is to be freed. */
typedef struct text_stream
{
	FILE	   *file;
	char	   *text;
	size_t		length;
} text_stream;

/* Begins a text that is written like a file. */
extern FILE *open_text(text_stream *stream);

/* Ends such a text, and returns it. */
extern char *close_text(text_stream *stream);

#endif							/* LOAD_TEXT_H */
