/* POSIX timers: signals, overruns, absolute and relative times, what is left. */
#include "check.h"
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static sigset_t set;

static struct timespec ms(long n)
{
	return (struct timespec){n / 1000, n % 1000 * 1000000};
}

static long to_ms(struct timespec t)
{
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int arm(timer_t t, long value, long interval)
{
	struct itimerspec its = {.it_value = ms(value), .it_interval = ms(interval)};

	return timer_settime(t, 0, &its, NULL);
}

/* next waits for a signal of the set. */
static int next(siginfo_t *info, long timeout)
{
	struct timespec limit = ms(timeout);

	memset(info, 0, sizeof *info);
	return sigtimedwait(&set, info, &limit);
}

static void signals(void)
{
	struct sigevent ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct itimerspec its = {{0, 0}, {0, 1000000000}}, old;
	siginfo_t info;
	timer_t t, u;

	ev.sigev_value.sival_int = 4711;
	need(timer_create(CLOCK_MONOTONIC, &ev, &t) == 0 && timer_create(CLOCK_REALTIME, NULL, &u) == 0);
	check(arm(t, 20, 0) == 0 && next(&info, 2000) == SIGUSR1);
	check(info.si_code == SI_TIMER && info.si_value.sival_int == 4711 && info.si_overrun == 0);
	check(timer_gettime(t, &old) == 0 && to_ms(old.it_value) == 0 && to_ms(old.it_interval) == 0);
	check(timer_getoverrun(t) == 0 && next(&info, 30) == -1 && errno == EAGAIN);
	check(arm(u, 5, 0) == 0 && next(&info, 2000) == SIGALRM && info.si_code == SI_TIMER);
	fails(timer_settime(t, 0, &its, NULL), EINVAL);
	check(arm(t, 5000, 700) == 0 && timer_settime(t, 0, &(struct itimerspec){0}, &old) == 0);
	check(to_ms(old.it_value) > 4000 && to_ms(old.it_value) <= 5000 && to_ms(old.it_interval) == 700);
	check(timer_gettime(t, &old) == 0 && to_ms(old.it_value) == 0);
	check(timer_delete(t) == 0 && timer_delete(u) == 0);
}

static void overruns(void)
{
	struct sigevent ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
	struct timespec pause = ms(60);
	struct itimerspec left;
	siginfo_t info;
	timer_t t;
	int i;

	need(timer_create(CLOCK_MONOTONIC, &ev, &t) == 0 && arm(t, 10, 10) == 0);
	nanosleep(&pause, NULL);
	check(next(&info, 0) == SIGRTMIN && info.si_overrun >= 3 && info.si_overrun < 100);
	check(timer_getoverrun(t) == info.si_overrun);
	check(timer_gettime(t, &left) == 0 && to_ms(left.it_value) <= 10 && to_ms(left.it_interval) == 10);
	for (i = 0; i < 5; i++)
		if (next(&info, 1000) != SIGRTMIN)
			break;
	check(i == 5);
	check(timer_settime(t, 0, &(struct itimerspec){{0, 1}, {0, 1}}, NULL) == 0); /* every nanosecond */
	nanosleep(&pause, NULL);
	check(next(&info, 100) == SIGRTMIN && info.si_overrun > 1000000);
	check(timer_delete(t) == 0);
	while (next(&info, 0) > 0)
		;
}

static void absolute(void)
{
	struct sigevent none = {.sigev_notify = SIGEV_NONE}, ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct timespec now, soon = ms(20);
	struct itimerspec its = {0}, left;
	siginfo_t info;
	timer_t t, n;

	need(timer_create(CLOCK_REALTIME, &ev, &t) == 0 && timer_create(CLOCK_BOOTTIME, &none, &n) == 0);
	clock_gettime(CLOCK_REALTIME, &its.it_value);
	its.it_value.tv_sec -= 10; /* in the past: at once */
	check(timer_settime(t, TIMER_ABSTIME, &its, NULL) == 0 && next(&info, 100) == SIGUSR1);
	clock_gettime(CLOCK_REALTIME, &now);
	its.it_value = now;
	its.it_value.tv_sec += 3;
	check(timer_settime(t, TIMER_ABSTIME, &its, NULL) == 0 && timer_gettime(t, &left) == 0);
	check(to_ms(left.it_value) > 2000 && to_ms(left.it_value) <= 3000);
	check(arm(n, 10, 0) == 0 && timer_gettime(n, &left) == 0 && left.it_value.tv_nsec > 0);
	nanosleep(&soon, NULL);
	check(timer_gettime(n, &left) == 0 && left.it_value.tv_sec == 0 && left.it_value.tv_nsec == 0);
	check(timer_delete(t) == 0 && timer_delete(n) == 0);
}

static void processor(void)
{
	struct sigevent ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct timespec start, now, zero = {0, 0};
	volatile unsigned work = 0;
	siginfo_t info;
	timer_t t;

	need(timer_create(CLOCK_PROCESS_CPUTIME_ID, &ev, &t) == 0);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	check(arm(t, 50, 0) == 0);
	do {
		int i;

		for (i = 0; i < 100000; i++)
			work++;
	} while (sigtimedwait(&set, &info, &zero) < 0);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	check(to_ms(now) - to_ms(start) >= 49 && info.si_signo == SIGUSR1);
	check(timer_delete(t) == 0);
}

static volatile int called;

static void in_thread(union sigval v)
{
	called = v.sival_int;
}

static void threads(void)
{
	struct sigevent ev = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = in_thread};
	struct timespec tick = ms(5);
	timer_t t;
	int i;

	ev.sigev_value.sival_int = 99;
	need(timer_create(CLOCK_MONOTONIC, &ev, &t) == 0 && arm(t, 10, 0) == 0);
	for (i = 0; i < 400 && !called; i++)
		nanosleep(&tick, NULL);
	check(called == 99 && timer_delete(t) == 0);
}

static void errors(void)
{
	struct sigevent ev = {.sigev_notify = 77, .sigev_signo = SIGUSR1};
	struct itimerspec its;
	timer_t t;
	int id;

	fails(timer_create(CLOCK_MONOTONIC, &ev, &t), EINVAL);
	fails(timer_create(12345, NULL, &t), EINVAL);
	fails(timer_create(CLOCK_MONOTONIC_RAW, NULL, &t), EOPNOTSUPP);
	ev.sigev_notify = SIGEV_SIGNAL;
	ev.sigev_signo = 200;
	fails(syscall(SYS_timer_create, CLOCK_MONOTONIC, &ev, &id), EINVAL);
	need(timer_create(CLOCK_MONOTONIC, NULL, &t) == 0 && timer_delete(t) == 0);
	fails(timer_gettime(t, &its), EINVAL);
	fails(timer_getoverrun(t), EINVAL);
	fails(arm(t, 1, 1), EINVAL);
}

int main(void)
{
	setbuf(stdout, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGALRM);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals();
	overruns();
	absolute();
	processor();
	threads();
	errors();
	return result();
}
