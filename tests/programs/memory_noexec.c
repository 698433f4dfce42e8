/* Memory files that may or may not be run: MFD_EXEC, MFD_NOEXEC_SEAL, F_SEAL_EXEC (memfd_create(2), fcntl(2)).
 */
#include "check.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x8
#define MFD_EXEC 0x10
#endif
#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x10
#endif
#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 0x20
#endif

static int mode(int fd)
{
	struct stat st;

	need(fstat(fd, &st) == 0);
	return st.st_mode & 07777;
}

static int seals(int fd)
{
	return fcntl(fd, F_GET_SEALS);
}

static void sealed(void)
{
	int fd = memfd_create("data", MFD_NOEXEC_SEAL);

	check(fd >= 0 && mode(fd) == 0666 && seals(fd) == F_SEAL_EXEC);
	fails(fchmod(fd, 0700), EPERM);
	fails(fchmod(fd, 0667), EPERM);
	check(fchmod(fd, 0600) == 0 && mode(fd) == 0600);
	check(fchown(fd, getuid(), -1) == 0 && mode(fd) == 0600);
	check(write(fd, "x", 1) == 1 && ftruncate(fd, 10) == 0);
	check(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW) == 0 && seals(fd) == (F_SEAL_EXEC | F_SEAL_GROW));
	fd = memfd_create("data", MFD_NOEXEC_SEAL | MFD_ALLOW_SEALING | MFD_CLOEXEC);
	check(fd >= 0 && seals(fd) == F_SEAL_EXEC && fcntl(fd, F_GETFD) == FD_CLOEXEC);
}

static void allowed(void)
{
	int fd = memfd_create("code", MFD_EXEC);

	check(fd >= 0 && mode(fd) == 0777 && seals(fd) == F_SEAL_SEAL);
	check(fchmod(fd, 0644) == 0 && fchmod(fd, 0755) == 0);
	check(mode(memfd_create("code", 0)) == 0777);
	fails(memfd_create("x", MFD_EXEC | MFD_NOEXEC_SEAL), EINVAL);
	fails(memfd_create("x", 0x20), EINVAL);
}

/* later seals a file that can be run: its bytes cannot change any more either. */
static void later(void)
{
	int fd = memfd_create("code", MFD_EXEC | MFD_ALLOW_SEALING), plain;
	void *p;

	need(fd >= 0 && ftruncate(fd, 4096) == 0);
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	need(p != MAP_FAILED);
	fails(fcntl(fd, F_ADD_SEALS, F_SEAL_EXEC), EBUSY);
	check(seals(fd) == 0 && munmap(p, 4096) == 0);
	check(fcntl(fd, F_ADD_SEALS, F_SEAL_EXEC) == 0);
	check(seals(fd) == (F_SEAL_EXEC | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE));
	fails(fchmod(fd, 0644), EPERM);
	fails(write(fd, "x", 1), EPERM);
	fails(ftruncate(fd, 1), EPERM);
	plain = memfd_create("data", MFD_ALLOW_SEALING);
	need(plain >= 0 && fchmod(plain, 0644) == 0);
	check(fcntl(plain, F_ADD_SEALS, F_SEAL_EXEC) == 0 && seals(plain) == F_SEAL_EXEC);
	fails(fchmod(plain, 0744), EPERM);
	check(write(plain, "x", 1) == 1);
}

int main(void)
{
	sealed();
	allowed();
	later();
	return result();
}
