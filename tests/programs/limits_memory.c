/* RLIMIT_AS, RLIMIT_DATA, RLIMIT_STACK and RLIMIT_MEMLOCK. */
#include "check.h"
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MB ((size_t)1 << 20)
#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4
#endif
#ifndef MLOCK_ONFAULT
#define MLOCK_ONFAULT 1
#endif

static void limit(int which, rlim_t n)
{
	struct rlimit l;

	need(getrlimit(which, &l) == 0);
	l.rlim_cur = n;
	need(setrlimit(which, &l) == 0);
}

static void *map(size_t size, int prot, int flags)
{
	return mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

/* status gives what a child ends with. */
static int status(void (*child)(void))
{
	int s;
	pid_t pid = fork();

	if (pid == 0) {
		child();
		_exit(0);
	}
	need(waitpid(pid, &s, 0) == pid);
	return WIFEXITED(s) ? WEXITSTATUS(s) : -WTERMSIG(s);
}

static size_t mapped(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	size_t pages = 0;

	need(f && fscanf(f, "%zu", &pages) == 1);
	fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

static void space(void)
{
	char *p = map(4 * MB, PROT_READ | PROT_WRITE, 0);

	limit(RLIMIT_AS, mapped() + 8 * MB);
	fails((intptr_t)map(9 * MB, PROT_NONE, 0), ENOMEM);
	fails((intptr_t)mremap(p, 4 * MB, 13 * MB, MREMAP_MAYMOVE), ENOMEM);
	check((p = mremap(p, 4 * MB, 8 * MB, MREMAP_MAYMOVE)) != MAP_FAILED);
	fails((intptr_t)map(5 * MB, PROT_READ, 0), ENOMEM);
	check(mmap(p, 5 * MB, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == p);
	check(munmap(p, 8 * MB) == 0 && (p = map(9 * MB, PROT_READ, 0)) != MAP_FAILED);
	munmap(p, 9 * MB);
	_exit(failures ? 9 : 3);
}

static void data(void)
{
	char *p, *q;

	limit(RLIMIT_DATA, 16 * MB);
	check((p = map(32 * MB, PROT_READ, 0)) != MAP_FAILED); /* only what can be written */
	fails(mprotect(p, 32 * MB, PROT_READ | PROT_WRITE), ENOMEM);
	fails((intptr_t)map(20 * MB, PROT_READ | PROT_WRITE, 0), ENOMEM);
	check((q = map(8 * MB, PROT_READ | PROT_WRITE, 0)) != MAP_FAILED);
	fails((intptr_t)map(10 * MB, PROT_READ | PROT_WRITE, 0), ENOMEM);
	check(mmap(NULL, 32 * MB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
	check(munmap(q, 8 * MB) == 0 && map(10 * MB, PROT_READ | PROT_WRITE, 0) != MAP_FAILED);
	_exit(failures ? 9 : 3);
}

static int deep(int n)
{
	volatile char room[4096];

	room[0] = n, room[4095] = 1;
	return n == 0 ? 0 : deep(n - 1) + room[4095];
}

static void shallow(void)
{
	limit(RLIMIT_STACK, 1 * MB);
	_exit(deep(128) == 128 ? 4 : 5);
}

static void overflow(void)
{
	limit(RLIMIT_STACK, 1 * MB);
	deep(1024);
}

static void locks(void)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char *p = map(64 * page, PROT_READ | PROT_WRITE, 0);

	limit(RLIMIT_MEMLOCK, 16 * page);
	check(mlock(p, 8 * page) == 0 && mlock(p + 8 * page, 8 * page) == 0);
	fails(mlock(p + 16 * page, page), ENOMEM);
	check(mlock(p + 4 * page, 8 * page) == 0); /* locked already */
	check(munlock(p, 2 * page) == 0 && mlock(p + 20 * page, 2 * page) == 0);
	fails(mlock2(p + 30 * page, page, 0), ENOMEM);
	fails(mlock2(p, page, 2), EINVAL);
	fails(mlockall(MCL_CURRENT), ENOMEM);
	fails(mlockall(0), EINVAL);
	fails(mlockall(8), EINVAL);
	fails(mlockall(MCL_ONFAULT), EINVAL);
	fails((intptr_t)map(32 * page, PROT_READ, MAP_LOCKED), EAGAIN);
	check(munlockall() == 0 && mlock(p, 16 * page) == 0 && munlockall() == 0);
	check(mlockall(MCL_FUTURE) == 0);
	fails((intptr_t)map(17 * page, PROT_READ, 0), EAGAIN);
	check(map(16 * page, PROT_READ, 0) != MAP_FAILED);
	fails((intptr_t)map(1 * page, PROT_READ, 0), EAGAIN);
	check(munlockall() == 0 && map(17 * page, PROT_READ, 0) != MAP_FAILED);
	limit(RLIMIT_MEMLOCK, 0);
	fails(mlock(p, page), EPERM);
	fails(mlockall(MCL_FUTURE), EPERM);
	fails((intptr_t)map(page, PROT_READ, MAP_LOCKED), ENOMEM); /* musl's word for EPERM */
	check(munlock(p, page) == 0);
	_exit(failures ? 9 : 3);
}

int main(void)
{
	if (getuid() == 0)
		need(setgid(1000) == 0 && setuid(1000) == 0);
	setvbuf(stdout, NULL, _IONBF, 0);
	check(status(space) == 3);
	check(status(data) == 3);
	check(status(shallow) == 4);
	check(status(overflow) == -SIGSEGV);
	check(status(locks) == 3);
	return result();
}
