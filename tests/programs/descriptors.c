/* Descriptors: dup and its kin, fcntl, shared offsets, locks.
 *
 * files: yes
 */
#include "check.h"
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

static int fd;

static void duplicates(void)
{
	int copy;

	need((copy = dup(fd)) > fd);
	check(write(fd, "abc", 3) == 3 && lseek(copy, 0, SEEK_CUR) == 3);
	check(dup2(fd, 100) == 100 && dup2(fd, fd) == fd && lseek(100, 1, SEEK_SET) == 1);
	check(lseek(fd, 0, SEEK_CUR) == 1);
	check(fcntl(fd, F_DUPFD, 50) == 50 && fcntl(fd, F_DUPFD_CLOEXEC, 50) == 51);
	check(fcntl(51, F_GETFD) == FD_CLOEXEC && fcntl(50, F_GETFD) == 0);
	check(dup3(fd, 60, O_CLOEXEC) == 60 && fcntl(60, F_GETFD) == FD_CLOEXEC);
	fails(dup3(fd, fd, 0), EINVAL);
	fails(dup(-1), EBADF);
	fails(dup2(999, 5), EBADF);
	fails(dup2(fd, -1), EBADF);
	check(close(fd) == 0 && lseek(copy, 0, SEEK_CUR) == 1);
	check(dup2(copy, fd) == fd && close(copy) == 0);
}

static void flags(void)
{
	int status = fcntl(fd, F_GETFL);

	check((status & O_ACCMODE) == O_RDWR && !(status & O_APPEND));
	check(fcntl(fd, F_SETFL, status | O_APPEND | O_NONBLOCK) == 0);
	check(fcntl(50, F_GETFL) & O_APPEND);
	check(fcntl(50, F_GETFL) & O_NONBLOCK);
	check(fcntl(fd, F_SETFL, status) == 0 && !(fcntl(fd, F_GETFL) & O_APPEND));
	check(fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
	fails(fcntl(fd, 9999), EINVAL);
	fails(fcntl(998, F_GETFL), EBADF);
}

static void locks(void)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 1, .l_len = 2};
	int other = open("descriptor", O_RDWR);

	check(fcntl(fd, F_SETLK, &lock) == 0);
	lock.l_type = F_RDLCK;
	check(fcntl(other, F_GETLK, &lock) == 0 && lock.l_type == F_UNLCK);
	check(fcntl(other, F_SETLK, &lock) == 0);
	lock.l_type = F_UNLCK;
	check(fcntl(fd, F_SETLK, &lock) == 0);
	check(flock(fd, LOCK_EX) == 0);
	fails(flock(other, LOCK_EX | LOCK_NB), EWOULDBLOCK);
	check(flock(fd, LOCK_SH) == 0 && flock(other, LOCK_SH | LOCK_NB) == 0);
	check(flock(fd, LOCK_UN) == 0 && flock(other, LOCK_EX | LOCK_NB) == 0);
	check(lockf(fd, F_TEST, 10) == 0 && lockf(fd, F_LOCK, 10) == 0 && lockf(fd, F_ULOCK, 10) == 0);
	lock.l_type = 77;
	fails(fcntl(fd, F_SETLK, &lock), EINVAL);
	close(other);
}

int main(void)
{
	need((fd = open("descriptor", O_CREAT | O_RDWR | O_TRUNC, 0600)) >= 0);
	duplicates();
	flags();
	locks();
	unlink("descriptor");
	return result();
}
