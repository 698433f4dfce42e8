/* The devices that every program may expect, and what is not a terminal. */
#include "check.h"
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static char a[64], b[64];

static void device(const char *path, int expected_minor)
{
	struct stat st;

	printf("%s\n", path);
	check(stat(path, &st) == 0 && S_ISCHR(st.st_mode) && (int)(st.st_rdev & 255) == expected_minor);
}

int main(void)
{
	struct winsize size;
	struct termios t;
	int fd;

	device("/dev/null", 3);
	device("/dev/zero", 5);
	device("/dev/full", 7);
	device("/dev/random", 8);
	device("/dev/urandom", 9);
	need((fd = open("/dev/null", O_RDWR)) >= 0);
	check(write(fd, a, 64) == 64 && read(fd, a, 64) == 0 && lseek(fd, 5, SEEK_SET) == 0);
	fails(tcgetattr(fd, &t), ENOTTY);
	fails(ioctl(fd, TIOCGWINSZ, &size), ENOTTY);
	check(isatty(fd) == 0 && errno == ENOTTY);
	close(fd);
	need((fd = open("/dev/zero", O_RDWR)) >= 0);
	memset(a, 1, sizeof a);
	check(read(fd, a, 64) == 64 && !memcmp(a, b, 64) && write(fd, a, 64) == 64);
	close(fd);
	need((fd = open("/dev/full", O_RDWR)) >= 0);
	check(read(fd, a, 64) == 64);
	fails(write(fd, a, 1), ENOSPC);
	close(fd);
	need((fd = open("/dev/urandom", O_RDONLY)) >= 0);
	check(read(fd, a, 64) == 64 && read(fd, b, 64) == 64 && memcmp(a, b, 64));
	close(fd);
	check(isatty(777) == 0 && errno == EBADF);
	return result();
}
