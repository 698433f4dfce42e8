/* Integer arithmetic of every width, shifts, carries, 128 bits, bit tricks, unaligned and swapped access. */
#include "check.h"
#include <arpa/inet.h>
#include <byteswap.h>
#include <endian.h>
#include <limits.h>

static uint64_t digest = 1;

static void take(uint64_t value)
{
	digest = digest * 6364136223846793005u + value;
}

#define WIDTH(name, type, wide)                                                        \
	static void name(wide x, wide y)                                               \
	{                                                                              \
		volatile type a = (type)x, b = (type)y;                                \
		int n = (int)(y & (sizeof(type) * 8 - 1));                             \
		take((wide)(type)(a + b));                                             \
		take((wide)(type)(a - b));                                             \
		take((wide)(type)((wide)a * (wide)b));                                 \
		take((wide)(type)(b ? a / b : 0));                                     \
		take((wide)(type)(b ? a % b : 0));                                     \
		take((wide)(type)((a ^ b) | (a & ~b)));                                \
		take((wide)(type)(a >> n));                                            \
		take((wide)(type)((type)((wide)a << n)));                              \
		take((a < b) | (a == b) << 1 | (a >= b) << 2);                         \
	}

WIDTH(unsigned8, uint8_t, uint64_t)
WIDTH(unsigned16, uint16_t, uint64_t)
WIDTH(unsigned32, uint32_t, uint64_t)
WIDTH(unsigned64, uint64_t, uint64_t)
WIDTH(signed8, int8_t, uint64_t)
WIDTH(signed16, int16_t, uint64_t)
WIDTH(signed32, int32_t, uint64_t)

static void signed64(int64_t x, int64_t y)
{
	volatile int64_t a = x, b = y;
	volatile double d;
	volatile float f;

	take(b && !(a == INT64_MIN && b == -1) ? a / b : 0);
	take(b && !(a == INT64_MIN && b == -1) ? a % b : 0);
	take(a >> (b & 63));
	take((a < b) | (a <= b) << 1);
	d = a / 2;
	f = b;
	take((uint64_t)(int64_t)d + (uint64_t)(int64_t)f / 3);
}

static void widths(void)
{
	uint32_t seed = 99;
	int i;

	for (i = 0; i < 3000; i++) {
		uint64_t a = (uint64_t)random32(&seed) << 32 | random32(&seed), b = random32(&seed);

		a >>= b & 63;
		b = i & 1 ? b : a ^ b << (b & 31);
		unsigned8(a, b);
		unsigned16(a, b);
		unsigned32(a, b);
		unsigned64(a, b);
		signed8(a, b % 127);
		signed16(a, b % 32767);
		signed32(a, b % 2147483647);
		signed64(a, b >> (i & 31));
	}
	printf("widths %016llx\n", (unsigned long long)digest);
}

static void bits(void)
{
	volatile uint32_t x = 0x00f01230;
	volatile uint64_t y = 0x00f0123400000000;
	int64_t out;

	check(__builtin_clz(x) == 8 && __builtin_ctz(x) == 4 && __builtin_popcount(x) == 8);
	check(__builtin_clzll(y) == 8 && __builtin_ctzll(y) == 34 && __builtin_popcountll(y) == 9);
	check(bswap_32(x) == 0x3012f000 && bswap_64(y) == 0x000000003412f000 && bswap_16(0x1234) == 0x3412);
	check(__builtin_add_overflow(INT64_MAX, (int64_t)x, &out) && !__builtin_sub_overflow(5, 7, &out));
	check(__builtin_mul_overflow((int64_t)1 << 40, (int64_t)1 << 30, &out) && __builtin_parity(x) == 0);
	check((x << 7 | x >> 25) == 0x78091800 && abs(INT_MIN + 1) == INT_MAX && llabs(-5) == 5);
	check(div(-7, 2).quot == -3 && div(-7, 2).rem == -1 && lldiv(7, -2).rem == 1);
}

static void orders(void)
{
	unsigned char raw[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
	struct __attribute__((packed)) { char pad; uint32_t word; uint64_t wide; } packed;
	uint32_t word;
	uint64_t wide;
	char text[20];

	memcpy(&word, raw + 1, 4);
	memcpy(&wide, raw + 3, 8);
	check(be32toh(word) == 0x02030405 && le64toh(wide) == 0x0b0a090807060504);
	memcpy(&packed, raw, sizeof packed);
	check(be32toh(packed.word) == 0x02030405 && be64toh(packed.wide) == 0x060708090a0b0c0d);
	check(htonl(0x01020304) == *(uint32_t *)memcpy(&word, raw, 4) && ntohs(htons(77)) == 77);
	check(inet_pton(AF_INET, "10.1.2.3", &word) == 1 && ntohl(word) == 0x0a010203);
	check(!strcmp(inet_ntop(AF_INET6, raw, text, sizeof text) ? text : "too long", "too long"));
}

#ifdef __SIZEOF_INT128__
static uint64_t wide_remainder(uint64_t high, uint64_t low, uint64_t by)
{
	return (uint64_t)(((unsigned __int128)high << 64 | low) % by);
}
#else
static uint64_t wide_remainder(uint64_t high, uint64_t low, uint64_t by)
{
	int i;

	for (high %= by, i = 63; i >= 0; i--) {
		int carry = high >> 63;

		high = high << 1 | (low >> i & 1);
		if (carry || high >= by)
			high -= by;
	}
	return high;
}
#endif

int main(void)
{
	widths();
	bits();
	orders();
	printf("%llu\n", (unsigned long long)wide_remainder(0x123456789abcdef0, 0x0fedcba987654321, 0xfffffffffffffff1));
	return result();
}
