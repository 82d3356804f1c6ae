/*
 * hex.h: bytes as hexadecimal digits.
 */
#ifndef CT_HEX_H
#define CT_HEX_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/slice.h"

/* Writes bytes as digits in small letters, two for each, and a zero byte. */
extern void ct_hex_encode(const uint8_t *bytes, size_t size, char *hex);

/* Decodes digits; false where they are not just size bytes. */
extern bool ct_hex_decode(ct_slice hex, uint8_t *bytes, size_t size);

#endif							/* CT_HEX_H */
