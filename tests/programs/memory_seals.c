/* Seals of memory files: what each forbids, to files and to mappings (fcntl(2), memfd_create(2)).
 */
#include "check.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x10
#endif
#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 0x20
#endif

enum { BOTH = PROT_READ | PROT_WRITE };

static size_t page;

static int sealable(void)
{
	int fd = memfd_create("sealed", MFD_ALLOW_SEALING);

	need(fd >= 0 && ftruncate(fd, 2 * page) == 0);
	return fd;
}

static int add(int fd, int seals)
{
	return fcntl(fd, F_ADD_SEALS, seals);
}

static int map(int fd, int prot, int flags, void **at)
{
	*at = mmap(NULL, page, prot, flags, fd, 0);
	return *at == MAP_FAILED ? -1 : 0;
}

static void flags(void)
{
	char name[256];
	int plain = memfd_create("plain", 0), pipes[2];

	check(fcntl(plain, F_GET_SEALS) == F_SEAL_SEAL);
	fails(add(plain, F_SEAL_GROW), EPERM);
	check(fcntl(plain, F_GETFD) == 0 && (fcntl(plain, F_GETFL) & O_ACCMODE) == O_RDWR);
	check(fcntl(memfd_create("c", MFD_CLOEXEC), F_GETFD) == FD_CLOEXEC);
	fails(memfd_create("x", 0x20), EINVAL);
	fails(memfd_create((char *)1, 0), EFAULT);
	memset(name, 'a', sizeof name - 1);
	name[250] = 0;
	fails(memfd_create(name, 0), EINVAL);
	name[249] = 0;
	check(memfd_create(name, 0) >= 0);
	need(pipe(pipes) == 0);
	fails(fcntl(pipes[0], F_GET_SEALS), EINVAL);
	fails(add(pipes[1], F_SEAL_GROW), EINVAL);
}

static void sizes(void)
{
	int fd = sealable();

	check(fcntl(fd, F_GET_SEALS) == 0);
	fails(add(fd, 0x4000), EINVAL);
	check(add(fd, F_SEAL_GROW) == 0);
	fails(ftruncate(fd, 3 * page), EPERM);
	fails(pwrite(fd, "x", 1, 2 * page), EPERM);
	check(pwrite(fd, "ab", 2, 2 * page - 1) == 1);
	fails(fallocate(fd, 0, 2 * page, page), EPERM);
	check(ftruncate(fd, page) == 0);
	check(add(fd, F_SEAL_SHRINK) == 0);
	fails(ftruncate(fd, 0), EPERM);
	check(ftruncate(fd, page) == 0);
	check(fcntl(fd, F_GET_SEALS) == (F_SEAL_GROW | F_SEAL_SHRINK));
	check(add(fd, F_SEAL_SEAL) == 0);
	fails(add(fd, F_SEAL_WRITE), EPERM);
	check(pwrite(fd, "x", 1, 0) == 1);
}

static void writing(void)
{
	int fd = sealable();
	void *shared, *read_only, *private;

	need(map(fd, BOTH, MAP_SHARED, &shared) == 0);
	fails(add(fd, F_SEAL_WRITE), EBUSY);
	need(mprotect(shared, page, PROT_READ) == 0);
	fails(add(fd, F_SEAL_WRITE), EBUSY);
	need(munmap(shared, page) == 0 && map(fd, BOTH, MAP_PRIVATE, &private) == 0);
	check(add(fd, F_SEAL_WRITE) == 0);
	fails(pwrite(fd, "x", 1, 0), EPERM);
	check(pwrite(fd, "x", 0, 0) == 0);
	fails(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, page), EPERM);
	fails(map(fd, BOTH, MAP_SHARED, &shared), EPERM);
	*(char *)private = 'p';
	check(*(char *)private == 'p');
	check(map(fd, BOTH, MAP_PRIVATE, &private) == 0 && *(char *)private == 0);
	check(ftruncate(fd, 3 * page) == 0);
	if (map(fd, PROT_READ, MAP_SHARED, &read_only) == 0)
		fails(mprotect(read_only, page, BOTH), EACCES);
}

static void future(void)
{
	int fd = sealable();
	void *old, *later;
	char c;

	need(map(fd, BOTH, MAP_SHARED, &old) == 0);
	check(add(fd, F_SEAL_FUTURE_WRITE) == 0);
	fails(pwrite(fd, "x", 1, 0), EPERM);
	*(char *)old = 'o';
	check(pread(fd, &c, 1, 0) == 1 && c == 'o');
	fails(map(fd, BOTH, MAP_SHARED, &later), EPERM);
	check(map(fd, PROT_READ, MAP_SHARED, &later) == 0 && *(char *)later == 'o');
	fails(mprotect(later, page, BOTH), EACCES);
	check(mprotect(old, page, PROT_READ) == 0 && mprotect(old, page, BOTH) == 0);
	fails(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, page), EPERM);
	fails(add(fd, F_SEAL_WRITE), EBUSY);
}

static void read_only(void)
{
	int fd = sealable(), again;
	char path[40];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY);
	check(again >= 0 && fcntl(again, F_GET_SEALS) == 0);
	fails(add(again, F_SEAL_GROW), EPERM);
	check(add(fd, F_SEAL_GROW) == 0 && fcntl(again, F_GET_SEALS) == F_SEAL_GROW);
}

int main(void)
{
	page = sysconf(_SC_PAGESIZE);
	flags();
	sizes();
	writing();
	future();
	read_only();
	return result();
}
