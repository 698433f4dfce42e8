/* Sessions and process groups: setsid, setpgid, getpgid, getsid, and kill of a group.
 */
#include "check.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int ends(pid_t pid)
{
	int status = -1;

	return waitpid(pid, &status, 0) == pid ? status : -1;
}

/* pauses is a child that waits to be killed. */
static pid_t pauses(void)
{
	pid_t pid = fork();

	if (pid == 0)
		for (;;)
			pause();
	return pid;
}

static void leader(void)
{
	pid_t me = getpid(), child;

	check(getsid(0) == me && getpgrp() == me && getpgid(me) == me);
	fails(setsid(), EPERM);
	fails(setpgid(0, 0), EPERM);
	fails(setpgid(0, me), EPERM);
	fails(setpgid(0, -1), EINVAL);
	fails(setpgid(getppid(), 0), ESRCH);
	fails(setpgid(0x3ffffff, 0), ESRCH);
	fails(getpgid(0x3ffffff), ESRCH);
	fails(getsid(0x3ffffff), ESRCH);

	need((child = pauses()) > 0);
	check(getpgid(child) == me && getsid(child) == me);
	fails(setpgid(child, getppid()), EPERM);
	check(setpgid(child, 0) == 0 && getpgid(child) == child);
	check(setpgid(child, me) == 0 && getpgid(child) == me);
	check(setpgid(child, child) == 0);
	check(kill(-child, 0) == 0 && killpg(child, SIGTERM) == 0);
	/* A zombie still has its group. */
	siginfo_t info;
	check(waitid(P_PID, child, &info, WEXITED | WNOWAIT) == 0 && getpgid(child) == child);
	check(kill(-child, 0) == 0);
	check(ends(child) == SIGTERM);
	fails(kill(-child, 0), ESRCH);
}

/* groups has two processes in a group whose first member has gone. */
static void groups(void)
{
	pid_t first = pauses(), second = pauses(), third = pauses();

	check(setpgid(first, 0) == 0 && setpgid(second, first) == 0);
	check(kill(first, SIGKILL) == 0 && ends(first) == SIGKILL);
	check(getpgid(second) == first);
	check(setpgid(third, first) == 0 && getpgid(third) == first);
	check(waitpid(-first, NULL, WNOHANG) == 0);
	check(kill(-first, SIGKILL) == 0 && waitpid(-first, NULL, 0) > 0 && waitpid(-first, NULL, 0) > 0);
	fails(waitpid(-first, NULL, 0), ECHILD);
	check(waitpid(0, NULL, WNOHANG) == -1);
}

/* others has processes that are not the caller's to move. */
static void others(void)
{
	int up[2], down[2];
	pid_t child;
	char c;

	need(pipe(up) == 0 && pipe(down) == 0 && (child = fork()) >= 0);
	if (child == 0) {
		pid_t own = setsid();
		_exit(own != getpid() || write(up[1], "s", 1) != 1 || read(down[0], &c, 1) != 1);
	}
	need(read(up[0], &c, 1) == 1);
	check(getsid(child) == child);
	fails(setpgid(child, 0), EPERM);
	fails(setpgid(0, child), EPERM);
	check(write(down[1], "g", 1) == 1 && ends(child) == 0);

	need((child = fork()) >= 0);
	if (child == 0) {
		execl("/proc/self/exe", "session_groups", "pause", (char *)NULL);
		_exit(1);
	}
	int code = 0;
	while (code == 0) {
		code = setpgid(child, child) == 0 ? 0 : errno;
		sched_yield();
	}
	check(code == EACCES);
	kill(child, SIGKILL);
	check(ends(child) == SIGKILL);

	/* A grandchild is not a child. */
	need((child = fork()) >= 0);
	if (child == 0) {
		pid_t grandchild = pauses();
		if (write(up[1], &grandchild, sizeof grandchild) < 0 || read(down[0], &c, 1) != 1)
			_exit(1);
		kill(grandchild, SIGKILL);
		_exit(ends(grandchild) != SIGKILL);
	}
	pid_t grandchild = 0;
	need(read(up[0], &grandchild, sizeof grandchild) == sizeof grandchild);
	fails(setpgid(grandchild, 0), ESRCH);
	check(getpgid(grandchild) == getpgrp());
	check(write(down[1], "g", 1) == 1 && ends(child) == 0);
}

/* all sends a signal to its whole group, itself included. */
static volatile sig_atomic_t caught;

static void count(int sig)
{
	(void)sig;
	caught++;
}

static void all(void)
{
	pid_t child = pauses();

	signal(SIGUSR1, count);
	check(setpgid(child, 0) == 0);
	check(kill(0, SIGUSR1) == 0 && caught == 1);
	check(setpgid(child, getpgrp()) == 0);
	check(kill(0, SIGUSR1) == 0 && caught == 2);
	check(ends(child) == SIGUSR1);
	signal(SIGUSR1, SIG_DFL);
	fails(kill(-0x3ffffff, 0), ESRCH);
	fails(killpg(-1, 0), EINVAL);
}

/* threads has ids that name their process, but do not move it. */
static int ready[2];

static void *waits(void *arg)
{
	pid_t tid = syscall(SYS_gettid);

	if (write(ready[1], &tid, sizeof tid) != sizeof tid)
		exit(1);
	pause();
	return arg;
}

static void threads(void)
{
	pthread_t thread;
	pid_t tid = 0;

	need(pipe(ready) == 0 && pthread_create(&thread, NULL, waits, NULL) == 0);
	need(read(ready[0], &tid, sizeof tid) == sizeof tid && tid != getpid());
	check(getpgid(tid) == getpgrp() && getsid(tid) == getsid(0));
	fails(setpgid(tid, 0), EINVAL);
	fails(setpgid(0, tid), EPERM);
}

int main(int argc, char **argv)
{
	pid_t child;

	if (argc > 1 && !strcmp(argv[1], "pause"))
		for (;;)
			pause();
	setbuf(stdout, NULL);
	need((child = fork()) >= 0);
	if (child == 0) {
		need(setsid() == getpid());
		leader();
		groups();
		others();
		all();
		threads();
		_exit(result());
	}
	return ends(child) != 0;
}
