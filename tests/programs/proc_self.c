/* proc_self.c: what /proc/self has besides texts: memory, locks, timers, namespaces, another title; and how it names a
 * process to a system call. */
#include "check.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char text[1 << 16];

static char *slurp(const char *path)
{
	int n, size = 0, fd = open(path, O_RDONLY);

	while (fd >= 0 && (n = read(fd, text + size, sizeof text - 1 - size)) > 0)
		size += n;
	close(fd);
	text[size] = 0;
	return text;
}

static char *fdinfo(int fd)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
	return slurp(path);
}

static void memory(void)
{
	int fd = open("/proc/self/mem", O_RDWR);
	char *page = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), c = 'x';
	static const char fixed[] = "constant";

	need(fd >= 0 && page != MAP_FAILED);
	check(pwrite(fd, &c, 1, (off_t)(uintptr_t)page) == 1 && pread(fd, &c, 1, (off_t)(uintptr_t)page) == 1 && c == 'x');
	check(mprotect(page, 4096, PROT_READ) == 0 && page[0] == 'x');
	check(pwrite(fd, "C", 1, (off_t)(uintptr_t)page) == 1 && *(volatile char *)page == 'C');
	munmap(page, 4096);
	fails(pread(fd, &c, 1, (off_t)(uintptr_t)page), EIO);
	fails(lseek(fd, 0, SEEK_END), EINVAL);
	close(fd);
}

static void locks(void)
{
	struct flock l = { .l_type = F_WRLCK, .l_start = 10, .l_len = 5 };
	int fd = open(".", O_TMPFILE | O_RDWR, 0600);

	if (fd < 0)
		fd = memfd_create("locked", 0);
	need(fd >= 0);
	check(fcntl(fd, F_SETLK, &l) == 0 && flock(fd, LOCK_SH) == 0);
	check(strstr(fdinfo(fd), "POSIX  ADVISORY  WRITE ") && strstr(text, " 10 14\n"));
	check(strstr(fdinfo(fd), "FLOCK  ADVISORY  READ ") && !strstr(text, "READ  ") && strstr(text, " 0 EOF\n"));
	check(strstr(slurp("/proc/locks"), "POSIX  ADVISORY  WRITE "));
	close(fd);
}

static void descriptors(void)
{
	int ev = eventfd(7, 0), ep = epoll_create1(0);
	struct epoll_event e = { .events = EPOLLIN, .data.u64 = 0x1234 };

	check(strstr(fdinfo(ev), "eventfd-count:                7\n"));
	check(epoll_ctl(ep, EPOLL_CTL_ADD, ev, &e) == 0);
	check(strstr(fdinfo(ep), " events:       19 data:             1234  pos:0 ino:") || strstr(text, " events:        1 data:"));
	close(ep);
	close(ev);
}

static void timers(void)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2 };
	timer_t t;

	need(timer_create(CLOCK_MONOTONIC, &e, &t) == 0);
	check(strstr(slurp("/proc/self/timers"), "\nnotify: signal/pid.") && strstr(text, "\nClockID: 1\n"));
	check(timer_delete(t) == 0 && !*slurp("/proc/self/timers"));
}

static void names(void)
{
	struct stat a, b;
	cpu_set_t set;
	char link[64];
	int dir, status;
	pid_t child;

	check(readlink("/proc/self/ns/uts", link, sizeof link) > 5 && !strncmp(link, "uts:[", 5));
	check(stat("/proc/self/ns/pid", &a) == 0 && stat("/proc/thread-self/ns/pid", &b) == 0 && a.st_ino == b.st_ino);
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	check(sched_setaffinity(0, sizeof set, &set) == 0 && strstr(slurp("/proc/self/status"), "\nCpus_allowed_list:\t0\n"));
	fails(sched_getaffinity(-1, sizeof set, &set), ESRCH);
	if (!(child = fork())) {
		pause();
		_exit(0);
	}
	snprintf(link, sizeof link, "/proc/%d", child);
	dir = open(link, O_RDONLY | O_DIRECTORY);
	check(syscall(SYS_pidfd_send_signal, dir, SIGKILL, 0, 0) == 0);
	check(waitpid(child, &status, 0) == child && WTERMSIG(status) == SIGKILL);
	fails(syscall(SYS_pidfd_send_signal, dir, SIGKILL, 0, 0), ESRCH);
	close(dir);
}

/* titled writes over the arguments up to their end, as setproctitle does: the title ends where a zero is. */
static void titled(char **argv)
{
	size_t size = strlen(argv[0]);

	memset(argv[0], 't', size);
	check(slurp("/proc/self/cmdline")[0] == 't' && strspn(text, "t") == size);
}

int main(int argc, char **argv)
{
	memory();
	locks();
	descriptors();
	timers();
	names();
	titled(argv);
	return result();
}
