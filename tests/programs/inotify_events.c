/* inotify: the events of what a process does to files, in order.
 *
 * files: yes
 */
#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static int fd;

static const char *event_name(uint32_t mask)
{
	static const char *const names[] = {
		"ACCESS", "MODIFY", "ATTRIB", "CLOSE_WRITE", "CLOSE_NOWRITE", "OPEN", "MOVED_FROM", "MOVED_TO",
		"CREATE", "DELETE", "DELETE_SELF", "MOVE_SELF", "?", "UNMOUNT", "Q_OVERFLOW", "IGNORED"};
	int i;

	for (i = 0; i < 16; i++)
		if (mask & 1u << i)
			return names[i];
	return "none";
}

/* told prints the events that are in the queue. */
static void told(const char *after)
{
	static char buffer[65536] __attribute__((aligned(8)));
	uint32_t cookie = 0;
	ssize_t n = read(fd, buffer, sizeof buffer), at;

	printf("%s:", after);
	for (at = 0; n > 0 && at < n;) {
		struct inotify_event *e = (void *)(buffer + at);

		printf(" %d.%s%s", e->wd, event_name(e->mask), e->mask & IN_ISDIR ? ".dir" : "");
		if (e->len)
			printf("(%s)", e->name);
		if (e->cookie)
			printf(cookie == e->cookie ? "=" : "+");
		cookie = e->cookie;
		at += sizeof *e + e->len;
	}
	printf("\n");
}

static void touch(const char *name, const char *text)
{
	int f = open(name, O_WRONLY | O_CREAT, 0644);

	if (f < 0 || write(f, text, strlen(text)) != (ssize_t)strlen(text))
		printf("touch %s: %s\n", name, strerror(errno));
	close(f);
}

static void errors(void)
{
	int other = open("w", O_RDONLY);

	fails(inotify_init1(0x12345), EINVAL);
	fails(inotify_add_watch(fd, "w", 0), EINVAL);
	fails(inotify_add_watch(fd, "w/missing", IN_OPEN), ENOENT);
	fails(inotify_add_watch(other, "w", IN_OPEN), EINVAL);
	fails(inotify_add_watch(500, "w", IN_OPEN), EBADF);
	fails(inotify_rm_watch(fd, 77), EINVAL);
	fails(read(fd, &other, sizeof other), EAGAIN);
	fails(inotify_add_watch(fd, "w", IN_OPEN | IN_MASK_ADD | IN_MASK_CREATE), EINVAL);
	close(other);
}

static void directory(void)
{
	char small[10];
	int f, wd = inotify_add_watch(fd, "w", IN_ALL_EVENTS), waiting = -1;
	struct pollfd p = {fd, POLLIN, 0};

	printf("watch %d\n", wd);
	check(poll(&p, 1, 0) == 0);
	touch("w/a", "text");
	check(poll(&p, 1, 0) == 1 && ioctl(fd, FIONREAD, &waiting) == 0 && waiting == 4 * 32);
	fails(read(fd, small, sizeof small), EINVAL);
	told("create and write");
	f = open("w/a", O_RDWR);
	told("open");
	check(read(f, small, 2) == 2 && read(f, small, 2) == 2 && read(f, small, 2) == 0);
	told("read");
	check(write(f, "x", 1) == 1 && ftruncate(f, 1) == 0);
	told("write and ftruncate");
	check(pwrite(f, "y", 1, 0) == 1 && pread(f, small, 1, 0) == 1 && pwrite(f, "y", 1, 0) == 1);
	told("pwrite and pread");
	close(f);
	told("close");
	close(open("w/a", O_WRONLY | O_TRUNC));
	told("truncate");
	check(chmod("w/a", 0600) == 0);
	told("chmod");
	check(utimensat(AT_FDCWD, "w/a", NULL, 0) == 0);
	told("utimensat");
	check(truncate("w/a", 5) == 0);
	told("truncate by name");
	check(rename("w/a", "w/b") == 0);
	told("rename");
	check(rename("w/b", "out") == 0);
	told("rename out");
	check(rename("out", "w/c") == 0);
	told("rename in");
	check(link("w/c", "w/d") == 0);
	told("link");
	check(unlink("w/c") == 0);
	told("unlink");
	check(symlink("d", "w/l") == 0);
	told("symlink");
	check(unlink("w/l") == 0);
	told("unlink link");
	check(mkdir("w/sub", 0755) == 0);
	told("mkdir");
	check(chmod("w/sub", 0700) == 0);
	told("chmod dir");
	check(rmdir("w/sub") == 0);
	told("rmdir");
	check(unlink("w/d") == 0);
	told("unlink last");
	closedir(opendir("w"));
	told("open itself");
	check(chmod("w", 0700) == 0);
	told("chmod itself");
	check(rename("w", "v") == 0 && rename("v", "w") == 0);
	told("rename itself");
	check(inotify_rm_watch(fd, wd) == 0);
	told("rm_watch");
}

