/* Integer and branchy work. */
#include "bench.h"

u64 sha256(void), bcvm(void);

static u64 crc32(void)
{
	static u32 table[256];
	static u8 data[1 << 20];
	u32 i, c, seed = 12345;
	long n;
	int k;

	for (i = 0; i < 256; table[i++] = c)
		for (c = i, k = 0; k < 8; k++)
			c = c & 1 ? c >> 1 ^ 0xedb88320 : c >> 1;
	for (i = 0; i < sizeof data; i++)
		data[i] = random32(&seed) >> 11;
	bench_start();
	for (c = ~0u, n = work(40); n > 0; n--)
		for (i = 0; i < sizeof data; i++)
			c = c >> 8 ^ table[(c ^ data[i]) & 255];
	return ~c;
}

static u64 sieve(void)
{
	enum { SIZE = 1000000 };
	static u8 prime[SIZE];
	u64 count = 0;
	long n, i, j;

	for (n = work(24); n > 0; n--) {
		memset(prime, 1, sizeof prime);
		for (i = 2; i < SIZE; i++)
			if (prime[i])
				for (count++, j = 2 * i; j < SIZE; j += i)
					prime[j] = 0;
	}
	return count;
}

static u64 modpow(void)
{
	const u64 modulus = 4294967291;
	u64 i, h = 0, n = work(240000);

	for (i = 1; i <= n; i++) {
		u64 base = i * 2654435761u % modulus, power = 1, e = 4294967289;

		for (; e; e >>= 1) {
			if (e & 1)
				power = power * base % modulus;
			base = base * base % modulus;
		}
		h = mix(h, power);
	}
	return h;
}

__attribute__((noinline)) static int fibonacci(int n)
{
	return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

/* 35 at the usual scale: the work grows by 1.6 per number. */
static u64 fib(void)
{
	int (*volatile call)(int) = fibonacci;
	int n = 35;
	long s;

	for (s = work(100); s < 100 && n > 20; s = s * 1618 / 1000 + 1)
		n--;
	return call(n);
}

static int compare(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

static u64 sorting(void)
{
	long i, n = work(150000);
	u32 *array = malloc(n * sizeof *array + 4), seed = 1;
	u64 h = 0;

	for (i = 0; i < n; i++)
		array[i] = random32(&seed);
	bench_start();
	qsort(array, n, sizeof *array, compare);
	for (i = 0; i < n; i += 1000)
		h = mix(h, array[i]);
	free(array);
	return h;
}

#define STEP(n, result) static u32 step##n(u32 x) { return result; }
STEP(0, x + 1) STEP(1, x ^ 0x55) STEP(2, x * 3) STEP(3, x - 7) STEP(4, x << 1) STEP(5, x >> 1)
STEP(6, ~x) STEP(7, x + x / 16) STEP(8, x ^ x >> 3) STEP(9, x * 5 + 1) STEP(10, x - 1) STEP(11, x | 1)
STEP(12, x ^ x << 7) STEP(13, x + 99) STEP(14, x * 9) STEP(15, x ^ 0xffff)

static u64 vcall(void)
{
	static u32 (*const steps[])(u32) = {step0, step1, step2, step3, step4, step5, step6, step7,
		step8, step9, step10, step11, step12, step13, step14, step15};
	u32 seed = 99, x = 1;
	long n;

	for (n = work(8000000); n > 0; n--)
		x = steps[random32(&seed) & 15](x);
	return x;
}

const struct workload integer[] = {{"sha256", sha256}, {"crc32", crc32}, {"sieve", sieve}, {"modpow", modpow},
	{"fib", fib}, {"bcvm", bcvm}, {"qsort", sorting}, {"vcall", vcall}, {0}};
