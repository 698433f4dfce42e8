/* setjmp and longjmp: across frames, with registers, with a saved signal mask. */
#include "check.h"
#include <setjmp.h>
#include <signal.h>

static jmp_buf place;
static sigjmp_buf masked;

static void descend(int n)
{
	if (n == 0)
		longjmp(place, 7);
	descend(n - 1);
}

static double work(double a, double b, double c, double d)
{
	volatile int round = 0;
	double sum = a + b;

	if (setjmp(place) < 3) {
		round++;
		longjmp(place, round);
	}
	return sum * c - d + round;
}

int main(void)
{
	volatile int passes = 0;
	sigset_t set;
	int value = setjmp(place);

	passes++;
	if (value == 0)
		descend(50);
	check(value == 7 && passes == 2);
	passes = 0;
	if (setjmp(place) == 1)
		passes = 1;
	else
		longjmp(place, 0);
	check(passes == 1);
	check(work(1.5, 2.5, 3, 4) == 11);
	if (sigsetjmp(masked, 1) == 0) {
		sigemptyset(&set);
		sigaddset(&set, SIGUSR1);
		need(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
		siglongjmp(masked, 1);
	}
	check(sigprocmask(SIG_BLOCK, NULL, &set) == 0 && !sigismember(&set, SIGUSR1));
	return result();
}
