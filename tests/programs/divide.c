/* Division by zero, where the ISA traps it: the status of SIGFPE. */
#include "check.h"

int main(void)
{
#if defined __x86_64__ || defined __i386__
	volatile int zero = 0, one = 1;

	puts("dividing");
	fflush(stdout);
	printf("%d\n", one / zero);
	return 0;
#else
	absent("integer division by zero does not trap on this ISA, or is undefined");
#endif
}
