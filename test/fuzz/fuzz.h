/*
 * fuzz.h: what the harnesses share.
 *
 * A harness is one function that libFuzzer, AFL++ and the driver here call
 * with any bytes; sanitizers and require() tell what is wrong with what was
 * made of them.
 */
#ifndef CT_FUZZ_H
#define CT_FUZZ_H

#include "../core/exact.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program where a promise does not hold. */
static inline void
require(bool holds, const char *promise)
{
	if (!holds)
	{
		fprintf(stderr, "fuzz: not so: %s\n", promise);
		abort();
	}
}

/* Takes the text up to a byte, or all of it, off the input. */
static inline ct_slice
take_until(ct_slice *rest, char end)
{
	const char *found = rest->len > 0 ? memchr(rest->ptr, end, rest->len) : NULL;
	ct_slice	taken = {rest->ptr, found != NULL ? (size_t) (found - rest->ptr) : rest->len};

	rest->ptr += taken.len + (found != NULL);
	rest->len -= taken.len + (found != NULL);
	return taken;
}

/* A copy of a slice of its own size, so that a sanitizer sees the first byte read beyond it. */
static inline ct_slice
exact_slice(ct_slice s)
{
	return (ct_slice) {exact_copy(s.ptr, s.len), s.len};
}

#endif							/* CT_FUZZ_H */
