/* What IEEE 754 makes exact: every ABI must print the same bits. */
#include "check.h"
#include <float.h>
#include <math.h>

/* round64 drops the excess precision of the x87 and the 68881. */
static double round64(double x)
{
	volatile double y = x;

	return y;
}

static void one(const char *name, double x)
{
	if (isnan(x))
		printf("%s nan\n", name); /* of either sign */
	else
		printf("%s %a\n", name, round64(x));
}

static void unary(double x)
{
	printf("x = %a\n", x);
	one("sqrt", sqrt(fabs(x)));
	one("floor", floor(x));
	one("ceil", ceil(x));
	one("trunc", trunc(x));
	one("round", round(x));
	one("rint", rint(x));
	one("nearbyint", nearbyint(x));
	one("nextafter", nextafter(x, 10));
	one("ldexp", ldexp(x, 3));
	one("scalbn", scalbn(x, -3));
}

static void binary(double x, double y)
{
	volatile double a = x, b = y;
	int quotient;

	printf("x = %a y = %a\n", x, y);
	one("fmod", fmod(x, y));
	one("remainder", remainder(x, y));
	one("remquo", remquo(x, y, &quotient));
	one("fdim", fdim(x, y));
	one("fmax", fmax(x, y));
	one("fmin", fmin(x, y));
	one("copysign", copysign(x, y));
	one("fma", fma(x, y, 1));
	one("add", a + b);
	one("sub", a - b);
	printf("float %a %a\n", (double)(float)x, (double)((float)x * 2.0f));
}

static void parts(double x)
{
	double whole, fraction = modf(x, &whole);
	int exponent;
	double mantissa = frexp(x, &exponent);

	printf("modf %a %a frexp %a %d", whole, fraction, mantissa, exponent);
	printf(" ilogb %d logb %a lrint %lld llround %lld\n", ilogb(x), logb(x), (long long)lrint(x),
	       llround(x));
}

static void classes(void)
{
	volatile double zero = 0, inf = 1 / zero, nan = zero / zero;
	volatile float single;

	check(isinf(inf) && !isfinite(inf) && isinf(-inf) && signbit(-inf));
	check(isnan(nan) && nan != nan && !(nan < 1) && !(nan >= 1));
	check(isnormal(1.0) && !isnormal(DBL_MIN / 2) && fpclassify(DBL_MIN / 2) == FP_SUBNORMAL);
	check(isnan(sqrt(-1.0)) && isnan(fmod(1, zero)) && isinf(-log(zero)));
	check(signbit(-zero) && -zero == zero && atan2(-zero, -1) < 0);
	check(isunordered(nan, 1.0) && !isgreater(nan, 1.0) && isless(1.0, 2.0));
	check(fmax(nan, 1) == 1 && fmin(nan, 1) == 1 && isinf(hypot(inf, nan)));
	check((int)-1.9 == -1 && (unsigned)3.9 == 3 && (long long)1e15 == 1000000000000000);
	check((double)UINT64_MAX == 18446744073709551616.0 && (uint64_t)9.3e18 == 9300000000000000000u);
	single = 16777217;
	check(single == 16777216.0f);
	single = 0.1;
	check((double)single != 0.1);
}

int main(void)
{
	static const double table[] = {0, -0.0, 0.5, -0.5, 1, 1.5, 2.5, -2.5, 3, 0.1, 1e10, -7.75,
		123456789.123, 4503599627370497.5, 0x1p-1060, 0x1.9p1023, DBL_MIN, DBL_EPSILON};
	unsigned i, n = sizeof table / sizeof *table;

	for (i = 0; i < n; i++) {
		unary(table[i]);
		binary(table[i], table[(i * 7 + 5) % n ? (i * 7 + 5) % n : 4]);
		if (fabs(table[i]) < 1e9 && table[i] != 0)
			parts(table[i]);
	}
	classes();
	return result();
}
