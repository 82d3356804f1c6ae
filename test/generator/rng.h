/*
 * rng.h: pseudo-random numbers that are the same on every machine.
 *
 * The generator is splitmix64: one addition and three multiplications a
 * number, any seed is a good seed.
 */
#ifndef GEN_RNG_H
#define GEN_RNG_H

#include <stdbool.h>
#include <stdint.h>

typedef struct rng
{
	uint64_t	state;
} rng;

/* Mixes the bits of a number; distinct numbers stay distinct. */
static inline uint64_t
rng_mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* The next 64 random bits. */
static inline uint64_t
rng_next(rng *r)
{
	r->state += UINT64_C(0x9e3779b97f4a7c15);
	return rng_mix(r->state);
}

/* A generator of its own for the part of the program that salt names. */
static inline rng
rng_fork(uint64_t seed, uint64_t salt)
{
	rng			r = {rng_mix(seed * UINT64_C(0x9e3779b97f4a7c15) + rng_mix(salt + 1))};

	return r;
}

/* A number from 0 to n - 1; n must not be 0. */
static inline uint32_t
rng_below(rng *r, uint32_t n)
{
	return (uint32_t) (((rng_next(r) >> 32) * n) >> 32);
}

/* A number from 0 to n - 1, small ones far more often than large ones. */
static inline uint32_t
rng_skewed(rng *r, uint32_t n)
{
	uint64_t	bits = rng_next(r) >> 32;

	return (uint32_t) ((((bits * bits) >> 32) * n) >> 32);
}

/* True in so many cases of a hundred. */
static inline bool
rng_percent(rng *r, uint32_t percent)
{
	return rng_below(r, 100) < percent;
}

#endif							/* GEN_RNG_H */
