/* Rounding modes and exception flags, where the ABI has them. */
#include "check.h"
#include <fenv.h>
#include <math.h>

#if defined FE_UPWARD && defined FE_DIVBYZERO && defined FE_INEXACT

static volatile double one = 1, two = 2, three = 3, half = 0.5, zero, huge = 1e308, tiny = 1e-308;

/* raised names the flags that are set, and clears them. */
static void raised(const char *what)
{
	static const struct { int flag; const char *name; } table[] = {
		{FE_INVALID, "invalid"}, {FE_DIVBYZERO, "divide"}, {FE_OVERFLOW, "overflow"},
		{FE_UNDERFLOW, "underflow"}, {FE_INEXACT, "inexact"},
	};
	unsigned i;

	printf("%s:", what);
	for (i = 0; i < sizeof table / sizeof *table; i++)
		if (fetestexcept(table[i].flag))
			printf(" %s", table[i].name);
	printf("\n");
	feclearexcept(FE_ALL_EXCEPT);
}

static void rounding(int mode, const char *name)
{
	volatile double a, b;

	need(fesetround(mode) == 0);
	a = one / three;
	b = -one / three;
	printf("%s: %a %a", name, a, b);
	printf(" rint %g %g %g", rint(two + half), rint(-two - half), rint(half / 2));
	printf(" nearbyint %g lrint %ld", nearbyint(-half / 3), lrint(one + half));
	printf(" sqrt %a float %a\n", sqrt(two), (double)(float)(one / three));
	check(fegetround() == mode);
}

int main(void)
{
	volatile double x;
	fenv_t saved;

	rounding(FE_UPWARD, "up");
	rounding(FE_DOWNWARD, "down");
	rounding(FE_TOWARDZERO, "zero");
	rounding(FE_TONEAREST, "near");
	feclearexcept(FE_ALL_EXCEPT);
	raised("nothing");
	x = one / zero;
	raised("1/0");
	x = zero / zero;
	raised("0/0");
	x = one / three;
	raised("1/3");
	x = huge * huge;
	raised("huge*huge");
	x = tiny * tiny;
	raised("tiny*tiny");
	x = sqrt(-one);
	raised("sqrt(-1)");
	x = one + one;
	raised("1+1");
	feraiseexcept(FE_OVERFLOW | FE_INVALID);
	check(fetestexcept(FE_OVERFLOW) && fetestexcept(FE_INVALID) && !fetestexcept(FE_DIVBYZERO));
	check(fegetenv(&saved) == 0);
	check(feholdexcept(&saved) == 0 && fetestexcept(FE_ALL_EXCEPT) == 0);
	x = one / zero;
	check(feupdateenv(&saved) == 0 && fetestexcept(FE_DIVBYZERO) && fetestexcept(FE_OVERFLOW));
	check(fesetround(FE_UPWARD) == 0 && fesetenv(FE_DFL_ENV) == 0);
	check(fegetround() == FE_TONEAREST && fetestexcept(FE_ALL_EXCEPT) == 0);
	(void)x;
	return result();
}

#else
int main(void)
{
	absent("this ABI has no floating-point environment");
}
#endif
