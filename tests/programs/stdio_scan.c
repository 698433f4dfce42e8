/* scanf(3) and the number parsers of stdlib. */
#include "check.h"
#include <limits.h>

static void scanning(void)
{
	int a, b, used;
	unsigned hex, oct;
	long long big;
	double d;
	float f;
	char word[16], set[16], rest[16], *grown;

	check(sscanf("12 -34", "%d %d", &a, &b) == 2 && a == 12 && b == -34);
	check(sscanf("ff 0x1f 17", "%x %x %o", &hex, &hex, &oct) == 3 && hex == 31 && oct == 15);
	check(sscanf("9223372036854775807", "%lld", &big) == 1 && big == LLONG_MAX);
	check(sscanf("3.25e2 .5", "%lf %f", &d, &f) == 2 && d == 325 && f == 0.5f);
	check(sscanf("hello  world", "%15s%15s", word, rest) == 2 && !strcmp(rest, "world"));
	check(sscanf("abc123", "%[a-z]%d", set, &a) == 2 && a == 123 && !strcmp(set, "abc"));
	check(sscanf("x=5;", "x=%d;%n", &a, &used) == 1 && a == 5 && used == 4);
	check(sscanf("12345", "%2d%3d", &a, &b) == 2 && a == 12 && b == 345);
	check(sscanf("1 2 3", "%*d %d", &a) == 1 && a == 2);
	check(sscanf("", "%d", &a) == EOF);
	check(sscanf("x", "%d", &a) == 0);
	check(sscanf("grow", "%ms", &grown) == 1 && !strcmp(grown, "grow"));
	free(grown);
	check(sscanf("0x1.8p1 inf nan", "%lf %lf", &d, &d) == 2 && d > 1e308);
}

static void integers(void)
{
	char *end;

	check(strtol("  -42abc", &end, 10) == -42 && !strcmp(end, "abc"));
	check(strtol("0x7f", &end, 0) == 127 && !*end);
	check(strtol("0755", NULL, 0) == 493);
	check(strtol("zz", NULL, 36) == 35 * 36 + 35);
	check(strtoll("9223372036854775808", NULL, 10) == LLONG_MAX && errno == ERANGE);
	check(strtoll("-9223372036854775809", NULL, 10) == LLONG_MIN && errno == ERANGE);
	check(strtoull("-1", NULL, 10) == ULLONG_MAX && errno == 0);
	check(strtoull("18446744073709551616", NULL, 10) == ULLONG_MAX && errno == ERANGE);
	check(atoi("77 bottles") == 77);
	check(atoll("-1234567890123") == -1234567890123);
}

static void floats(void)
{
	const char *table[] = {"0", "1", "0.1", "3.14159265358979323846", "1e22", "1e23", "4.9e-324",
		"2.2250738585072011e-308", "1.7976931348623157e308", "0x1.fffffffffffffp1023",
		"123456789012345678901234567890", "1e-400", "1e400", "-0", "0x.8p-3"};
	unsigned i;
	char *end;

	for (i = 0; i < sizeof table / sizeof *table; i++)
		printf("%s = %a\n", table[i], strtod(table[i], NULL));
	check(strtod("2.5rest", &end) == 2.5 && !strcmp(end, "rest"));
	check(strtod("1e999", NULL) > 1e308 && errno == ERANGE);
	check(strtof("0.1", NULL) == 0.1f);
	check(strtold("0.5", NULL) == 0.5L);
	check(strtod("nothing", &end) == 0 && *end == 'n');
}

int main(void)
{
	scanning();
	integers();
	floats();
	return result();
}
