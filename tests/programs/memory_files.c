/* Mapped files: shared and private, past the end, memfd, POSIX shared memory.
 *
 * files: yes
 */
#include "check.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static size_t page;
static int fd;

static char *map(int protection, int flags, int file, off_t offset)
{
	return mmap(NULL, page, protection, flags, file, offset);
}

static void shared(void)
{
	char *a = map(PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), *b = map(PROT_READ, MAP_SHARED, fd, 0);
	char text[8];

	need(a != MAP_FAILED && b != MAP_FAILED);
	check(!memcmp(a, "file", 4) && a[page - 1] == 'z');
	memcpy(a, "FILE", 4);
	check(!memcmp(b, "FILE", 4));
	check(pread(fd, text, 4, 0) == 4 && !memcmp(text, "FILE", 4));
	check(pwrite(fd, "Read", 4, 0) == 4 && !memcmp(a, "Read", 4));
	check(msync(a, page, MS_SYNC) == 0 && msync(a, page, MS_ASYNC) == 0);
	fails(msync(a, page, MS_SYNC | MS_ASYNC), EINVAL);
	munmap(b, page);
	close(dup(fd));
	check(a[0] == 'R' && munmap(a, page) == 0);
	fails(msync(a, page, MS_SYNC), ENOMEM);
}

static void private(void)
{
	char *p = map(PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, page), text[4];

	need(p != MAP_FAILED);
	check(!memcmp(p, "second", 6) && p[6] == 0 && p[page - 1] == 0);
	memcpy(p, "SECOND", 6);
	check(pread(fd, text, 3, page) == 3 && !memcmp(text, "sec", 3) && !memcmp(p, "SEC", 3));
	munmap(p, page);
}

static void refused(void)
{
	int readonly = open("mapped", O_RDONLY);

	check(map(PROT_READ, MAP_SHARED, fd, 1) == MAP_FAILED && errno == EINVAL);
	check(map(PROT_READ | PROT_WRITE, MAP_SHARED, readonly, 0) == MAP_FAILED && errno == EACCES);
	check(map(PROT_READ | PROT_WRITE, MAP_PRIVATE, readonly, 0) != MAP_FAILED);
	check(map(PROT_READ, MAP_SHARED, 999, 0) == MAP_FAILED && errno == EBADF);
	close(readonly);
}

static void nameless(void)
{
	int mem = memfd_create("name", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	struct stat st;
	char *a, *b;

	need(mem >= 0 && ftruncate(mem, page) == 0);
	check(fstat(mem, &st) == 0 && st.st_size == (off_t)page && S_ISREG(st.st_mode));
	a = map(PROT_READ | PROT_WRITE, MAP_SHARED, mem, 0);
	b = map(PROT_READ | PROT_WRITE, MAP_SHARED, mem, 0);
	need(a != MAP_FAILED && b != MAP_FAILED && a != b);
	a[10] = 42;
	check(b[10] == 42 && munmap(b, page) == 0 && munmap(a, page) == 0);
	check(fcntl(mem, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_WRITE) == 0);
	check(fcntl(mem, F_GET_SEALS) == (F_SEAL_SHRINK | F_SEAL_WRITE));
	fails(write(mem, "x", 1), EPERM);
	fails(ftruncate(mem, 1), EPERM);
	close(mem);
}

static void posix(void)
{
	char name[32], *p;
	int a, b;

	sprintf(name, "/muslrun-%d", getpid());
	a = shm_open(name, O_CREAT | O_RDWR | O_EXCL, 0600);
	need(a >= 0 && ftruncate(a, page) == 0);
	p = map(PROT_READ | PROT_WRITE, MAP_SHARED, a, 0);
	need(p != MAP_FAILED);
	p[0] = 'p';
	b = shm_open(name, O_RDONLY, 0);
	check(b >= 0 && read(b, p + 1, 1) == 1 && p[1] == 'p');
	check(shm_unlink(name) == 0);
	fails(shm_open(name, O_RDONLY, 0), ENOENT);
	close(a);
	close(b);
}

int main(void)
{
	char *fill;

	page = sysconf(_SC_PAGESIZE);
	need((fd = open("mapped", O_CREAT | O_RDWR | O_TRUNC, 0600)) >= 0);
	fill = malloc(page);
	memset(fill, 'z', page);
	memcpy(fill, "file", 4);
	need(write(fd, fill, page) == (ssize_t)page && write(fd, "second", 6) == 6);
	shared();
	private();
	refused();
	nameless();
	posix();
	close(fd);
	unlink("mapped");
	return result();
}
