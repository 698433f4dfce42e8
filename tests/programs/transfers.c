/* epoll, select, splice and its kin, locks: what programs with many files do.
 *
 * files: yes
 */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/time.h>
#include <unistd.h>

static char buffer[256];

static void epolls(void)
{
	int e = epoll_create1(EPOLL_CLOEXEC), outer = epoll_create1(0), p[2];
	struct epoll_event ev = {.events = EPOLLIN, .data = {.u64 = 0x123456789abcdef0}}, out[4] = {0};
	struct epoll_event edge = {.events = EPOLLIN | EPOLLET}, once = {.events = EPOLLIN | EPOLLONESHOT};

	need(e >= 0 && outer >= 0 && pipe(p) == 0);
	check(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &ev) == 0);
	fails(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &ev), EEXIST);
	fails(epoll_ctl(e, EPOLL_CTL_MOD, p[1], &ev), ENOENT);
	fails(epoll_ctl(e, EPOLL_CTL_ADD, e, &ev), EINVAL);
	fails(epoll_ctl(p[0], EPOLL_CTL_ADD, p[1], &ev), EINVAL);
	check(epoll_ctl(outer, EPOLL_CTL_ADD, e, &ev) == 0);
	fails(epoll_ctl(e, EPOLL_CTL_ADD, outer, &ev), ELOOP);
	check(epoll_wait(e, out, 4, 5) == 0);
	check(write(p[1], "xy", 2) == 2 && epoll_wait(outer, out, 4, -1) == 1);
	check(epoll_wait(e, out, 4, -1) == 1 && out[0].events == EPOLLIN && out[0].data.u64 == ev.data.u64);
	check(epoll_wait(e, out, 4, 0) == 1);
	check(epoll_ctl(e, EPOLL_CTL_MOD, p[0], &edge) == 0);
	check(epoll_wait(e, out, 4, 0) == 1 && epoll_wait(e, out, 4, 0) == 0);
	check(write(p[1], "z", 1) == 1 && epoll_wait(e, out, 4, 0) == 1);
	check(epoll_ctl(e, EPOLL_CTL_MOD, p[0], &once) == 0);
	check(epoll_wait(e, out, 4, 0) == 1 && write(p[1], "z", 1) == 1 && epoll_wait(e, out, 4, 0) == 0);
	check(close(p[0]) == 0 && epoll_wait(e, out, 4, 0) == 0);
	fails(epoll_wait(e, out, 0, 0), EINVAL);
	close(p[1]), close(e), close(outer);
}

static void selects(void)
{
	struct timeval tv = {0, 20000};
	fd_set in;
	int p[2];

	need(pipe(p) == 0);
	FD_ZERO(&in);
	FD_SET(p[0], &in);
	check(select(p[0] + 1, &in, 0, 0, &tv) == 0 && !FD_ISSET(p[0], &in));
	tv.tv_sec = 100;
	FD_SET(p[0], &in);
	check(write(p[1], "x", 1) == 1 && select(p[0] + 1, &in, 0, 0, &tv) == 1 && FD_ISSET(p[0], &in));
	close(p[0]), close(p[1]);
}

static void moves(void)
{
	int a = open("from", O_CREAT | O_RDWR | O_TRUNC, 0600), b = open("to", O_CREAT | O_RDWR | O_TRUNC, 0600), p[2], q[2];
	off_t at = 4, to = 2;

	need(a >= 0 && b >= 0 && pipe(p) == 0 && pipe(q) == 0 && write(a, "0123456789abcdef", 16) == 16);
	check(sendfile(b, a, &at, 6) == 6 && at == 10 && lseek(a, 0, SEEK_CUR) == 16);
	check(copy_file_range(a, &at, b, &to, 100, 0) == 6 && at == 16 && to == 8);
	check(pread(b, buffer, 100, 0) == 8 && !memcmp(buffer, "45abcdef", 8));
	at = to = 0;
	fails(copy_file_range(a, &at, a, &to, 4, 0), EINVAL);
	check(splice(a, &at, p[1], 0, 8, 0) == 8 && at == 8);
	fails(tee(p[0], p[1], 8, 0), EINVAL);
	check(tee(p[0], q[1], 4, 0) == 4 && read(q[0], buffer, 100) == 4 && !memcmp(buffer, "0123", 4));
	check(splice(p[0], 0, b, &to, 100, 0) == 8 && to == 8);
	check(pread(b, buffer, 100, 0) == 8 && !memcmp(buffer, "01234567", 8));
	fails(splice(p[0], 0, b, 0, 1, SPLICE_F_NONBLOCK), EAGAIN);
	fails(splice(a, 0, b, 0, 1, 0), EINVAL);
	fails(sendfile(b, p[0], 0, 1), EINVAL);
	close(p[0]), close(p[1]), close(q[0]), close(q[1]), close(a), close(b);
}

static void locks(void)
{
	int a = open("locked", O_CREAT | O_RDWR, 0600), b = open("locked", O_RDWR);
	struct flock mine = {.l_type = F_WRLCK, .l_start = 10, .l_len = 10}, theirs = {.l_type = F_RDLCK, .l_start = 15};

	need(a >= 0 && b >= 0);
	check(fcntl(a, F_SETLK, &mine) == 0 && fcntl(b, F_SETLK, &mine) == 0); /* one process */
	fails(fcntl(b, F_OFD_SETLK, &theirs), EAGAIN);
	check(fcntl(b, F_OFD_GETLK, &theirs) == 0 && theirs.l_type == F_WRLCK && theirs.l_start == 10);
	check(theirs.l_len == 10 && theirs.l_pid == getpid());
	mine.l_type = F_UNLCK, mine.l_start = 12, mine.l_len = 0;
	theirs.l_type = F_RDLCK, theirs.l_start = 12, theirs.l_pid = 0;
	check(fcntl(a, F_SETLK, &mine) == 0 && fcntl(b, F_OFD_SETLK, &theirs) == 0);
	check(flock(a, LOCK_EX) == 0);
	fails(flock(b, LOCK_SH | LOCK_NB), EAGAIN);
	check(flock(a, LOCK_UN) == 0 && flock(b, LOCK_SH | LOCK_NB) == 0);
	fails(flock(a, 77), EINVAL);
	close(a), close(b);
}

int main(void)
{
	epolls();
	selects();
	moves();
	locks();
	return result();
}
