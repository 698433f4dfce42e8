/* The allocator under stress: every block keeps its pattern until it is freed. */
#include "check.h"
#include <malloc.h>

enum { SLOTS = 500, STEPS = 40000 };

struct slot {
	unsigned char *data;
	size_t size;
	unsigned char mark;
};

static struct slot slots[SLOTS];

static int intact(const struct slot *s)
{
	return !s->data || (s->data[0] == s->mark && s->data[s->size / 2] == s->mark &&
			    s->data[s->size - 1] == s->mark);
}

static void refill(struct slot *s, uint32_t r)
{
	size_t size = 1 + (r >> 8) % (r & 63 ? 700 : 150000);

	if (r & 64 && s->data) {
		unsigned char old = s->mark;
		size_t keep = size < s->size ? size : s->size;

		s->data = realloc(s->data, size);
		need(s->data && s->data[0] == old && s->data[keep / 2] == old);
	} else {
		free(s->data);
		s->data = malloc(size);
		need(s->data);
	}
	s->size = size;
	s->mark = (unsigned char)r;
	memset(s->data, s->mark, size);
}

static void stress(void)
{
	uint32_t seed = 42;
	int i, broken = 0;

	for (i = 0; i < STEPS; i++) {
		uint32_t r = random32(&seed);
		struct slot *s = &slots[r % SLOTS];

		broken += !intact(s);
		refill(s, r);
	}
	for (i = 0; i < SLOTS; i++) {
		broken += !intact(&slots[i]);
		free(slots[i].data);
	}
	check(broken == 0);
}

static int zeroed(const unsigned char *p, size_t n)
{
	while (n--)
		if (*p++)
			return 0;
	return 1;
}

static void aligned(void)
{
	size_t alignment;
	void *p;
	int wrong = 0;

	for (alignment = sizeof(void *); alignment <= 65536; alignment *= 2) {
		need(posix_memalign(&p, alignment, 100) == 0);
		wrong += (uintptr_t)p % alignment != 0;
		free(p);
	}
	check(wrong == 0);
	check(posix_memalign(&p, 3, 10) == EINVAL);
	p = aligned_alloc(4096, 8192);
	check(p && (uintptr_t)p % 4096 == 0);
	free(p);
}

int main(void)
{
	volatile size_t huge = SIZE_MAX / 2, many = SIZE_MAX / 4;
	unsigned char *p;
	void *empty;

	stress();
	p = malloc(100000);
	memset(p, 0xff, 100000);
	free(p);
	p = calloc(1000, 100);
	check(p && zeroed(p, 100000));
	check(malloc_usable_size(p) >= 100000);
	free(p);
	p = calloc(3 << 20, 1);
	check(p && zeroed(p, 3 << 20));
	free(p);
	check(malloc(huge) == NULL && errno == ENOMEM);
	check(calloc(many, 8) == NULL && errno == ENOMEM);
	check(reallocarray(NULL, many, 8) == NULL && errno == ENOMEM);
	empty = malloc(0);
	check(empty != NULL);
	free(empty);
	free(NULL);
	aligned();
	return result();
}
