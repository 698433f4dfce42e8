/* Real-time signals, as many as the ABI has: 128 on mips, 64 elsewhere. */
#include "check.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static int order[256], seen;
static int value;

static void note(int sig, siginfo_t *info, void *context)
{
	if (seen < 256)
		order[seen++] = sig;
	value = info->si_value.sival_int;
}

static void act(int sig)
{
	struct sigaction sa = {.sa_flags = SA_SIGINFO}, got;

	sa.sa_sigaction = note;
	sigfillset(&sa.sa_mask);
	need(sigaction(sig, &sa, NULL) == 0);
	need(sigaction(sig, NULL, &got) == 0 && got.sa_sigaction == note);
}

/* queue sends a signal to ourselves with a value. */
static int queue(int sig, int n)
{
	union sigval v = {.sival_int = n};

	return sigqueue(getpid(), sig, v);
}

static void all(void)
{
	sigset_t set, old;
	int good = 1, count = SIGRTMAX - SIGRTMIN + 1;

	sigemptyset(&set);
	for (int s = SIGRTMIN; s <= SIGRTMAX; s++) {
		act(s);
		sigaddset(&set, s);
	}
	need(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
	for (int s = SIGRTMAX; s >= SIGRTMIN; s--)
		good = good && queue(s, s) == 0;
	check(good);
	need(sigpending(&old) == 0);
	for (int s = SIGRTMIN; s <= SIGRTMAX; s++)
		good = good && sigismember(&old, s) == 1;
	check(good);
	for (int s = SIGRTMIN; s <= SIGRTMAX; s++) { /* one by one: several at once are stacked */
		sigset_t one;

		sigemptyset(&one);
		sigaddset(&one, s);
		need(sigprocmask(SIG_UNBLOCK, &one, NULL) == 0);
		good = good && seen == s - SIGRTMIN + 1 && order[seen - 1] == s && value == s;
	}
	check(good && seen == count);
	need(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
	need(sigprocmask(SIG_BLOCK, NULL, &old) == 0);
	check(sigismember(&old, SIGRTMAX) == 1 && sigismember(&old, SIGRTMIN) == 1);
}

static void last(void)
{
	struct timespec none = {0};
	sigset_t set;
	siginfo_t info;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMAX);
	for (int i = 1; i <= 3; i++)
		need(queue(SIGRTMAX, i) == 0);
	for (int i = 1; i <= 3; i++)
		check(sigtimedwait(&set, &info, &none) == SIGRTMAX && info.si_value.sival_int == i &&
		      info.si_code == SI_QUEUE && info.si_pid == getpid());
	fails(sigtimedwait(&set, &info, &none), EAGAIN);
	fails(kill(getpid(), 200), EINVAL);
	fails(queue(200, 0), EINVAL);
}

static void deadly(void)
{
	pid_t child = fork();
	int status;

	need(child >= 0);
	if (child == 0) {
		sigset_t none;

		signal(SIGRTMAX - 1, SIG_DFL);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		raise(SIGRTMAX - 1);
		_exit(0);
	}
	need(waitpid(child, &status, 0) == child);
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGRTMAX - 1);
}

int main(void)
{
	all();
	last();
	deadly();
	return result();
}
