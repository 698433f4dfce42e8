/* Pipes, FIFOs and eventfd, within one process; poll and select on what is ready.
 *
 * files: yes
 */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <unistd.h>

static char buffer[70000];

static void pipes(void)
{
	int *volatile nowhere = (int *)8;
	int p[2], waiting = -1;
	struct stat st;

	need(pipe(p) == 0 && p[1] == p[0] + 1);
	check(write(p[1], "pipe", 4) == 4 && ioctl(p[0], FIONREAD, &waiting) == 0 && waiting == 4);
	check(read(p[0], buffer, 2) == 2 && read(p[0], buffer + 2, 100) == 2 && !memcmp(buffer, "pipe", 4));
	check(fstat(p[0], &st) == 0 && S_ISFIFO(st.st_mode));
	fails(lseek(p[0], 0, SEEK_SET), ESPIPE);
	fails(write(p[0], "x", 1), EBADF);
	fails(read(p[1], buffer, 1), EBADF);
	check(close(p[1]) == 0 && read(p[0], buffer, 1) == 0 && close(p[0]) == 0);
	need(pipe2(p, O_NONBLOCK | O_CLOEXEC) == 0);
	check(fcntl(p[0], F_GETFD) == FD_CLOEXEC);
	fails(read(p[0], buffer, 1), EAGAIN);
	check(write(p[1], buffer, 65536) == 65536);
	fails(write(p[1], "x", 1), EAGAIN);
	check(read(p[0], buffer, 4096) == 4096 && write(p[1], buffer, 4096) == 4096);
	check(signal(SIGPIPE, SIG_IGN) != SIG_ERR && close(p[0]) == 0);
	fails(write(p[1], "x", 1), EPIPE);
	close(p[1]);
	fails(pipe2(nowhere, O_CLOEXEC), EFAULT);
	fails(pipe2(p, 0x12345), EINVAL);
}

static void fifos(void)
{
	int r, w;

	unlink("fifo");
	need(mkfifo("fifo", 0600) == 0);
	fails(open("fifo", O_WRONLY | O_NONBLOCK), ENXIO);
	need((r = open("fifo", O_RDONLY | O_NONBLOCK)) >= 0 && (w = open("fifo", O_WRONLY)) >= 0);
	check(write(w, "ab", 2) == 2 && read(r, buffer, 9) == 2 && close(w) == 0 && read(r, buffer, 9) == 0);
	close(r);
	unlink("fifo");
}

static void events(void)
{
	int e = eventfd(3, EFD_NONBLOCK), s = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
	eventfd_t value;

	need(e >= 0 && s >= 0);
	check(eventfd_write(e, 4) == 0 && eventfd_read(e, &value) == 0 && value == 7);
	fails(eventfd_read(e, &value), EAGAIN);
	check(eventfd_read(s, &value) == 0 && value == 1 && eventfd_read(s, &value) == 0);
	fails(eventfd_read(s, &value), EAGAIN);
	value = UINT64_MAX;
	fails(write(e, &value, 8), EINVAL);
	fails(write(e, &value, 4), EINVAL);
	close(e);
	close(s);
}

static void polling(void)
{
	struct pollfd set[4];
	struct timeval zero = {0, 0};
	fd_set readable, writable;
	int p[2];

	need(pipe(p) == 0);
	set[0] = (struct pollfd){p[0], POLLIN, 0};
	set[1] = (struct pollfd){p[1], POLLOUT, 0};
	set[2] = (struct pollfd){-1, POLLIN, 9};
	set[3] = (struct pollfd){500, POLLIN, 0};
	check(poll(set, 4, 0) == 2 && !set[0].revents && set[1].revents == POLLOUT);
	check(set[2].revents == 0 && set[3].revents == POLLNVAL);
	check(poll(set, 1, 10) == 0 && write(p[1], "x", 1) == 1 && poll(set, 1, -1) == 1);
	FD_ZERO(&readable);
	FD_ZERO(&writable);
	FD_SET(p[0], &readable);
	FD_SET(p[1], &writable);
	check(select(p[1] + 1, &readable, &writable, NULL, &zero) == 2 && FD_ISSET(p[0], &readable));
	check(read(p[0], buffer, 1) == 1 && select(p[1] + 1, &readable, NULL, NULL, &zero) == 0);
	check(close(p[1]) == 0 && poll(set, 1, 0) == 1 && (set[0].revents & POLLHUP));
	close(p[0]);
}

int main(void)
{
	pipes();
	fifos();
	events();
	polling();
	return result();
}
