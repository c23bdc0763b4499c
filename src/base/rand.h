#ifndef BASE_RAND_H
#define BASE_RAND_H

#include "base/arena.h"

/* Unguessable bytes from the system (libsodium). */
void rand_secret(void *out, size_t n);
/* n bytes of secret randomness as URL-safe base64 without padding, in the arena. */
struct str rand_token(struct arena *a, size_t bytes);

/* A seeded generator (splitmix64 + xoshiro256**) for simulations and data: the same seed gives the same run everywhere. */
struct rng {
	uint64_t s[4];
};
void rng_seed(struct rng *r, uint64_t seed);
uint64_t rng_u64(struct rng *r);
/* Uniform in lo..hi, both included (hi >= lo). */
int64_t rng_range(struct rng *r, int64_t lo, int64_t hi);
double rng_unit(struct rng *r); /* [0, 1) */
bool rng_chance(struct rng *r, double p);
/* Exponential with this mean. */
double rng_exp(struct rng *r, double mean);

#endif
