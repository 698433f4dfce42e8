/* clone3(2) and clone(2): what each flag shares, and which requests are refused. */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_CLEAR_SIGHAND
#define CLONE_CLEAR_SIGHAND 0x100000000ULL
#endif
#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif

static struct request {
	uint64_t flags, pidfd, child, parent, signal, stack, size, tls, set, sets, cgroup, more[2];
} r;

static char stack[64 << 10] __attribute__((aligned(16)));
static volatile int seen;
static int *shared;

static int clone3(size_t size) { return syscall(SYS_clone3, &r, size); }

/* like makes r a request for a child with the given flags. */
static void like(uint64_t flags) { r = (struct request){.flags = flags, .signal = SIGCHLD}; }

static int refused(uint64_t flags, int code)
{
	like(flags);
	if (flags & (CLONE_THREAD | CLONE_PARENT))
		r.signal = 0;
	return clone3(64) == -1 && errno == code;
}

static void sizes(void)
{
	like(0);
	fails(clone3(0), EINVAL);
	fails(clone3(63), EINVAL);
	fails(clone3(1 << 20), E2BIG);
	r.more[0] = 1;
	fails(clone3(sizeof r), E2BIG);
	fails((int)syscall(SYS_clone3, NULL, 64), EFAULT);
}

static void combinations(void)
{
	check(refused(CLONE_THREAD, EINVAL) && refused(CLONE_THREAD | CLONE_VM, EINVAL));
	check(refused(CLONE_SIGHAND, EINVAL) && refused(CLONE_NEWNS | CLONE_FS, EINVAL));
	check(refused(CLONE_VM | CLONE_SIGHAND | CLONE_CLEAR_SIGHAND, EINVAL));
	check(refused(CLONE_DETACHED, EINVAL) && refused(1, EINVAL) && refused(1ULL << 40, EINVAL));
	check(refused(CLONE_NEWUSER | CLONE_FS, EINVAL));
	like(CLONE_PARENT);
	fails(clone3(64), EINVAL);
	like(0), r.signal = 200;
	fails(clone3(64), EINVAL);
	like(0), r.signal = 0x100;
	fails(clone3(64), EINVAL);
	like(0), r.stack = (uintptr_t)stack;
	fails(clone3(64), EINVAL);
	like(0), r.size = sizeof stack;
	fails(clone3(64), EINVAL);
	like(CLONE_PIDFD), r.pidfd = 8;
	fails(clone3(64), EFAULT);
	like(CLONE_INTO_CGROUP);
	fails(clone3(64), EINVAL);
	r.cgroup = 1000;
	fails(clone3(88), EBADF);
	r.cgroup = 1;
	fails(clone3(88), EBADF);
}

static void chosen_ids(void)
{
	pid_t tids[2] = {30000, 30001};

	like(0), r.set = (uintptr_t)tids;
	fails(clone3(80), EINVAL);
	like(0), r.sets = 1;
	fails(clone3(80), EINVAL);
	like(0), r.set = (uintptr_t)tids, r.sets = 33;
	fails(clone3(80), EINVAL);
	r.sets = 1;
	fails(clone3(80), EPERM);
	tids[0] = 0;
	fails(clone3(80), EINVAL);
	r.set = 8;
	fails(clone3(80), EFAULT);
}

static int ends(pid_t pid)
{
	int status;

	return waitpid(pid, &status, __WALL) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void pidfds(void)
{
	int fd = -1;
	pid_t tid = 0, pid;
	siginfo_t info = {0};
	struct pollfd p = {.events = POLLIN};

	like(CLONE_PIDFD | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID);
	r.pidfd = (uintptr_t)&fd, r.parent = (uintptr_t)&tid, r.child = (uintptr_t)&shared[0];
	pid = clone3(64);
	if (pid == 0) {
		usleep(20000);
		_exit(shared[0] == syscall(SYS_gettid) ? 5 : 6);
	}
	p.fd = fd;
	check(pid > 0 && fd > 2 && tid == pid && (fcntl(fd, F_GETFD) & FD_CLOEXEC));
	check(poll(&p, 1, 5000) == 1 && p.revents & POLLIN);
	check(waitid(3, fd, &info, WEXITED) == 0 && info.si_pid == pid && info.si_status == 5);
	fails(waitid(3, fd, &info, WEXITED), ECHILD);
	fails((int)syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0), ESRCH);
	close(fd);
}

