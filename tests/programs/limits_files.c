/* RLIMIT_FSIZE and RLIMIT_NOFILE.
 *
 * files: yes
 */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t seen;

static void caught(int signal) { seen = signal; }

static void limit(int which, rlim_t n)
{
	struct rlimit l;

	need(getrlimit(which, &l) == 0);
	l.rlim_cur = n;
	need(setrlimit(which, &l) == 0);
}

static void *limiting(void *unused)
{
	limit(RLIMIT_FSIZE, 10);
	return unused;
}

static off_t size(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_size : -1;
}

static void sizes(void)
{
	char text[32] = "0123456789abcdefghijklmnopqrstu";
	struct iovec v[2] = {{text, 6}, {text, 20}};
	int fd = open("limited", O_RDWR | O_CREAT | O_TRUNC, 0600), p[2];
	pthread_t t;

	need(fd >= 0 && pipe(p) == 0);
	signal(SIGXFSZ, caught);
	pthread_create(&t, NULL, limiting, NULL); /* it is the process's limit, not the thread's */
	pthread_join(t, NULL);
	check(write(fd, text, 20) == 10 && seen == 0);
	fails(write(fd, text, 1), EFBIG);
	check(seen == SIGXFSZ);
	seen = 0, lseek(fd, 4, SEEK_SET);
	check(writev(fd, v, 2) == 6 && seen == 0);
	fails(pwrite(fd, text, 1, 100), EFBIG);
	check(seen == SIGXFSZ);
	seen = 0;
	fails(ftruncate(fd, 11), EFBIG);
	check(seen == SIGXFSZ && ftruncate(fd, 10) == 0 && ftruncate(fd, 3) == 0);
	seen = 0;
	fails(truncate("limited", 11), EFBIG);
	check(seen == SIGXFSZ && size(fd) == 3);
	check(write(p[1], text, 20) == 20); /* no file of its own */
	seen = 0;
	signal(SIGXFSZ, SIG_IGN);
	fails(pwrite(fd, text, 1, 10), EFBIG);
	signal(SIGXFSZ, SIG_DFL);
	if (fork() == 0) {
		write(fd, text, 20);
		pwrite(fd, text, 1, 10);
		_exit(0);
	}
	int status;
	check(wait(&status) > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ);
	limit(RLIMIT_FSIZE, RLIM_INFINITY);
	check(pwrite(fd, text, 1, 10) == 1);
	close(fd), close(p[0]), close(p[1]);
}

static void numbers(void)
{
	int p[2], s[2], fd, top = dup(0);
	struct pollfd many[16] = {{0}};

	limit(RLIMIT_NOFILE, top + 1);
	fails(dup(0), EMFILE);
	close(top);
	fails(pipe(p), EMFILE);
	fails(socketpair(AF_UNIX, SOCK_STREAM, 0, s), EMFILE);
	check((fd = open(".", O_RDONLY)) == top);
	fails(open(".", O_RDONLY), EMFILE);
	fails(socket(AF_UNIX, SOCK_STREAM, 0), EMFILE);
	fails(epoll_create1(0), EMFILE);
	fails(fcntl(0, F_DUPFD, 0), EMFILE);
	fails(fcntl(0, F_DUPFD, top + 1), EINVAL);
	fails(dup2(0, top + 1), EBADF);
	fails((int)syscall(SYS_dup3, 0, top + 1, 0), EBADF);
	fails((int)syscall(SYS_memfd_create, "m", 0), EMFILE);
	check(dup2(0, top) == top);
	fails(poll(many, top + 2, 0), EINVAL);
	close(top);
	check(sysconf(_SC_OPEN_MAX) == top + 1);
	limit(RLIMIT_NOFILE, 1);
	check(write(1, "", 0) == 0); /* what is open stays open */
	limit(RLIMIT_NOFILE, 256);
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	sizes();
	numbers();
	return result();
}
