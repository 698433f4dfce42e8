/* The calling convention: many arguments, 64-bit and floating ones, structures, variable lists. */
#include "check.h"
#include <complex.h>

struct small { char a; short b; };
struct pair { double x, y; };
struct mixed { int i; float f; long long l; };
struct large { int values[20]; };
struct odd { char bytes[7]; };
union either { int i; float f; };

#define APART __attribute__((noinline, noclone))

APART static struct small small_of(struct small s) { return (struct small){s.a + 1, s.b * 2}; }
APART static struct pair swap(struct pair p) { return (struct pair){p.y, p.x}; }
APART static struct mixed scale(struct mixed m, int by) { return (struct mixed){m.i * by, m.f * by, m.l * by}; }
APART static struct odd shift(int n, struct odd o) { o.bytes[n] += 1; return o; }
APART static union either flip(union either e) { e.i = -e.i; return e; }
APART static double complex turn(double complex z) { return z * I; }

APART static struct large fill(int start, struct large l)
{
	int i;

	for (i = 0; i < 20; i++)
		l.values[i] += start + i;
	return l;
}

APART static long long many(int a, long long b, char c, double d, short e, float f, long long g, int h,
			    unsigned char i, long long j, double k, struct small l)
{
	return a + b * 2 + c * 3 + (long long)d * 4 + e * 5 + (long long)f * 6 + g * 7 + h * 8 + i * 9 + j * 10 +
	       (long long)k * 11 + l.b * 12;
}

APART static long long sum(const char *types, ...)
{
	long long total = 0;
	char first = *types;
	va_list list, copy;

	va_start(list, types);
	va_copy(copy, list);
	for (; *types; types++)
		switch (*types) {
		case 'i': total = total * 3 + va_arg(list, int); break;
		case 'l': total = total * 3 + va_arg(list, long long); break;
		case 'd': total = total * 3 + (long long)va_arg(list, double); break;
		case 'D': total = total * 3 + (long long)va_arg(list, long double); break;
		case 's': total = total * 3 + va_arg(list, struct small).b; break;
		case 'p': total = total * 3 + *va_arg(list, char *); break;
		case 'L': total = total * 3 + va_arg(list, struct large).values[3]; break;
		}
	if (first == 'i')
		total += va_arg(copy, int);
	va_end(copy);
	va_end(list);
	return total;
}

int main(void)
{
	struct small s = small_of((struct small){1, 2});
	struct pair p = swap((struct pair){1.5, 2.5});
	struct mixed m = scale((struct mixed){1, 2.5f, 1LL << 33}, 3);
	struct large l = fill(100, (struct large){{1, 2, 3}});
	struct odd o = shift(5, (struct odd){"abcdef"});
	union either e = flip((union either){5});
	double complex z = turn(1 + 2 * I);

	printf("%d %d | %g %g | %d %g %lld\n", s.a, s.b, p.x, p.y, m.i, m.f, m.l);
	printf("%d %d %d | %s %d | %d | %g %g\n", l.values[0], l.values[2], l.values[19], o.bytes, o.bytes[5], e.i,
	       creal(z), cimag(z));
	printf("%lld\n", many(1, 1LL << 40, 2, 3.5, -4, 5.25f, -(1LL << 35), 7, 200, 9, 1e10, s));
	printf("%lld\n", sum("iliidlDdisliL", 1, 2LL, 3, 4, 5.5, 6LL, 7.25L, 8.0, 9, s, 1LL << 33, 10, l));
	printf("%lld\n", sum("llllll", 1LL, 2LL, 3LL, 4LL, 5LL, 6LL));
	printf("%lld\n", sum("ipdipdipdipd", 1, "A", 2.0, 3, "B", 4.0, 5, "C", 6.0, 7, "D", 8.0));
	return result();
}