static void siblings(void)
{
	int status;
	pid_t child, parent = getpid();

	like(0);
	if ((child = clone3(64)) == 0) {
		like(CLONE_PARENT), r.signal = 0;
		if (clone3(64) == 0)
			_exit(getppid() == parent ? 9 : 8);
		_exit(waitpid(-1, NULL, __WALL) == -1 && errno == ECHILD ? 7 : 6);
	}
	check(ends(child) == 7);
	check(waitpid(-1, &status, 0) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 9);
}

static void quiet(void)
{
	pid_t pid;

	seen = 0;
	like(0), r.signal = 0;
	if ((pid = clone3(64)) == 0)
		_exit(3);
	fails(waitpid(pid, NULL, 0), ECHILD);
	check(waitpid(pid, NULL, __WCLONE) == pid && seen == 0);
	like(0), r.signal = SIGUSR1;
	if ((pid = clone3(64)) == 0)
		_exit(3);
	check(ends(pid) == 3 && seen == SIGUSR1);
}

static void caught(int signal) { seen = signal; }

static int borrower(void *fd)
{
	seen = 77;
	signal(SIGUSR2, SIG_IGN);
	umask(031);
	close((intptr_t)fd);
	_exit(chdir("/") ? 1 : 4); /* musl's clone loses what it returns on m68k */
}

static void sharing(void)
{
	int fd = dup(1);
	struct sigaction a;

	need(chdir("/tmp") == 0);
	umask(022);
	signal(SIGUSR2, caught);
	check(ends(clone(borrower, stack + sizeof stack, CLONE_VM | SIGCHLD, (void *)(intptr_t)fd)) == 4);
	check(seen == 77 && umask(022) == 022 && fcntl(fd, F_GETFD) == 0);
	sigaction(SIGUSR2, NULL, &a);
	check(a.sa_handler == caught);
	check(ends(clone(borrower, stack + sizeof stack, CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | SIGCHLD,
			 (void *)(intptr_t)fd)) == 4);
	check(umask(022) == 031 && fcntl(fd, F_GETFD) == -1);
	sigaction(SIGUSR2, NULL, &a);
	check(a.sa_handler == SIG_IGN);
}

static void handlers(void)
{
	pid_t pid;
	struct sigaction a, b;

	signal(SIGUSR1, caught);
	signal(SIGUSR2, SIG_IGN);
	like(CLONE_CLEAR_SIGHAND);
	if ((pid = clone3(64)) == 0) {
		sigaction(SIGUSR1, NULL, &a);
		sigaction(SIGUSR2, NULL, &b);
		_exit(a.sa_handler == SIG_DFL && b.sa_handler == SIG_IGN ? 2 : 1);
	}
	check(ends(pid) == 2);
}

static void borrowed(void)
{
	pid_t pid;

	like(CLONE_VFORK | CLONE_CHILD_CLEARTID);
	r.child = (uintptr_t)&shared[1];
	shared[1] = 5;
	if ((pid = clone3(64)) == 0) {
		usleep(20000);
		shared[2] = 1;
		_exit(6);
	}
	check(shared[2] == 1 && ends(pid) == 6);
	check(shared[1] == 5); /* its memory had no other user */
}

int main(void)
{
	if (getuid() == 0)
		need(setgid(1000) == 0 && setuid(1000) == 0);
	if (syscall(SYS_clone3, NULL, 0) == -1 && errno == ENOSYS)
		absent("clone3");
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	signal(SIGUSR1, caught);
	sizes();
	combinations();
	chosen_ids();
	pidfds();
	siblings();
	quiet();
	sharing();
	handlers();
	borrowed();
	return result();
}