static void files(void)
{
	int f, wd;

	touch("w/f", "1");
	wd = inotify_add_watch(fd, "w/f", IN_ALL_EVENTS);
	printf("watch %d\n", wd);
	check(inotify_add_watch(fd, "w/f", IN_ALL_EVENTS) == wd);
	fails(inotify_add_watch(fd, "w/f", IN_MODIFY | IN_MASK_CREATE), EEXIST);
	fails(inotify_add_watch(fd, "w/f", IN_MODIFY | IN_ONLYDIR), ENOTDIR);
	touch("w/f", "12");
	told("write");
	check(rename("w/f", "w/g") == 0);
	told("rename");
	check(link("w/g", "w/h") == 0 && unlink("w/g") == 0);
	told("link and unlink");
	f = open("w/h", O_RDONLY);
	check(unlink("w/h") == 0);
	told("unlink while open");
	close(f);
	told("close");
	fails(inotify_rm_watch(fd, wd), EINVAL);

	touch("w/f", "1");
	touch("w/g", "2");
	printf("watch %d\n", inotify_add_watch(fd, "w/f", IN_ALL_EVENTS));
	check(rename("w/g", "w/f") == 0);
	told("replaced");

	wd = inotify_add_watch(fd, "w/f", IN_MODIFY);
	touch("w/f", "12");
	told("modify only");
	check(inotify_add_watch(fd, "w/f", IN_OPEN | IN_MASK_ADD) == wd);
	touch("w/f", "123");
	told("open too");
	check(inotify_add_watch(fd, "w/f", IN_CLOSE_WRITE) == wd);
	touch("w/f", "1234");
	told("close only");
	check(inotify_add_watch(fd, "w/f", IN_OPEN | IN_ONESHOT) == wd);
	touch("w/f", "12345");
	told("once");
	fails(inotify_rm_watch(fd, wd), EINVAL);
}

static void directories(void)
{
	int f, a, b;

	check(mkdir("w/x", 0755) == 0 && mkdir("w/y", 0755) == 0);
	a = inotify_add_watch(fd, "w/x", IN_ALL_EVENTS);
	b = inotify_add_watch(fd, "w/y", IN_ALL_EVENTS | IN_EXCL_UNLINK);
	printf("watches %d %d\n", a, b);
	touch("w/x/1", "1");
	told("one");
	check(rename("w/x/1", "w/y/2") == 0);
	told("from one to the other");
	f = open("w/y/2", O_RDWR);
	check(unlink("w/y/2") == 0);
	told("unlink open");
	check(write(f, "1", 1) == 1 && close(f) == 0);
	told("hidden");
	f = open("w/x/3", O_RDWR | O_CREAT, 0600);
	check(unlink("w/x/3") == 0);
	told("unlink open");
	check(write(f, "1", 1) == 1 && close(f) == 0);
	told("shown");
	check(rmdir("w/x") == 0);
	told("rmdir");
	check(rename("w/y", "w/z") == 0);
	told("rename");
	check(rmdir("w/z") == 0);
	told("rmdir");
}

int main(void)
{
	setbuf(stdout, NULL);
	need(mkdir("w", 0755) == 0 && (fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) >= 0);
	check(fcntl(fd, F_GETFD) == FD_CLOEXEC && (fcntl(fd, F_GETFL) & O_NONBLOCK));
	errors();
	directory();
	files();
	directories();
	unlink("w/f");
	rmdir("w");
	close(fd);
	return result();
}
