/*
 * varint.h: numbers of seven bits a byte, least first; all bytes but the last
 * have their highest bit set.
 */
#ifndef CT_VARINT_H
#define CT_VARINT_H

#include <stdint.h>

/* Writes a number; returns the position behind it. */
static inline uint8_t *
ct_put_varint(uint8_t *p, uint64_t number)
{
	for (; number >= 0x80; number >>= 7)
		*p++ = (uint8_t) (number | 0x80);
	*p++ = (uint8_t) number;
	return p;
}

#endif							/* CT_VARINT_H */
