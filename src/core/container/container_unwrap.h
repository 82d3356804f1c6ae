/*
 * container_unwrap.h: levels made of strings and of compressed data.
 */
#ifndef CT_CONTAINER_UNWRAP_H
#define CT_CONTAINER_UNWRAP_H

#include "core/container/container_stack.h"

/*
 * Whether the text of a string, escapes and all, may hold JSON or
 * compressed data.  Other text, such as "[INFO] ...", is not worth losing the
 * value around it.
 */
extern bool ct_is_payload(const char *text, size_t len);

/*
 * Reads on in the text of a string; raw is its inside, whole the value it was
 * found in, which is rejected if the string cannot be read.
 */
extern bool ct_take_string(ct_splitter *s, ct_item *item, ct_slice raw, bool escaped,
						   ct_slice whole);

/* Reads on in what a string in base64 stands for; some tools put plain JSON there. */
extern bool ct_take_base64(ct_splitter *s, ct_item *item, ct_slice raw, bool escaped,
						   ct_slice whole);

/* Reads on in what text in base64, lying in a stream, stands for. */
extern bool ct_take_base64_text(ct_splitter *s, ct_item *item);

/* Reads on in what the compressed data at hand expands to. */
extern bool ct_take_compressed(ct_splitter *s, ct_item *item);

/* Reads on in a part of what was just read. */
extern bool ct_take_span(ct_splitter *s, ct_item *item, ct_slice span);

#endif							/* CT_CONTAINER_UNWRAP_H */
