/* Anonymous memory: mmap, munmap, mprotect, mremap, madvise, mincore, brk. */
#include "check.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t page;

static unsigned char *pages(size_t n, int protection)
{
	void *p = mmap(NULL, n * page, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	need(p != MAP_FAILED);
	return p;
}

static void mapping(void)
{
	unsigned char *p = pages(8, PROT_READ | PROT_WRITE), *q;
	unsigned char state[8];

	check((uintptr_t)p % page == 0 && p[0] == 0 && p[8 * page - 1] == 0);
	memset(p, 7, 8 * page);
	check(munmap(p + 2 * page, 2 * page) == 0 && p[page] == 7 && p[4 * page] == 7);
	fails(mincore(p, 8 * page, state), ENOMEM);
	check(mincore(p, page, state) == 0 && (state[0] & 1));
	q = mmap(p + 2 * page, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	check(q == p + 2 * page && q[0] == 0);
	fails((intptr_t)mmap(p, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0), EEXIST);
	q = mmap(p, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(q != MAP_FAILED && q != p && munmap(q, page) == 0);
	check(munmap(p, 8 * page) == 0 && munmap(p, 8 * page) == 0);
	fails(munmap(p + 1, page), EINVAL);
	fails(munmap(p, 0), EINVAL);
	check(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
	check(mmap(NULL, page, PROT_READ, MAP_PRIVATE, -1, 0) == MAP_FAILED && errno == EBADF);
	check(mmap(NULL, page, PROT_READ, MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
}

static void protecting(void)
{
	unsigned char *p = pages(4, PROT_READ | PROT_WRITE);
	int zero = open("/dev/zero", 0);

	p[page] = 9;
	check(mprotect(p + page, page, PROT_READ) == 0 && p[page] == 9);
	fails(read(zero, p + page, 1), EFAULT);
	check(read(zero, p, 1) == 1 && mprotect(p + page, page, PROT_READ | PROT_WRITE) == 0);
	check(read(zero, p + page, 1) == 1 && p[page] == 0);
	check(mprotect(p, page, PROT_NONE) == 0);
	fails(write(zero, p, 1), EBADF);
	check(mprotect(p + 1, page, PROT_READ) == 0); /* musl rounds down */
	munmap(p + 3 * page, page);
	fails(mprotect(p + 2 * page, 2 * page, PROT_READ), ENOMEM);
	munmap(p, 3 * page);
	close(zero);
}

static void moving(void)
{
	unsigned char *p = pages(4, PROT_READ | PROT_WRITE), *q, *wall;

	p[0] = 1;
	p[3 * page] = 4;
	q = mremap(p, 4 * page, 2 * page, 0);
	check(q == p && q[0] == 1);
	wall = mmap(p + 2 * page, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	check(wall == p + 2 * page);
	check(mremap(p, 2 * page, 5 * page, 0) == MAP_FAILED && errno == ENOMEM);
	q = mremap(p, 2 * page, 64 * page, MREMAP_MAYMOVE);
	check(q != MAP_FAILED && q != p && q[0] == 1 && q[63 * page] == 0);
	p = pages(2, PROT_READ);
	check(mremap(q, 2 * page, 2 * page, MREMAP_MAYMOVE | MREMAP_FIXED, p) == p && p[0] == 1);
	check(mremap(p, 0, page, 0) == MAP_FAILED && errno == EINVAL);
	munmap(p, 2 * page);
	munmap(wall, page);
}

static void advising(void)
{
	unsigned char *p = pages(4, PROT_READ | PROT_WRITE);

	memset(p, 5, 4 * page);
	check(madvise(p, 2 * page, MADV_DONTNEED) == 0 && p[0] == 0 && p[2 * page] == 5);
	check(madvise(p, page, MADV_WILLNEED) == 0 && madvise(p, page, MADV_SEQUENTIAL) == 0);
	fails(madvise(p, page, 9999), EINVAL);
	fails(madvise(p + 1, page, MADV_NORMAL), EINVAL);
	check(mlock(p, page) == 0 && munlock(p, page) == 0 && msync(p, page, MS_SYNC) == 0);
	munmap(p, 4 * page);
}

/* musl's sbrk only tells where the break is. */
static void breaking(void)
{
	check(sbrk(0) != (void *)-1);
	check(sbrk(4096) == (void *)-1 && errno == ENOMEM);
}

int main(void)
{
	page = sysconf(_SC_PAGESIZE);
	check(page >= 4096 && !(page & (page - 1)) && (int)page == getpagesize());
	mapping();
	protecting();
	moving();
	advising();
	breaking();
	return result();
}
