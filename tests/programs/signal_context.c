/* What a handler may see and change of the code that it interrupts, and what it must not change. */
#include "check.h"
#include <fenv.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

static volatile sig_atomic_t rings, nested, bad;
static char other[65536];

/* Uses many registers of every kind. */
static double churn(double x)
{
	double a = x, b = x * 2, c = x / 3, d = x - 7, e = 1 / (x + 1), f = x * x;
	long long i = (long long)x, j = i * 77, k = i ^ j;
	int n;

	for (n = 0; n < 50; n++) {
		a += b * e;
		b -= c;
		c += d / 2;
		d = f - a;
		f = e * c + a;
		i += j;
		j ^= k << 3;
		k += i >> 2;
	}
	return a + b + c + d + f + (double)(i & 1023) + (double)(j & 1023) + (double)(k & 1023);
}

static void disturb(int sig)
{
	volatile double x = churn(rings + 1.5);

	if (x != x)
		bad++;
	rings++;
}

static void preserved(void)
{
	struct itimerval t = {.it_value.tv_usec = 2000, .it_interval.tv_usec = 2000}, off = {0};
	struct sigaction sa = {.sa_flags = SA_RESTART};
	double want = churn(12345.678);
	int wrong = 0;

	sa.sa_handler = disturb;
	need(sigaction(SIGALRM, &sa, NULL) == 0 && setitimer(ITIMER_REAL, &t, NULL) == 0);
	while (rings < 50)
		wrong += churn(12345.678) != want;
	need(setitimer(ITIMER_REAL, &off, NULL) == 0);
	check(wrong == 0);
}

static void round_up(int sig)
{
#ifdef FE_UPWARD
	fesetround(FE_UPWARD);
#endif
}

static void modes(void)
{
	signal(SIGUSR1, round_up);
	check(fegetround() == FE_TONEAREST && raise(SIGUSR1) == 0 && fegetround() == FE_TONEAREST);
}

static void change_mask(int sig, siginfo_t *si, void *context)
{
	ucontext_t *uc = context;

	if (sigismember(&uc->uc_sigmask, SIGUSR1) || !sigismember(&uc->uc_sigmask, SIGTERM))
		bad++;
	sigaddset(&uc->uc_sigmask, SIGUSR2);
	sigdelset(&uc->uc_sigmask, SIGTERM);
}

static void masks(void)
{
	struct sigaction sa = {.sa_flags = SA_SIGINFO};
	sigset_t set, now;

	sa.sa_sigaction = change_mask;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	need(sigprocmask(SIG_BLOCK, &set, NULL) == 0 && sigaction(SIGUSR1, &sa, NULL) == 0);
	check(raise(SIGUSR1) == 0 && sigprocmask(SIG_BLOCK, NULL, &now) == 0);
	check(sigismember(&now, SIGUSR2) == 1 && sigismember(&now, SIGTERM) == 0 && bad == 0);
	sigemptyset(&set);
	need(sigprocmask(SIG_SETMASK, &set, NULL) == 0);
}

static void on_stack(int sig, siginfo_t *si, void *context)
{
	ucontext_t *uc = context;
	stack_t now;
	char here;

	if (&here < other || &here >= other + sizeof other)
		bad++;
	if (sigaltstack(NULL, &now) || now.ss_flags != SS_ONSTACK)
		bad++;
	now.ss_flags = 0;
	if (sigaltstack(&now, NULL) != -1 || errno != EPERM)
		bad++;
	if (uc->uc_stack.ss_sp != other || uc->uc_stack.ss_size != sizeof other)
		bad++;
	if (++nested < 3)
		raise(sig);
}

static void stacks(void)
{
	struct sigaction sa = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
	stack_t ss = {.ss_sp = other, .ss_size = sizeof other}, now;

	sa.sa_sigaction = on_stack;
	need(sigaltstack(&ss, NULL) == 0 && sigaction(SIGUSR1, &sa, NULL) == 0);
	check(raise(SIGUSR1) == 0 && nested == 3 && bad == 0);
	check(sigaltstack(NULL, &now) == 0 && now.ss_flags == 0);
	ss.ss_flags = SS_DISABLE;
	check(sigaltstack(&ss, NULL) == 0 && sigaltstack(NULL, &now) == 0 && now.ss_flags == SS_DISABLE);
}

static volatile sig_atomic_t jumps;
static sigjmp_buf back;

static void leave(int sig)
{
	siglongjmp(back, ++jumps);
}

static void jumping(void)
{
	sigset_t now;

	signal(SIGUSR2, leave);
	while (sigsetjmp(back, 1) < 100)
		raise(SIGUSR2);
	check(jumps == 100 && sigprocmask(SIG_BLOCK, NULL, &now) == 0 && !sigismember(&now, SIGUSR2));
}

int main(void)
{
	preserved();
	modes();
	masks();
	stacks();
	jumping();
	return result();
}
