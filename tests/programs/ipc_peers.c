/* What a process may do to another one: its memory, its descriptors, its signals. */
#include "check.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal (SYS_pidfd_open - 10)
#endif

static char shared[100] = "parent's";

int main(void)
{
	char buffer[20] = "", *page;
	struct iovec local = {buffer, 9}, remote = {shared, 9}, two[2] = {{shared, 4}, {NULL, 4}};
	int go[2], ready[2], pidfd, fd, s;
	siginfo_t info;
	pid_t child;
	sigset_t set;

	setbuf(stdout, NULL);
	need(pipe(go) == 0 && pipe(ready) == 0);
	if (!(child = fork())) {
		strcpy(shared, "child's.");
		dup2(ready[1], 77);
		write(ready[1], "", 1);
		read(go[0], buffer, 1);
		if (strcmp(shared, "changed.."))
			_exit(1);
		pause();
	}
	need(read(ready[0], buffer, 1) == 1);
	check(process_vm_readv(child, &local, 1, &remote, 1, 0) == 9 && !strcmp(buffer, "child's."));
	check(!strcmp(shared, "parent's"));
	strcpy(buffer, "changed..");
	local.iov_len = remote.iov_len = 10;
	check(process_vm_writev(child, &local, 1, &remote, 1, 0) == 10 && !strcmp(shared, "parent's"));
	check(process_vm_readv(child, &local, 1, two, 2, 0) == 4 && !memcmp(buffer, "chan", 4));
	remote.iov_base = (void *)8;
	fails(process_vm_readv(child, &local, 1, &remote, 1, 0), EFAULT);
	fails(process_vm_readv(child, &local, 1, &remote, 1, 5), EINVAL);
	fails(process_vm_readv(-5, &local, 1, &remote, 1, 0), ESRCH);
	page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	local.iov_base = page;
	remote.iov_base = shared;
	fails(process_vm_readv(child, &local, 1, &remote, 1, 0), EFAULT);
	need((pidfd = syscall(SYS_pidfd_open, child, 0)) >= 0);
#ifdef SYS_pidfd_getfd
	fd = syscall(SYS_pidfd_getfd, pidfd, 77, 0);
	check(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC && write(fd, "x", 1) == 1 && read(ready[0], buffer, 1) == 1);
	fails(syscall(SYS_pidfd_getfd, pidfd, 500, 0), EBADF);
	fails(syscall(SYS_pidfd_getfd, pidfd, 77, 1), EINVAL);
	fails(syscall(SYS_pidfd_getfd, go[0], 77, 0), EBADF);
#else
	(void)fd;
#endif
	check(write(go[1], "", 1) == 1);
	fails(syscall(SYS_pidfd_send_signal, pidfd, SIGTERM, NULL, 0x10000), EINVAL);
	fails(syscall(SYS_pidfd_send_signal, go[0], SIGTERM, NULL, 0), EBADF);
	fails(syscall(SYS_pidfd_send_signal, pidfd, 999, NULL, 0), EINVAL);
	check(syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0) == 0);
	check(syscall(SYS_pidfd_send_signal, pidfd, SIGTERM, NULL, 0) == 0);
	check(waitpid(child, &s, 0) == child && WIFSIGNALED(s) && WTERMSIG(s) == SIGTERM);
	fails(syscall(SYS_pidfd_send_signal, pidfd, SIGTERM, NULL, 0), ESRCH);
	close(pidfd);

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	pidfd = syscall(SYS_pidfd_open, getpid(), 0);
	check(syscall(SYS_pidfd_send_signal, pidfd, SIGUSR1, NULL, 0) == 0 && sigwaitinfo(&set, &info) == SIGUSR1);
	check(info.si_code == SI_USER && info.si_pid == getpid());
	check(syscall(SYS_ioprio_get, 1, 0) == 0);
	check(syscall(SYS_ioprio_set, 1, 0, 3 << 13) == 0 && syscall(SYS_ioprio_get, 1, getpid()) == 3 << 13);
	fails(syscall(SYS_ioprio_set, 1, 0, 7 << 13), EINVAL);
	fails(syscall(SYS_ioprio_set, 9, 0, 2 << 13), EINVAL);
	fails(syscall(SYS_ioprio_get, 1, 1 << 22), ESRCH);
	return result();
}
