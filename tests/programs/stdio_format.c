/* printf(3): every conversion, flag, width and precision. */
#include "check.h"
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <wchar.h>

static void integers(void)
{
	printf("[%d] [%+d] [% d] [%5d] [%-5d] [%05d] [%.3d] [%8.3d]\n", 42, 42, 42, 42, 42, 42, 42, 42);
	printf("[%i] [%u] [%x] [%X] [%#x] [%o] [%#o]\n", INT_MIN, UINT_MAX, 0xbeef, 0xBEEF, 255, 8, 8);
	printf("[%hhd] [%hhu] [%hd] [%hu]\n", 300, 300, 70000, 70000);
	printf("[%lld] [%llu] [%llx]\n", LLONG_MIN, ULLONG_MAX, 0x123456789abcdefULL);
	printf("[%" PRId64 "] [%" PRIuMAX "] [%jd] [%zu] [%td]\n", INT64_MAX, UINTMAX_MAX,
	       (intmax_t)-1, (size_t)7, (ptrdiff_t)-7);
	printf("[%.0d] [%5.0d] [%*d] [%-*d] [%.*d]\n", 0, 0, 6, 1, 6, 2, 4, 3);
}

static void floats(void)
{
	double table[] = {0.0, -0.0, 1.0, -1.5, 0.1, 1.0 / 3, 123456789.0, 1e-5, 9.995, 1e300, 5e-324};
	unsigned i;

	for (i = 0; i < sizeof table / sizeof *table; i++) {
		double x = table[i];

		printf("%f|%.0f|%.10f\n", x, x, x);
		printf("%e|%.3E|%g|%G|%#g|%a\n", x, x, x, x, x, x);
	}
	printf("[%+08.2f] [%-10.3e] [% g] [%#.0f]\n", 3.14159, 2.5e10, 1.0, 4.0);
	printf("%f %F %e %g %5.1f\n", 1.0 / 0.0, -1.0 / 0.0, 1.0 / 0.0, -1.0 / 0.0, 1.0 / 0.0);
	printf("%.40f\n", 0.1);
	printf("%Lf %.10Lg %Le\n", 1.5L, 0.25L, -12345.5L);
}

static void texts(void)
{
	char buffer[8];

	printf("[%s] [%10s] [%-10s] [%.3s] [%c] [%5c] [%%]\n", "text", "text", "text", "text", 'x', 'y');
	printf("[%ls] [%lc] [%.2ls]\n", L"wide", (wint_t)L'w', L"wide");
	printf("[%2$s %1$s]\n", "second", "first");
	check(snprintf(buffer, sizeof buffer, "%s", "longer than that") == 16);
	check(strcmp(buffer, "longer ") == 0);
	check(snprintf(NULL, 0, "%d", 12345) == 5);
	errno = ENOENT;
	printf("%m\n");
	printf("%p\n", (void *)0);
}

static int variadic(char *out, size_t size, const char *format, ...)
{
	va_list list;
	int length;

	va_start(list, format);
	length = vsnprintf(out, size, format, list);
	va_end(list);
	return length;
}

int main(void)
{
	char line[80], *made;
	int count = 0;

	integers();
	floats();
	texts();
	check(variadic(line, sizeof line, "%d %lld %s %.1f", 1, 2LL, "three", 4.0) == 13);
	puts(line);
	need(asprintf(&made, "%s-%d%n", "made", 9, &count) == 6);
	printf("%s %d\n", made, count);
	free(made);
	return result();
}
