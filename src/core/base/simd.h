/*
 * simd.h: the one loop that touches every byte of every string, and the
 * comparison that almost every key takes.
 *
 * Both are written in plain C and for SSE2, the loop for NEON too; CT_NO_SIMD
 * chooses plain C, which the tests run as well.  AVX2 makes the scan faster by
 * 3 %, of which an import is a tenth: not worth a second copy of the scanner.
 */
#ifndef CT_SIMD_H
#define CT_SIMD_H

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) && !defined(CT_NO_SIMD)
#include <emmintrin.h>
#define CT_USE_SSE2
#elif defined(__ARM_NEON) && defined(__aarch64__) && !defined(CT_NO_SIMD)
#include <arm_neon.h>
#define CT_USE_NEON
#endif

/* A byte that a string may hold as it is, one byte a character. */
static inline int
ct_is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/*
 * Returns the first byte from p that is not plain ASCII of a string: a quote,
 * a backslash, a control character or part of a longer UTF-8 sequence.
 */
static inline const char *
ct_skip_plain(const char *p, const char *end)
{
#if defined(CT_USE_SSE2)
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i backslash = _mm_set1_epi8('\\');
	const __m128i space = _mm_set1_epi8(' ');

	while (end - p >= 16)
	{
		__m128i		chunk = _mm_loadu_si128((const __m128i *) p);

		/* Signed, bytes from 0x80 are below the space as controls are. */
		__m128i		odd = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(chunk, quote),
													_mm_cmpeq_epi8(chunk, backslash)),
									   _mm_cmplt_epi8(chunk, space));
		unsigned	mask = (unsigned) _mm_movemask_epi8(odd);

		if (mask != 0)
			return p + __builtin_ctz(mask);
		p += 16;
	}
#elif defined(CT_USE_NEON)
	const uint8x16_t quote = vdupq_n_u8('"');
	const uint8x16_t backslash = vdupq_n_u8('\\');
	const int8x16_t space = vdupq_n_s8(' ');

	while (end - p >= 16)
	{
		uint8x16_t	chunk = vld1q_u8((const uint8_t *) p);
		uint8x16_t	odd = vorrq_u8(vorrq_u8(vceqq_u8(chunk, quote), vceqq_u8(chunk, backslash)),
								   vcltq_s8(vreinterpretq_s8_u8(chunk), space));
		uint8x8_t	halves = vshrn_n_u16(vreinterpretq_u16_u8(odd), 4);
		uint64_t	mask = vget_lane_u64(vreinterpret_u64_u8(halves), 0);

		if (mask != 0)
			return p + (__builtin_ctzll(mask) >> 2);
		p += 16;
	}
#endif
	while (p < end && ct_is_plain((unsigned char) *p))
		p++;
	return p;
}

/* Compares the first n bytes, 1 to 32, of two places that have room for 32. */
static inline int
ct_same_of_32(const char *a, const char *b, unsigned n)
{
#if defined(CT_USE_SSE2)
	const __m128i *x = (const __m128i *) a;
	const __m128i *y = (const __m128i *) b;
	uint32_t	low = (uint32_t) _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(x),
																  _mm_loadu_si128(y)));
	uint32_t	high = (uint32_t) _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(x + 1),
																   _mm_loadu_si128(y + 1)));

	return (uint32_t) (~(high << 16 | low) << (32 - n)) == 0;
#else
	return memcmp(a, b, n) == 0;
#endif
}

#endif							/* CT_SIMD_H */
