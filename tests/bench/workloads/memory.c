/* Memory: copying, filling, chasing pointers, allocating. */
#include "bench.h"

enum { LARGE = 64 << 20, LINE = 16 /* words of a cache line */ };

struct node {
	struct node *left, *right;
	u32 value;
};

static struct node **find(struct node **at, u32 value, u64 *steps)
{
	while (*at && (++*steps, (*at)->value != value))
		at = value < (*at)->value ? &(*at)->left : &(*at)->right;
	return at;
}

static u64 tree(void)
{
	struct node *root = NULL, **at;
	u64 steps = 0, found;
	u32 seed = 12345;
	long n;

	for (n = work(150000); n > 0; n--) {
		u32 value = random32(&seed);

		at = find(&root, value, &steps);
		*at = calloc(1, sizeof **at);
		(*at)->value = value;
	}
	for (found = 0, seed = 777, n = work(300000); n > 0; n--)
		find(&root, random32(&seed), &found);
	return found;
}

static u8 *filled(int value)
{
	u8 *p = malloc(LARGE);

	need(p != NULL, "malloc");
	memset(p, value, LARGE);
	return p;
}

static u64 memcpy64m(void)
{
	void *(*volatile copy)(void *, const void *, size_t) = memcpy;
	u8 *from = filled(7), *to = filled(1);
	long i, n = work(6) + 1;
	u64 h = 0;

	bench_start();
	for (i = 0; i < n; i++) {
		from[i * 4096] = i;
		copy(to, from, LARGE);
		h = mix(h, to[i * 4096]);
	}
	bench_stop();
	free(from);
	free(to);
	return h;
}

static u64 memset64m(void)
{
	void *(*volatile set)(void *, int, size_t) = memset;
	u8 *p = filled(7);
	long i, n = work(10);
	u64 h = 0;

	bench_start();
	for (i = 0; i < n; i++) {
		set(p, (int)i, LARGE);
		h = mix(h, p[i * 65537]);
	}
	bench_stop();
	free(p);
	return h;
}

/* chase follows a random cycle through n cache lines. */
static u64 chase(u32 *lines, size_t n, long steps)
{
	u32 seed = 4242, at = 0;
	size_t i;

	for (i = 0; i < n; i++)
		lines[i * LINE] = i;
	for (i = n - 1; i > 0; i--) {
		size_t j = random32(&seed) % i;
		u32 t = lines[i * LINE];

		lines[i * LINE] = lines[j * LINE];
		lines[j * LINE] = t;
	}
	bench_start();
	while (steps--)
		at = lines[at * LINE];
	bench_stop();
	return at;
}

static u64 chase64m(void)
{
	u32 *lines = malloc(LARGE);
	u64 at;

	need(lines != NULL, "malloc");
	at = chase(lines, LARGE / 64, work(2000000));
	free(lines);
	return at;
}

static u64 chase16k(void)
{
	static u32 lines[256 * LINE];

	return chase(lines, 256, work(60000007));
}

static u64 smallcpy(void)
{
	static u8 from[4096], to[4096];
	void *(*volatile copy)(void *, const void *, size_t) = memcpy;
	u32 seed = 5;
	u64 h = 0;
	long n;

	for (n = 0; n < 4096; n++)
		from[n] = n * 7;
	bench_start();
	for (n = work(4000000); n > 0; n--) {
		u32 x = random32(&seed);

		copy(to + (x & 1023), from + (x >> 10 & 1023), 1 + (x >> 20 & 63));
		h += to[x & 1023];
	}
	return h;
}

static u64 allocation(void)
{
	enum { SLOTS = 2000 };
	static struct { u8 *data; u32 size; } slots[SLOTS];
	u32 seed = 77;
	u64 h = 0;
	long n;

	for (n = work(1000000); n > 0; n--) {
		u32 x = random32(&seed), i = x % SLOTS, size = 8 + (x >> 16) % (x & 31 ? 200 : 4000);

		if (slots[i].data)
			h += slots[i].data[slots[i].size - 1];
		free(slots[i].data);
		slots[i].data = malloc(slots[i].size = size);
		slots[i].data[0] = x;
		slots[i].data[size - 1] = x >> 3;
	}
	for (n = 0; n < SLOTS; n++)
		free(slots[n].data);
	memset(slots, 0, sizeof slots);
	return h;
}

const struct workload memory[] = {{"tree", tree}, {"memcpy64m", memcpy64m}, {"memset64m", memset64m},
	{"chase64m", chase64m}, {"chase16k", chase16k}, {"smallcpy", smallcpy}, {"malloc", allocation}, {0}};
