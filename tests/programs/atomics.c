/* The __atomic builtins, with one thread: results and returned values.
 *
 * run:
 * run: narrow
 * run: wide
 */
#include "check.h"

/* What the ABI has no instructions for would need a library, which musl has not. */
#define HAVE(kind) (__GCC_ATOMIC_##kind##_LOCK_FREE == 2)

/* gcc 12 for sh has no register left where they are all in one function. */
#define OPERATIONS(name, type)                                                               \
	static __attribute__((noinline)) uint64_t name(void)                                 \
	{                                                                                    \
		type x = 100, expected = 1, out;                                             \
		uint64_t h = 0;                                                              \
		h = h * 31 + (type)__atomic_fetch_add(&x, 7, __ATOMIC_SEQ_CST);              \
		h = h * 31 + (type)__atomic_add_fetch(&x, 1, __ATOMIC_ACQUIRE);              \
		h = h * 31 + (type)__atomic_fetch_sub(&x, 9, __ATOMIC_RELEASE);              \
		h = h * 31 + (type)__atomic_fetch_or(&x, 3, __ATOMIC_RELAXED);               \
		h = h * 31 + (type)__atomic_fetch_and(&x, 0x6e, __ATOMIC_SEQ_CST);           \
		h = h * 31 + (type)__atomic_fetch_xor(&x, 0x55, __ATOMIC_SEQ_CST);           \
		h = h * 31 + (type)__atomic_fetch_nand(&x, 0x0f, __ATOMIC_SEQ_CST);          \
		h = h * 31 + (type)__atomic_exchange_n(&x, 42, __ATOMIC_SEQ_CST);            \
		h = h * 31 + __atomic_compare_exchange_n(&x, &expected, 5, 0, 5, 5);         \
		h = h * 31 + (type)expected;                                                 \
		h = h * 31 + __atomic_compare_exchange_n(&x, &expected, 6, 0, 5, 5);         \
		__atomic_store_n(&x, (type)(x + 200), __ATOMIC_SEQ_CST);                     \
		__atomic_load(&x, &out, __ATOMIC_SEQ_CST);                                   \
		return h * 31 + out;                                                         \
	}

#if HAVE(CHAR)
OPERATIONS(bytes, uint8_t)
OPERATIONS(halves, uint16_t)

static void narrow(void)
{
	char flag = 0;

	printf("%016llx %016llx\n", (unsigned long long)bytes(), (unsigned long long)halves());
	check(!__atomic_test_and_set(&flag, __ATOMIC_SEQ_CST));
	check(__atomic_test_and_set(&flag, __ATOMIC_SEQ_CST));
	__atomic_clear(&flag, __ATOMIC_SEQ_CST);
	check(flag == 0);
}
#else
static void narrow(void)
{
	absent("8-bit atomics need a library on this ABI");
}
#endif

OPERATIONS(words, uint32_t)

#if HAVE(LLONG)
OPERATIONS(doubles, uint64_t)

static void wide(void)
{
	printf("%016llx\n", (unsigned long long)doubles());
}
#else
static void wide(void)
{
	absent("64-bit atomics need a library on this ABI");
}
#endif

int main(int argc, char **argv)
{
	const char *width = argc > 1 ? argv[1] : "";
	uint32_t counter = 0;
	int i;

	if (!strcmp(width, "narrow"))
		narrow();
	if (!strcmp(width, "wide"))
		wide();
	printf("%016llx\n", (unsigned long long)words());
	for (i = 0; i < 10000; i++)
		__atomic_fetch_add(&counter, 3, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	check(counter == 30000 && __sync_bool_compare_and_swap(&counter, 30000, 1) && counter == 1);
	return result();
}
