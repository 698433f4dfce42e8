/* System calls that signals interrupt: EINTR, restarts, and masks that hold for one call. */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t alarms, feed = -1;

static void ring(int sig)
{
	alarms++;
	if (feed >= 0)
		write(feed, "x", 1);
}

static void handle(int flags)
{
	struct sigaction sa = {.sa_flags = flags};

	sa.sa_handler = ring;
	need(sigaction(SIGALRM, &sa, NULL) == 0);
	alarms = 0;
}

static void soon(int microseconds)
{
	struct itimerval t = {.it_value.tv_usec = microseconds};

	need(setitimer(ITIMER_REAL, &t, NULL) == 0);
}

static void interrupted(void)
{
	struct timespec hour = {.tv_sec = 3600}, left = {0};
	int p[2];
	char c;

	need(pipe(p) == 0);
	handle(0);
	soon(20000);
	fails(pause(), EINTR);
	soon(20000);
	fails(read(p[0], &c, 1), EINTR);
	handle(SA_RESTART);
	soon(20000);
	fails(nanosleep(&hour, &left), EINTR);
	check(left.tv_sec == 3599 && alarms == 1);
	soon(20000);
	fails(poll(&(struct pollfd){.fd = p[0], .events = POLLIN}, 1, -1), EINTR);
	soon(20000);
	fails(select(0, NULL, NULL, NULL, NULL), EINTR);
	soon(20000);
	fails(pause(), EINTR);
	check(alarms == 4);
	alarm(1);
	check(alarm(0) == 1);
}

static void restarted(void)
{
	int p[2];
	char c = 0;

	need(pipe(p) == 0);
	handle(SA_RESTART);
	feed = p[1];
	soon(20000);
	check(read(p[0], &c, 1) == 1 && c == 'x' && alarms == 1);
	feed = -1;
	/* An ignored signal does not even wake the call; one that is blocked neither. */
	signal(SIGWINCH, SIG_DFL);
	raise(SIGWINCH);
	write(p[1], "y", 1);
	check(read(p[0], &c, 1) == 1 && c == 'y');
}

static void suspended(void)
{
	struct timespec hour = {.tv_sec = 3600};
	sigset_t block, none, now;

	sigemptyset(&none);
	sigemptyset(&block);
	sigaddset(&block, SIGALRM);
	handle(0);
	need(sigprocmask(SIG_BLOCK, &block, NULL) == 0);
	raise(SIGALRM);
	check(alarms == 0);
	fails(sigsuspend(&none), EINTR);
	check(alarms == 1 && sigprocmask(SIG_BLOCK, NULL, &now) == 0 && sigismember(&now, SIGALRM));
	soon(20000);
	fails(ppoll(NULL, 0, &hour, &none), EINTR);
	check(alarms == 2 && sigprocmask(SIG_BLOCK, NULL, &now) == 0 && sigismember(&now, SIGALRM));
	raise(SIGALRM);
	fails(pselect(0, NULL, NULL, NULL, &hour, &none), EINTR);
	check(alarms == 3);
	need(sigprocmask(SIG_UNBLOCK, &block, NULL) == 0);
}

static void periodic(void)
{
	struct itimerval t = {.it_value.tv_usec = 10000, .it_interval.tv_usec = 10000}, off = {0}, old;
	volatile unsigned spin = 0;

	handle(SA_RESTART);
	need(setitimer(ITIMER_REAL, &t, NULL) == 0);
	while (alarms < 5)
		spin++;
	check(setitimer(ITIMER_REAL, &off, &old) == 0 && old.it_interval.tv_usec == 10000);
	check(alarms >= 5);
}

int main(void)
{
	interrupted();
	restarted();
	suspended();
	periodic();
	return result();
}
