/* mremap(2) in all its forms, remap_file_pages, msync, mincore, MADV_REMOVE. */
#include "check.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

static size_t page;

static char *map(size_t n, int prot, int flags)
{
	char *p = mmap(NULL, n * page, prot, flags | MAP_ANONYMOUS, -1, 0);

	need(p != MAP_FAILED);
	return p;
}

static void *move(void *from, size_t old, size_t new, int flags, void *to)
{
	return (void *)syscall(SYS_mremap, from, old * page, new * page, flags, to);
}

#define refused(call, code) \
	(errno = 0, report((intptr_t)(call) == -1 && errno == (code), #call " fails with " #code, __LINE__))

static void arguments(void)
{
	char *p = map(8, PROT_READ | PROT_WRITE, MAP_PRIVATE);

	refused(syscall(SYS_mremap, p + 1, page, page, 0, 0), EINVAL);
	refused(syscall(SYS_mremap, p, page, 0, 0, 0), EINVAL);
	refused(move(p, 1, 1, 8, NULL), EINVAL);
	refused(move(p, 1, 1, MREMAP_FIXED, p + 4 * page), EINVAL);
	refused(move(p, 1, 1, MREMAP_FIXED | MREMAP_MAYMOVE, p + 4 * page + 1), EINVAL);
	refused(move(p, 4, 4, MREMAP_FIXED | MREMAP_MAYMOVE, p + 2 * page), EINVAL);
	refused(move(p, 4, 8, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL), EINVAL);
	refused(move(p, 4, 4, MREMAP_DONTUNMAP, NULL), EINVAL);
	refused(move(p, 0, 4, MREMAP_MAYMOVE, NULL), EINVAL);
	munmap(p + 4 * page, page);
	refused(move(p, 8, 16, MREMAP_MAYMOVE, NULL), EFAULT);
	refused(move(p + 4 * page, 1, 1, MREMAP_MAYMOVE, NULL), EFAULT);
	refused(move(p, 4, 8, 0, NULL), ENOMEM);
	munmap(p, 8 * page);
}

static void fixed(void)
{
	char *p = map(4, PROT_READ | PROT_WRITE, MAP_PRIVATE), *q = map(8, PROT_READ | PROT_WRITE, MAP_PRIVATE);

	memset(p, 1, 4 * page);
	memset(q, 2, 8 * page);
	check(move(p, 4, 2, MREMAP_FIXED | MREMAP_MAYMOVE, q) == q); /* shrinks, moves, and replaces */
	check(q[0] == 1 && q[2 * page - 1] == 1 && q[2 * page] == 2);
	refused(mincore(p + 2 * page, page, (void *)&page), ENOMEM);
	check(move(q, 2, 4, MREMAP_FIXED | MREMAP_MAYMOVE, p) == p);
	check(p[0] == 1 && p[2 * page] == 0 && p[4 * page - 1] == 0);
	refused(msync(q, page, MS_SYNC), ENOMEM);
	check(msync(q + 2 * page, page, MS_SYNC) == 0);
	munmap(p, 4 * page), munmap(q, 8 * page);
}

static void keeping(void)
{
	char *p = map(4, PROT_READ | PROT_WRITE, MAP_PRIVATE), *q;

	memset(p, 3, 4 * page);
	q = move(p, 4, 4, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);
	check(q != MAP_FAILED && q != p && q[0] == 3 && q[4 * page - 1] == 3);
	check(p[0] == 0 && p[4 * page - 1] == 0);
	p[0] = 4;
	check(q[0] == 3 && p[0] == 4);
	munmap(p, 4 * page), munmap(q, 4 * page);
}

static void sharing(void)
{
	char *p = map(4, PROT_READ | PROT_WRITE, MAP_SHARED), *q, *r;

	p[page] = 5;
	q = move(p, 0, 4, MREMAP_MAYMOVE, NULL); /* a second view of the same pages */
	check(q != MAP_FAILED && q[page] == 5);
	q[0] = 6;
	check(p[0] == 6);
	r = move(p + page, 1, 1, MREMAP_MAYMOVE | MREMAP_FIXED, q + 3 * page);
	check(r == q + 3 * page && *r == 5);
	q[page] = 7;
	check(*r == 7);
	refused(mincore(p + page, page, (void *)&page), ENOMEM);
	munmap(p, 4 * page), munmap(q, 4 * page);
}

static void file_pages(void)
{
	char *p, name[] = "/tmp/remapXXXXXX";
	int fd = mkstemp(name);

	need(fd >= 0 && unlink(name) == 0 && ftruncate(fd, 4 * page) == 0);
	p = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	need(p != MAP_FAILED);
	for (int i = 0; i < 4; i++)
		p[i * page] = 'a' + i;
	check(syscall(SYS_remap_file_pages, p, page, 0, 3, 0) == 0 && p[0] == 'd' && p[page] == 'b');
	p[0] = 'x';
	check(p[3 * page] == 'x' && pread(fd, name, 1, 3 * page) == 1 && name[0] == 'x');
	refused(syscall(SYS_remap_file_pages, p, page, 1, 0, 0), EINVAL);
	refused(syscall(SYS_remap_file_pages, p + 1, 0, 0, 0, 0), EINVAL);
	check(madvise(p + page, page, MADV_REMOVE) == 0 && p[page] == 0 && p[2 * page] == 'c');
	check(pread(fd, name, 1, page) == 1 && name[0] == 0);
	munmap(p, 4 * page);
	p = map(1, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	refused(madvise(p, page, MADV_REMOVE), EINVAL);
	refused(syscall(SYS_remap_file_pages, p, page, 0, 0, 0), EINVAL);
	munmap(p, page);
	p = map(4, PROT_READ | PROT_WRITE, MAP_SHARED);
	munmap(p + 2 * page, 2 * page);
	p[0] = p[page] = 1;
	check(madvise(p, page, MADV_REMOVE) == 0 && p[0] == 0 && p[page] == 1);
	refused(madvise(p, 4 * page, MADV_REMOVE), ENOMEM);
	check(p[page] == 0);
	close(fd);
}

static void syncing(void)
{
	char *p = map(4, PROT_READ | PROT_WRITE, MAP_SHARED);
	unsigned char in[4];

	refused(msync(p, page, MS_SYNC | MS_ASYNC), EINVAL);
	refused(msync(p + 1, page, MS_SYNC), EINVAL);
	refused(msync(p, page, 64), EINVAL);
	check(msync(p, 4 * page, MS_ASYNC) == 0 && msync(p, 0, MS_SYNC) == 0);
	refused(mincore(p + 1, page, in), EINVAL);
	p[0] = p[page] = p[2 * page] = p[3 * page] = 1;
	check(mincore(p, 4 * page, in) == 0 && (in[0] & in[3] & 1));
	refused(mincore(p, 4 * page, (void *)8), EFAULT);
	munmap(p + page, page);
	refused(msync(p, 4 * page, MS_SYNC), ENOMEM);
	refused(mincore(p, 4 * page, in), ENOMEM);
	munmap(p, 4 * page);
}

int main(void)
{
	page = sysconf(_SC_PAGESIZE);
	arguments();
	fixed();
	keeping();
	sharing();
	file_pages();
	syncing();
	return result();
}
