/* Handlers: what they are told, what is blocked in them, how they nest, and that they return. */
#include "check.h"
#include <signal.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t calls, depth, deepest, last, value, code, pid_right, blocked_self, blocked_other;
static volatile int order[8], norder;

static void plain(int sig)
{
	calls++;
	last = sig;
}

static void informed(int sig, siginfo_t *si, void *context)
{
	calls++;
	last = sig;
	code = si->si_code;
	value = si->si_value.sival_int;
	pid_right = si->si_pid == getpid() && si->si_uid == getuid() && si->si_signo == sig && context != NULL;
}

static void masks(int sig)
{
	sigset_t now;

	sigprocmask(SIG_BLOCK, NULL, &now);
	blocked_self = sigismember(&now, sig);
	blocked_other = sigismember(&now, SIGTERM);
}

static void recursive(int sig)
{
	if (++depth > deepest)
		deepest = depth;
	if (depth < 5 && calls++ < 100)
		raise(sig);
	depth--;
}

static void ordered(int sig)
{
	if (norder < 8)
		order[norder++] = sig;
}

static void act(int sig, void (*handler)(int), int flags)
{
	struct sigaction sa = {.sa_flags = flags};

	sa.sa_handler = handler;
	need(sigaction(sig, &sa, NULL) == 0);
}

static void told(void)
{
	struct sigaction sa = {.sa_flags = SA_SIGINFO};

	act(SIGUSR1, plain, 0);
	check(raise(SIGUSR1) == 0 && calls == 1 && last == SIGUSR1);
	check(kill(getpid(), SIGUSR1) == 0 && calls == 2);
	sa.sa_sigaction = informed;
	need(sigaction(SIGUSR2, &sa, NULL) == 0 && sigaction(SIGRTMIN + 3, &sa, NULL) == 0);
	check(raise(SIGUSR2) == 0 && calls == 3 && last == SIGUSR2 && code == SI_TKILL && pid_right);
	check(kill(getpid(), SIGUSR2) == 0 && calls == 4 && code == SI_USER && pid_right);
	check(sigqueue(getpid(), SIGRTMIN + 3, (union sigval){.sival_int = 4711}) == 0 && calls == 5);
	check(last == SIGRTMIN + 3 && code == SI_QUEUE && value == 4711 && pid_right);
}

static void blocking(void)
{
	struct sigaction sa = {0};
	sigset_t set, old;

	sa.sa_handler = masks;
	sigaddset(&sa.sa_mask, SIGTERM);
	need(sigaction(SIGUSR1, &sa, NULL) == 0);
	check(raise(SIGUSR1) == 0 && blocked_self == 1 && blocked_other == 1);
	check(sigprocmask(SIG_BLOCK, NULL, &old) == 0 && !sigismember(&old, SIGUSR1) && !sigismember(&old, SIGTERM));
	sa.sa_flags = SA_NODEFER;
	need(sigaction(SIGUSR1, &sa, NULL) == 0);
	check(raise(SIGUSR1) == 0 && blocked_self == 0 && blocked_other == 1);
	act(SIGUSR1, recursive, SA_NODEFER);
	check(raise(SIGUSR1) == 0 && deepest == 5 && depth == 0);
	deepest = 0;
	depth = 4;
	act(SIGUSR1, recursive, 0);
	check(raise(SIGUSR1) == 0 && deepest == 5 && depth == 4);
	act(SIGUSR1, plain, SA_RESETHAND);
	calls = 0;
	check(raise(SIGUSR1) == 0 && calls == 1);
	check(sigaction(SIGUSR1, NULL, &sa) == 0 && sa.sa_handler == SIG_DFL);
	sigfillset(&set);
	check(sigprocmask(SIG_SETMASK, &set, &old) == 0 && sigprocmask(SIG_SETMASK, &old, &set) == 0);
	check(!sigismember(&set, SIGKILL) && !sigismember(&set, SIGSTOP) && sigismember(&set, SIGTERM));
}

/* Signals that wait are delivered together: the frames are stacked, so that the last one runs first. */
static void stacked(void)
{
	sigset_t set, pending;
	int i;

	sigemptyset(&set);
	for (i = 0; i < 3; i++) {
		act(SIGRTMIN + i, ordered, 0);
		sigaddset(&set, SIGRTMIN + i);
	}
	need(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
	raise(SIGRTMIN + 2);
	raise(SIGRTMIN);
	raise(SIGRTMIN + 1);
	raise(SIGRTMIN + 1);
	check(norder == 0 && sigpending(&pending) == 0 && sigismember(&pending, SIGRTMIN + 1) == 1);
	need(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
	check(norder == 4);
	check(order[0] == SIGRTMIN + 2 && order[3] == SIGRTMIN);
	check(order[1] == SIGRTMIN + 1 && order[2] == SIGRTMIN + 1);
}

static void waiting(void)
{
	struct timespec none = {0};
	siginfo_t si;
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	need(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
	fails(sigtimedwait(&set, &si, &none), EAGAIN);
	raise(SIGUSR2);
	check(sigwait(&set, &sig) == 0 && sig == SIGUSR2);
	sigqueue(getpid(), SIGUSR2, (union sigval){.sival_int = 12});
	check(sigwaitinfo(&set, &si) == SIGUSR2 && si.si_code == SI_QUEUE && si.si_value.sival_int == 12);
}

int main(void)
{
	told();
	blocking();
	stacked();
	waiting();
	return result();
}
