/* RLIMIT_NPROC, RLIMIT_NICE, RLIMIT_RTPRIO, RLIMIT_SIGPENDING; setrlimit(2) and prlimit(2) themselves. */
#include "check.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void limit(int which, rlim_t n)
{
	struct rlimit l;

	need(getrlimit(which, &l) == 0);
	l.rlim_cur = n;
	need(setrlimit(which, &l) == 0);
}

static void *nothing(void *unused) { return unused; }

static void processes(void)
{
	pthread_t t;
	pid_t pid;

	limit(RLIMIT_NPROC, 1);
	fails(fork(), EAGAIN);
	check(pthread_create(&t, NULL, nothing, NULL) == EAGAIN);
	limit(RLIMIT_NPROC, 200);
	check((pid = fork()) >= 0);
	if (pid == 0)
		_exit(0);
	check(wait(NULL) == pid);
}

static void priorities(void)
{
	struct sched_param p = {.sched_priority = 1};

	check(setpriority(PRIO_PROCESS, 0, 10) == 0 && getpriority(PRIO_PROCESS, 0) == 10);
	fails(setpriority(PRIO_PROCESS, 0, 9), EACCES);
	fails(nice(-1), EPERM);
	fails((int)syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &p), EPERM);
	fails((int)syscall(SYS_sched_setscheduler, 0, SCHED_RR, &p), EPERM);
}

static void signals(void)
{
	union sigval v = {0};
	sigset_t set;
	int n = 0;
	timer_t id;

	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	limit(RLIMIT_SIGPENDING, 8);
	while (n < 100 && sigqueue(getpid(), SIGRTMIN, v) == 0)
		n++;
	check(n == 8);
	fails(sigqueue(getpid(), SIGRTMIN, v), EAGAIN);
	fails(timer_create(CLOCK_MONOTONIC, NULL, &id), EAGAIN);
	check(kill(getpid(), SIGRTMIN + 1) == 0); /* it needs no place in the queue */
	check(kill(getpid(), SIGUSR1) == 0 && sigpending(&set) == 0 && sigismember(&set, SIGUSR1));
	for (struct timespec zero = {0}; n > 0; n--)
		sigtimedwait(&set, NULL, &zero);
	limit(RLIMIT_SIGPENDING, 20);
	check(sigqueue(getpid(), SIGRTMIN, v) == 0);
}

static void calls(void)
{
	struct rlimit l, old;
	pid_t pid;

	need(getrlimit(RLIMIT_CORE, &old) == 0);
	l = (struct rlimit){2, 1};
	fails(setrlimit(RLIMIT_CORE, &l), EINVAL);
	fails(setrlimit(99, &l), EINVAL);
	fails(getrlimit(-1, &l), EINVAL);
	l = (struct rlimit){0, 4096};
	check(setrlimit(RLIMIT_CORE, &l) == 0);
	l.rlim_max = 8192;
	fails(setrlimit(RLIMIT_CORE, &l), EPERM);
	if ((pid = fork()) == 0) {
		pause();
		_exit(0);
	}
	l = (struct rlimit){0, 1024};
	check(prlimit(pid, RLIMIT_CORE, &l, &old) == 0 && old.rlim_max == 4096);
	check(prlimit(pid, RLIMIT_CORE, NULL, &old) == 0 && old.rlim_max == 1024);
	l.rlim_max = 2048;
	fails(prlimit(pid, RLIMIT_CORE, &l, NULL), EPERM);
	fails(prlimit(pid, 99, NULL, &old), EINVAL);
	kill(pid, SIGKILL);
	wait(NULL);
	fails(prlimit(0x3fffffff, RLIMIT_CORE, NULL, &old), ESRCH);
}

int main(void)
{
	if (getuid() == 0)
		need(setgid(1000) == 0 && setuid(4321) == 0);
	processes();
	priorities();
	signals();
	calls();
	return result();
}
