// libatomic.a for ABIs that have neither 64-bit atomic instructions nor a library from Debian: C11
// atomics of 8 bytes, under one lock. gcc calls these functions by name; their C names differ because
// gcc checks its own builtins.
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define NAMED(result, name, ...)                                        \
	result name(__VA_ARGS__) __asm__("__atomic_" #name "_8");       \
	result name(__VA_ARGS__)

// Every read-modify-write is: remember, change, answer.
static uint64_t answer(uint64_t value)
{
	pthread_mutex_unlock(&lock);
	return value;
}

static uint64_t remember(volatile uint64_t *p)
{
	pthread_mutex_lock(&lock);
	return *p;
}

NAMED(uint64_t, load, volatile uint64_t *p, int order) { return answer(remember(p)); }

NAMED(void, store, volatile uint64_t *p, uint64_t value, int order)
{
	remember(p);
	*p = value;
	answer(0);
}

NAMED(uint64_t, exchange, volatile uint64_t *p, uint64_t value, int order)
{
	uint64_t old = remember(p);
	*p = value;
	return answer(old);
}

NAMED(bool, compare_exchange, volatile uint64_t *p, uint64_t *expected, uint64_t value, int success,
      int failure)
{
	uint64_t old = remember(p);
	bool equal = old == *expected;
	if (equal)
		*p = value;
	else
		*expected = old;
	return answer(equal);
}

#define FETCH(operation, expression)                                                    \
	NAMED(uint64_t, fetch_##operation, volatile uint64_t *p, uint64_t by, int order) \
	{                                                                               \
		uint64_t old = remember(p);                                             \
		*p = expression;                                                        \
		return answer(old);                                                     \
	}                                                                               \
	NAMED(uint64_t, operation##_fetch, volatile uint64_t *p, uint64_t by, int order) \
	{                                                                               \
		uint64_t old = remember(p);                                             \
		return answer(*p = expression);                                         \
	}

FETCH(add, old + by)
FETCH(sub, old - by)
FETCH(and, old & by)
FETCH(or, old | by)
FETCH(xor, old ^ by)
FETCH(nand, ~(old & by))
