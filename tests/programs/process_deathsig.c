/* PR_SET_PDEATHSIG: a signal when the parent dies. And membarrier's registrations. */
#include "check.h"
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void membarriers(void)
{
	int all = syscall(SYS_membarrier, 0, 0, 0);

	check(all > 0 && (all & 31) == 31);
	fails(syscall(SYS_membarrier, 8, 0, 0), EPERM);
	check(syscall(SYS_membarrier, 16, 0, 0) == 0 && syscall(SYS_membarrier, 8, 0, 0) == 0);
	check(syscall(SYS_membarrier, 2, 0, 0) == 0 && syscall(SYS_membarrier, 4, 0, 0) == 0);
	fails(syscall(SYS_membarrier, 3, 0, 0), EINVAL);
	fails(syscall(SYS_membarrier, 8, 1, 0), EINVAL);
}

/* grandchild waits for the death of its parent, and tells what signal came. */
static void grandchild(int out, int ready)
{
	sigset_t set;
	siginfo_t info;
	pid_t parent = getppid();
	int sig;
	char byte = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	prctl(PR_SET_PDEATHSIG, SIGUSR2);
	sig = write(ready, &byte, 1) == 1 ? sigwaitinfo(&set, &info) : 0;
	byte = sig == SIGUSR2 && info.si_pid == parent && info.si_code == SI_USER;
	sig = write(out, &byte, 1) == 1;
	_exit(!sig);
}

int main(void)
{
	int out[2], ready[2], sig = -1;
	pid_t child;
	char byte = 0;

	check(prctl(PR_GET_PDEATHSIG, &sig) == 0 && sig == 0);
	check(prctl(PR_SET_PDEATHSIG, SIGUSR1) == 0 && prctl(PR_GET_PDEATHSIG, &sig) == 0 && sig == SIGUSR1);
	fails(prctl(PR_SET_PDEATHSIG, 200), EINVAL);
	need(pipe(out) == 0 && pipe(ready) == 0);
	child = fork();
	need(child >= 0);
	if (child == 0) {
		sig = -1;
		if (prctl(PR_GET_PDEATHSIG, &sig) || sig != 0)
			_exit(1); /* it is not inherited */
		if (fork() == 0)
			grandchild(out[1], ready[1]);
		_exit(read(ready[0], &byte, 1) != 1);
	}
	need(waitpid(child, &sig, 0) == child);
	check(WIFEXITED(sig) && WEXITSTATUS(sig) == 0);
	check(read(out[0], &byte, 1) == 1 && byte == 1);
	membarriers();
	return result();
}
