/* open(2): flags and errors; creation modes and the umask; close.
 *
 * files: yes
 */
#include "check.h"
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static mode_t mode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_mode & 07777;
}

static void creating(void)
{
	int fd;

	check(umask(027) != 0777 && umask(027) == 027);
	need((fd = open("made", O_CREAT | O_RDWR | O_EXCL, 0666)) >= 0);
	check(mode_of("made") == 0640);
	check(write(fd, "contents", 8) == 8 && close(fd) == 0);
	fails(close(fd), EBADF);
	fails(open("made", O_CREAT | O_EXCL | O_RDWR, 0600), EEXIST);
	need((fd = open("made", O_WRONLY | O_TRUNC)) >= 0);
	check(lseek(fd, 0, SEEK_END) == 0);
	fails(read(fd, &(char){0}, 1), EBADF);
	close(fd);
	need((fd = open("made", O_RDONLY)) >= 0);
	fails(write(fd, "x", 1), EBADF);
	check((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY);
	close(fd);
}

static void errors(void)
{
	static char longest[PATH_MAX + 10], name[NAME_MAX + 10];

	memset(longest, '/', sizeof longest - 1);
	memset(name, 'n', sizeof name - 1);
	fails(open("absent", O_RDONLY), ENOENT);
	fails(open("", O_RDONLY), ENOENT);
	fails(open("absent/below", O_RDONLY | O_CREAT, 0600), ENOENT);
	fails(open("made/below", O_RDONLY), ENOTDIR);
	fails(open("made/", O_RDONLY), ENOTDIR);
	fails(open("made", O_RDONLY | O_DIRECTORY), ENOTDIR);
	fails(open(".", O_RDWR), EISDIR);
	fails(open("new/", O_RDWR | O_CREAT, 0600), EISDIR);
	fails(open(longest, O_RDONLY), ENAMETOOLONG);
	fails(open(name, O_RDONLY), ENAMETOOLONG);
	fails(open((char *)1, O_RDONLY), EFAULT);
	fails(close(-1), EBADF);
	fails(read(999, NULL, 0), EBADF);
	fails(openat(999, "relative", O_RDONLY), EBADF);
	check(symlink("made", "link") == 0);
	fails(open("link", O_RDONLY | O_NOFOLLOW), ELOOP);
	check(symlink("self", "self") == 0);
	fails(open("self", O_RDONLY), ELOOP);
	fails(open("link", O_CREAT | O_EXCL | O_RDWR, 0600), EEXIST);
}

static void directories(void)
{
	struct stat a, b;
	int dir, fd;

	need((dir = open(".", O_RDONLY | O_DIRECTORY)) >= 0);
	need((fd = openat(dir, "made", O_RDONLY | O_CLOEXEC)) >= 0);
	check(fcntl(fd, F_GETFD) == FD_CLOEXEC && fcntl(dir, F_GETFD) == 0);
	check(fstat(fd, &a) == 0 && fstatat(dir, "link", &b, 0) == 0 && a.st_ino == b.st_ino);
	fails(read(dir, &a, sizeof a), EISDIR);
	fails(openat(fd, "x", O_RDONLY), ENOTDIR);
	close(fd);
	need((fd = open("link", O_PATH | O_NOFOLLOW)) >= 0);
	check(fstat(fd, &a) == 0 && S_ISLNK(a.st_mode));
	fails(read(fd, &a, 1), EBADF);
	close(fd);
	close(dir);
}

int main(void)
{
	int first, second;

	creating();
	errors();
	directories();
	first = open("made", O_RDONLY);
	second = open("made", O_RDONLY);
	check(second == first + 1 && close(first) == 0 && open("made", O_RDONLY) == first);
	check(unlink("made") == 0 && unlink("link") == 0 && unlink("self") == 0);
	return result();
}
