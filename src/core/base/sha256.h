/*
 * sha256.h: SHA-256 of bytes at hand.
 */
#ifndef CT_SHA256_H
#define CT_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define CT_SHA256_SIZE	32

/* SHA-256 of some bytes.  It takes no memory, and so cannot fail. */
extern void ct_sha256(const char *bytes, size_t len, uint8_t hash[CT_SHA256_SIZE]);

#endif							/* CT_SHA256_H */
