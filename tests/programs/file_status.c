/* What stat(2), statx(2), chmod(2), access(2) and utimensat(2) say and change.
 *
 * files: yes
 */
#include "check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

static struct stat st;

static void fields(int fd)
{
	struct stat other;

	check(fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 07777) == 0600);
	check(st.st_nlink == 1 && st.st_size == 5 && st.st_uid == geteuid() && st.st_blksize >= 512);
	check(st.st_ino != 0 && st.st_mtime >= 1000000000);
	check(stat("status", &other) == 0 && other.st_ino == st.st_ino && other.st_dev == st.st_dev);
	check(stat(".", &other) == 0 && S_ISDIR(other.st_mode) && other.st_dev == st.st_dev);
	fails(stat("absent", &st), ENOENT);
	fails(fstat(777, &st), EBADF);
	check(stat("/dev/null", &other) == 0 && S_ISCHR(other.st_mode));
	check(major(other.st_rdev) == 1 && minor(other.st_rdev) == 3);
}

static void extended(void)
{
	struct statx x;
	struct statvfs v;

	check(statx(AT_FDCWD, "status", 0, STATX_BASIC_STATS, &x) == 0);
	check((x.stx_mask & STATX_BASIC_STATS) == STATX_BASIC_STATS && x.stx_size == 5);
	check(x.stx_mode == (S_IFREG | 0600) && x.stx_nlink == 1 && x.stx_uid == geteuid());
	check(statvfs(".", &v) == 0 && v.f_bsize >= 512 && v.f_namemax == 255);
	check(v.f_blocks >= v.f_bfree && v.f_bfree >= v.f_bavail);
}

static void modes(int fd)
{
	check(chmod("status", 0754) == 0 && stat("status", &st) == 0 && (st.st_mode & 07777) == 0754);
	check(access("status", X_OK) == 0 && access("status", F_OK) == 0);
	check(fchmod(fd, 0711) == 0 && fstat(fd, &st) == 0 && (st.st_mode & 07777) == 0711);
	check(fchmodat(AT_FDCWD, "status", 0644, 0) == 0);
	fails(access("status", X_OK), EACCES);
	fails(access("absent", F_OK), ENOENT);
	fails(access("status/x", F_OK), ENOTDIR);
	fails(chmod("absent", 0600), ENOENT);
	check(chown("status", -1, -1) == 0 && chown("status", geteuid(), getegid()) == 0);
}

static void times(int fd)
{
	struct timespec set[2] = {{1000000001, 123456789}, {1500000000, 987654321}};
	struct timeval tv[2] = {{1100000000, 500000}, {1200000000, 250000}};
	struct utimbuf old = {900000000, 950000000};

	check(utimensat(AT_FDCWD, "status", set, 0) == 0 && stat("status", &st) == 0);
	check(st.st_atim.tv_sec == 1000000001 && st.st_atim.tv_nsec == 123456789);
	check(st.st_mtim.tv_sec == 1500000000 && st.st_mtim.tv_nsec == 987654321);
	set[0].tv_nsec = UTIME_OMIT;
	set[1] = (struct timespec){7, 8};
	check(futimens(fd, set) == 0 && fstat(fd, &st) == 0);
	check(st.st_atim.tv_sec == 1000000001 && st.st_mtim.tv_sec == 7 && st.st_mtim.tv_nsec == 8);
	check(utimes("status", tv) == 0 && stat("status", &st) == 0 && st.st_mtim.tv_nsec == 250000000);
	check(utime("status", &old) == 0 && stat("status", &st) == 0 && st.st_mtime == 950000000);
	check(utimensat(AT_FDCWD, "status", NULL, 0) == 0 && stat("status", &st) == 0);
	check(st.st_mtime > 1500000000 && st.st_ctime > 1500000000);
	set[1].tv_nsec = 2000000000;
	fails(futimens(fd, set), EINVAL);
}

/* The year 2100: 64-bit times work on every ABI, and files keep them. */
static void far_future(int fd)
{
	struct timespec set[2] = {{4102444800, 1}, {4102444800, 2}};

	check(futimens(fd, set) == 0 && fstat(fd, &st) == 0 && st.st_mtim.tv_sec == 4102444800);
}

int main(void)
{
	int fd;

	umask(022);
	need((fd = open("status", O_CREAT | O_RDWR | O_TRUNC, 0600)) >= 0);
	need(write(fd, "12345", 5) == 5);
	fields(fd);
	extended();
	modes(fd);
	times(fd);
	far_future(fd);
	close(fd);
	unlink("status");
	return result();
}
