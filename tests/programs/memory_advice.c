/* What madvise(2), mlock(2) and munlock(2) answer for each kind of mapping.
 */
#include "check.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BOTH = PROT_READ | PROT_WRITE };

#ifndef MADV_COLD
#define MADV_COLD 20
#define MADV_PAGEOUT 21
#endif
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24
#endif

static size_t page;
static int fd;

static char *map(int prot, int flags, int file)
{
	char *p = mmap(NULL, 4 * page, prot, flags, file, 0);

	need(p != MAP_FAILED);
	if (prot & PROT_WRITE)
		memset(p, 'x', 4 * page);
	return p;
}

/* child runs look in a child process and gives its exit status. */
static int child(int (*look)(const char *), const char *p)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(look(p));
	need(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int first_byte(const char *p)
{
	return *p;
}

static int is_unmapped(const char *p)
{
	return msync((void *)p, 1, MS_ASYNC) == -1 && errno == ENOMEM;
}

static void pages(void)
{
	char *anonymous = map(BOTH, MAP_PRIVATE | MAP_ANONYMOUS, -1), *shared = map(BOTH, MAP_SHARED, fd);
	char *private = map(BOTH, MAP_PRIVATE, fd);

	check(madvise(anonymous, page, MADV_FREE) == 0 && (anonymous[0] == 'x' || anonymous[0] == 0));
	fails(madvise(shared, page, MADV_FREE), EINVAL);
	fails(madvise(private, page, MADV_FREE), EINVAL);
	check(madvise(anonymous, page, MADV_COLD) == 0 && madvise(shared, page, MADV_PAGEOUT) == 0 && shared[0] == 'x');
	need(mlock(anonymous, page) == 0);
	fails(madvise(anonymous, page, MADV_FREE), EINVAL);
	fails(madvise(anonymous, page, MADV_COLD), EINVAL);
	fails(madvise(anonymous, page, MADV_PAGEOUT), EINVAL);
	fails(madvise(anonymous, page, MADV_DONTNEED), EINVAL);
	check(madvise(anonymous, page, MADV_DONTNEED_LOCKED) == 0 && anonymous[0] == 0);
	check(madvise(private, page, MADV_DONTNEED) == 0 && private[0] == 'x');
	munlock(anonymous, page);
}

static void populating(void)
{
	char *p = map(BOTH, MAP_PRIVATE | MAP_ANONYMOUS, -1), *past = mmap(NULL, 8 * page, BOTH, MAP_SHARED, fd, 0);

	check(madvise(p, 4 * page, MADV_POPULATE_READ) == 0 && madvise(p, 4 * page, MADV_POPULATE_WRITE) == 0);
	check(p[0] == 'x');
	need(mprotect(p + page, page, PROT_READ) == 0 && mprotect(p + 2 * page, page, PROT_NONE) == 0);
	check(madvise(p, 2 * page, MADV_POPULATE_READ) == 0);
	fails(madvise(p, 2 * page, MADV_POPULATE_WRITE), EINVAL);
	fails(madvise(p, 3 * page, MADV_POPULATE_READ), EINVAL);
	munmap(p + page, page);
	fails(madvise(p, 2 * page, MADV_POPULATE_READ), ENOMEM);
	fails(madvise(past, 8 * page, MADV_POPULATE_READ), EFAULT);
	fails(madvise(past, 8 * page, MADV_POPULATE_WRITE), EFAULT);
}

static void forking(void)
{
	char *p = map(BOTH, MAP_PRIVATE | MAP_ANONYMOUS, -1), *shared = map(BOTH, MAP_SHARED, fd);

	check(madvise(p, page, MADV_DONTFORK) == 0 && child(is_unmapped, p) && !child(is_unmapped, p + page));
	check(madvise(p, page, MADV_DOFORK) == 0 && !child(is_unmapped, p));
	check(madvise(p, page, MADV_WIPEONFORK) == 0 && child(first_byte, p) == 0 && p[0] == 'x');
	check(madvise(p, page, MADV_KEEPONFORK) == 0 && child(first_byte, p) == 'x');
	fails(madvise(shared, page, MADV_WIPEONFORK), EINVAL);
	check(madvise(shared, page, MADV_KEEPONFORK) == 0);
}

/* wrapping asks for ranges that end beyond the last address, which only a 64-bit kernel's own programs can. */
static void wrapping(void)
{
	char *p = map(BOTH, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	size_t rest = -(uintptr_t)p;
	int narrow = sizeof(size_t) < 8;

	check(munlock(p, 0) == 0 && munlock(p + 1, page) == 0 && mlock(p, 0) == 0 && mlock(NULL, 0) == 0);
	check(narrow || (munlock(p, rest) == -1 && errno == EINVAL));
	check(narrow || (munlock(p, rest + page) == -1 && errno == EINVAL));
	check(narrow || munlock(p, SIZE_MAX) == 0); /* rounded up, that is nothing */
	check(narrow || (madvise(p, SIZE_MAX, MADV_NORMAL) == -1 && errno == EINVAL));
	check(narrow || (madvise(p, rest + page, MADV_NORMAL) == -1 && errno == EINVAL));
}

int main(void)
{
	page = sysconf(_SC_PAGESIZE);
	need((fd = memfd_create("advised", 0)) >= 0 && ftruncate(fd, 4 * page) == 0);
	pages();
	populating();
	forking();
	wrapping();
	return result();
}
