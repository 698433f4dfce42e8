/* bench.h: what a workload is.
 *
 * A workload does an amount of work that work(n) scales, and returns a checksum that is the same on
 * every ABI. The whole function is timed, unless it calls bench_start after its preparations or
 * bench_stop before it tidies up.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t u64;
typedef uint32_t u32;
typedef uint8_t u8;

struct workload {
	const char *name;
	u64 (*run)(void);
};

/* The groups; each ends with a workload that has no name. */
extern const struct workload integer[], memory[], floating[], vector[], text[], calls[], threads[], processes[];

void bench_start(void);
void bench_stop(void);

/* work scales an amount of work: n at a scale of 100. */
long work(long long n);

/* need ends the program when a call on which a workload stands has failed. */
void need(int fact, const char *call);

static inline u32 random32(u32 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static inline u64 mix(u64 hash, u64 value)
{
	return hash ^ (value + 0x9e3779b97f4a7c15 + (hash << 6) + (hash >> 2));
}

/* rounded hashes six digits of x, which fused and soft arithmetic and the x87 agree about. */
static inline u64 rounded(double x)
{
	char digits[40], *p = digits;
	u64 hash = 1469598103934665603;

	snprintf(digits, sizeof digits, "%.5e", x);
	while (*p)
		hash = (hash ^ (u8)*p++) * 1099511628211;
	return hash;
}

#endif
