/* Waiting: what wait4 and waitid select, report and leave (wait(2), waitid(2), clone(2)).
 */
#include "check.h"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif
#ifndef __WCLONE
#define __WCLONE 0x80000000
#endif
#ifndef __WALL
#define __WALL 0x40000000
#endif

static pid_t child(int status)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(status);
	return pid;
}

static void arguments(void)
{
	siginfo_t info;

	fails(waitid(P_ALL, 0, &info, 0), EINVAL);
	fails(waitid(P_ALL, 0, &info, WNOHANG), EINVAL);
	fails(waitid(7, 0, &info, WEXITED), EINVAL);
	fails(waitid(P_PID, 0, &info, WEXITED), EINVAL);
	fails(waitid(P_PIDFD, 500, &info, WEXITED), EBADF);
	fails(waitid(P_PIDFD, -1, &info, WEXITED), EINVAL);
	fails(waitid(P_PIDFD, 1, &info, WEXITED), EBADF);
	fails(waitid(P_ALL, 0, &info, WEXITED), ECHILD);
	fails(waitpid(-1, NULL, WEXITED), EINVAL);
	fails(waitpid(-1, NULL, WNOWAIT), EINVAL);
	fails(waitpid(-1, NULL, WNOHANG), ECHILD);
}

static void left(void)
{
	pid_t pid = child(9);
	siginfo_t info;
	int status, fd;

	check(waitid(P_PID, pid, &info, WEXITED | WNOWAIT) == 0 && info.si_pid == pid);
	check(info.si_signo == SIGCHLD && info.si_code == CLD_EXITED && info.si_status == 9);
	fd = syscall(SYS_pidfd_open, pid, 0);
	memset(&info, 0, sizeof info);
	check(waitid(P_PIDFD, fd, &info, WEXITED | WNOWAIT) == 0 && info.si_pid == pid);
	check(waitid(P_PID, pid, NULL, WEXITED | WNOWAIT) == 0);
	fails(waitid(P_PID, pid, &info, WSTOPPED), ECHILD);
	check(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 9);
	fails(waitid(P_PIDFD, fd, &info, WEXITED), ECHILD);
	close(fd);
}

/* Nothing is dumped where the limit allows nothing. */
static void killed(void)
{
	struct rlimit none = {0, 0};
	siginfo_t info;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &none);
		raise(SIGABRT);
	}
	check(waitid(P_PID, pid, &info, WEXITED | WNOWAIT) == 0 && info.si_status == SIGABRT);
	check(info.si_code == CLD_KILLED);
	check(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && !WCOREDUMP(status));
}

static void stopped(void)
{
	siginfo_t info;
	pid_t pid = fork();
	int status;

	if (pid == 0)
		for (;;)
			pause();
	memset(&info, 1, sizeof info);
	check(waitid(P_PID, pid, &info, WEXITED | WNOHANG) == 0);
	check(info.si_pid == 0 && info.si_signo == 0);
	kill(pid, SIGSTOP);
	check(waitid(P_PID, pid, &info, WSTOPPED | WNOWAIT) == 0 && info.si_code == CLD_STOPPED);
	check(info.si_status == SIGSTOP);
	check(waitpid(pid, &status, WUNTRACED) == pid && status == 0x137f + ((SIGSTOP - 19) << 8));
	check(waitpid(pid, &status, WUNTRACED | WNOHANG) == 0);
	kill(pid, SIGCONT);
	check(waitid(P_PID, pid, &info, WCONTINUED | WNOWAIT) == 0 && info.si_code == CLD_CONTINUED);
	check(info.si_status == SIGCONT);
	check(waitpid(pid, &status, WCONTINUED) == pid && WIFCONTINUED(status));
	check(waitpid(pid, &status, WCONTINUED | WNOHANG) == 0);
	kill(pid, SIGKILL);
	check(waitid(P_PID, pid, &info, WEXITED) == 0 && info.si_code == CLD_KILLED);
	check(info.si_status == SIGKILL);
}

static void silent(void)
{
	struct rusage usage;
	int status;
	pid_t pid = syscall(SYS_clone, 0, 0, 0, 0, 0);

	if (pid == 0)
		_exit(4);
	fails(waitpid(pid, &status, WNOHANG), ECHILD);
	fails(waitpid(-1, &status, 0), ECHILD);
	check(waitpid(pid, &status, __WCLONE) == pid && WEXITSTATUS(status) == 4);
	pid = child(5);
	fails(waitpid(pid, &status, __WCLONE), ECHILD);
	memset(&usage, 0xff, sizeof usage);
	check(wait4(pid, &status, __WALL, &usage) == pid && WEXITSTATUS(status) == 5);
	check(usage.ru_utime.tv_sec == 0 && usage.ru_stime.tv_usec >= 0 && usage.ru_nswap == 0);
}

static void adopted(void)
{
	int status, on = 0;
	pid_t pid;

	check(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	check(prctl(PR_GET_CHILD_SUBREAPER, &on) == 0 && on == 1);
	pid = fork();
	if (pid == 0) {
		prctl(PR_GET_CHILD_SUBREAPER, &on);
		child(on ? 70 : 71);
		_exit(3);
	}
	check(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 3);
	check(waitpid(-1, &status, 0) > 0 && WEXITSTATUS(status) == 71);
	check(prctl(PR_SET_CHILD_SUBREAPER, 0) == 0);
}

int main(void)
{
	arguments();
	left();
	killed();
	stopped();
	silent();
	adopted();
	return result();
}
