/* String functions, formatting, parsing. */
#include "bench.h"

static u64 strs(void)
{
	static char s[8192];
	long r, n = work(9000);
	u64 h = 0;
	int i;

	for (i = 0; i < 8191; i++)
		s[i] = 'a' + i % 23;
	for (r = 0; r < n; r++) {
		char *end = &s[8191 - (r & 1023) - 1];

		*end = 0;
		h += strlen(s);
		*end = 'z';
		h += strchr(s, 'z') - s;
		h += (char *)memchr(s, 'z', 8191) - s;
	}
	return h;
}

static u64 strcmps(void)
{
	enum { KEYS = 512 };
	static char keys[KEYS][32];
	u64 h = 0;
	long n;
	int i, j;

	for (i = 0; i < KEYS; i++)
		sprintf(keys[i], "key/%08x/%d", i * 2654435761u >> 4, i);
	for (n = work(14); n > 0; n--)
		for (i = 0; i < KEYS; i++)
			for (j = 0; j < KEYS; j++)
				h += strcmp(keys[i], keys[j]) < 0;
	return h;
}

static u64 formatting(void)
{
	char line[200];
	u64 h = 0;
	long i, n = work(100000);

	for (i = 0; i < n; i++) {
		int length = snprintf(line, sizeof line, "%d %s %08x %5u|%-8ld|%c", (int)i, "word", (u32)i * 77,
				      (u32)i % 1000, -i, (int)('a' + i % 26));

		h = mix(h, length + line[length / 2]);
	}
	return h;
}

static u64 formatting_floats(void)
{
	char line[200];
	u64 h = 0;
	long i, n = work(40000);

	for (i = 0; i < n; i++) {
		int length = snprintf(line, sizeof line, "%.3f %g %e", i * 0.25, i * 1.5, i * 2.0);

		h = mix(h, length + line[length / 2]);
	}
	return h;
}

static u64 parse(void)
{
	char digits[32];
	u64 h = 0;
	long i, n = work(250000);

	for (i = 0; i < n; i++) {
		snprintf(digits, sizeof digits, "%ld", i);
		h += strtol(digits, NULL, 10) + atoi(digits);
	}
	return h;
}

const struct workload text[] = {{"strs", strs}, {"strcmps", strcmps}, {"printf", formatting},
	{"printf_fp", formatting_floats}, {"parse", parse}, {0}};
