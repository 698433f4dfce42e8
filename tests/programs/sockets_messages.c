/* Messages of sockets: no room, errors that come back, edges of a connect in progress, groups, records, time-outs. */
#include "check.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static char buf[100];

static int await(int fd, int events)
{
	struct pollfd p = { fd, events, 0 };

	return poll(&p, 1, 5000) == 1 ? p.revents : 0;
}

static int local(int type, struct sockaddr_in *a)
{
	socklen_t n = sizeof *a;
	int s = socket(AF_INET, type, 0);

	*a = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	need(bind(s, (void *)a, n) == 0 && getsockname(s, (void *)a, &n) == 0);
	return s;
}

/* receives without room for the bytes */
static void roomless(void)
{
	struct sockaddr_in a, from;
	int r = local(SOCK_DGRAM, &a), s = socket(AF_INET, SOCK_DGRAM, 0);
	struct iovec v = { 0, 0 };
	struct msghdr h = { .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &v, .msg_iovlen = 1 };

	need(sendto(s, "hello", 5, 0, (void *)&a, sizeof a) == 5 && await(r, POLLIN));
	check(recvmsg(r, &h, MSG_PEEK) == 0 && h.msg_flags == MSG_TRUNC && h.msg_namelen == sizeof from);
	h.msg_iovlen = 0;
	check(recvmsg(r, &h, MSG_PEEK | MSG_TRUNC) == 5 && h.msg_flags == MSG_TRUNC);
	check(recv(r, buf, 0, 0) == 0);
	fails(recv(r, buf, 1, MSG_DONTWAIT), EAGAIN);
	check(sendto(s, 0, 0, 0, (void *)&a, sizeof a) == 0 && await(r, POLLIN));
	check(recv(r, buf, 10, MSG_TRUNC) == 0);
	fails(recv(r, buf, 10, MSG_DONTWAIT | MSG_ERRQUEUE), EAGAIN);
	fails(recv(r, buf, 10, MSG_DONTWAIT | MSG_OOB), EAGAIN); /* as if there was no such flag */
	h.msg_iovlen = 1025;
	fails(recvmsg(r, &h, MSG_DONTWAIT), EMSGSIZE);
	close(r), close(s);
}

/* a connect to nobody, and one to somebody, that do not block: what poll and an edge of epoll say */
static void edges(void)
{
	struct sockaddr_in a;
	int l = local(SOCK_STREAM, &a), c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), e = epoll_create1(0), error = -1;
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET };
	socklen_t n = sizeof error;

	check(connect(c, (void *)&a, sizeof a) == -1 && (errno == EINPROGRESS || errno == ECONNREFUSED));
	if (errno == EINPROGRESS) { /* nobody listens */
		check(await(c, POLLIN | POLLOUT) == (POLLIN | POLLOUT | POLLERR | POLLHUP));
		check(getsockopt(c, SOL_SOCKET, SO_ERROR, &error, &n) == 0 && error == ECONNREFUSED);
	} else {
		check(await(c, POLLIN | POLLOUT) == (POLLOUT | POLLHUP));
		check(getsockopt(c, SOL_SOCKET, SO_ERROR, &error, &n) == 0 && error == 0);
	}
	check(getsockopt(c, SOL_SOCKET, SO_ERROR, &error, &n) == 0 && error == 0);
	close(c);
	need(listen(l, 5) == 0);
	c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	need(epoll_ctl(e, EPOLL_CTL_ADD, c, &ev) == 0);
	check(epoll_wait(e, &ev, 1, 0) == 1 && ev.events == (EPOLLOUT | EPOLLHUP));
	check(epoll_wait(e, &ev, 1, 0) == 0);
	check(connect(c, (void *)&a, sizeof a) == 0 || errno == EINPROGRESS);
	check(epoll_wait(e, &ev, 1, 5000) == 1 && ev.events == EPOLLOUT);
	check(epoll_wait(e, &ev, 1, 0) == 0);
	int s = accept(l, 0, 0);
	need(send(s, "x", 1, 0) == 1);
	check(epoll_wait(e, &ev, 1, 5000) == 1 && ev.events == (EPOLLIN | EPOLLOUT));
	check(epoll_wait(e, &ev, 1, 0) == 0);
	need(send(s, "y", 1, 0) == 1);
	check(epoll_wait(e, &ev, 1, 5000) == 1 && ev.events == (EPOLLIN | EPOLLOUT));
	need(shutdown(s, SHUT_WR) == 0);
	check(epoll_wait(e, &ev, 1, 5000) == 1 && ev.events == (EPOLLIN | EPOLLOUT | EPOLLRDHUP));
	check(read(c, buf, 10) == 2 && read(c, buf, 10) == 0);
	close(c), close(s), close(l), close(e);
}

/* a datagram to a port without socket comes back as an error of a connected socket */
static void refused(void)
{
	struct sockaddr_in a;
	int r = local(SOCK_DGRAM, &a), s = socket(AF_INET, SOCK_DGRAM, 0);

	need(connect(s, (void *)&a, sizeof a) == 0);
	close(r);
	check(send(s, "x", 1, 0) == 1);
	check(await(s, POLLIN) & POLLERR);
	fails(recv(s, buf, 1, 0), ECONNREFUSED);
	fails(recv(s, buf, 1, MSG_DONTWAIT), EAGAIN);
	fails(getpeername(s, (void *)&a, (socklen_t[]){ sizeof a }) ? -1 : shutdown(-1, 0), EBADF);
	a.sin_family = AF_UNSPEC;
	check(connect(s, (void *)&a, sizeof a) == 0);
	fails(send(s, "x", 1, 0), EDESTADDRREQ);
	close(s);
}

static void multicast(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET }, to;
	struct ip_mreqn m = { .imr_ifindex = 1 };
	int r = socket(AF_INET, SOCK_DGRAM, 0), s = socket(AF_INET, SOCK_DGRAM, 0);
	socklen_t n = sizeof a;

	need(inet_aton("239.1.2.3", &m.imr_multiaddr));
	need(bind(r, (void *)&a, n) == 0 && getsockname(r, (void *)&a, &n) == 0);
	check(setsockopt(r, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof m) == 0);
	check(setsockopt(s, IPPROTO_IP, IP_MULTICAST_IF, &m, sizeof m) == 0);
	to = a;
	to.sin_addr = m.imr_multiaddr;
	check(sendto(s, "all", 3, 0, (void *)&to, n) == 3);
	check(await(r, POLLIN) == POLLIN && recv(r, buf, 10, 0) == 3);
	check(setsockopt(r, IPPROTO_IP, IP_DROP_MEMBERSHIP, &m, sizeof m) == 0);
	fails(setsockopt(r, IPPROTO_IP, IP_DROP_MEMBERSHIP, &m, sizeof m), EADDRNOTAVAIL);
	close(r), close(s);
}

static void records(void)
{
	int s[2];
	struct iovec v = { buf, 3 };
	struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1 };

	need(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s) == 0);
	check(send(s[0], "first", 5, MSG_EOR) == 5 && send(s[0], "two", 3, 0) == 3 && send(s[0], "", 0, 0) == 0);
	check(recvmsg(s[1], &h, 0) == 3 && (h.msg_flags & MSG_TRUNC));
	check(recvmsg(s[1], &h, MSG_WAITALL) == 3 && !(h.msg_flags & MSG_TRUNC) && !memcmp(buf, "two", 3));
	check(recv(s[1], buf, 10, 0) == 0);
	fails(recv(s[1], buf, 10, MSG_DONTWAIT), EAGAIN);
	check(close(s[0]) == 0 && recv(s[1], buf, 10, 0) == 0);
	close(s[1]);
}

/* a blocking accept, receive, and a send into a full buffer give up after the socket's time */
static void timeouts(void)
{
	struct sockaddr_in a;
	struct timeval tv = { 0, 30000 };
	int l = local(SOCK_STREAM, &a), s[2], i = 0;
	static char big[100000];

	need(listen(l, 1) == 0 && setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv) == 0);
	fails(accept(l, 0, 0), EAGAIN);
	close(l);
	need(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0 && setsockopt(s[0], SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv) == 0);
	while (send(s[0], big, sizeof big, 0) > 0 && i < 100)
		i++;
	check(i > 0 && i < 100);
	fails(send(s[0], big, sizeof big, 0), EAGAIN);
	close(s[0]), close(s[1]);
}

/* SO_LINGER with no time resets; SO_RCVLOWAT holds a receive and poll back */
static void stream(void)
{
	struct sockaddr_in a;
	int l = local(SOCK_STREAM, &a), c = socket(AF_INET, SOCK_STREAM, 0), s, two = 3;
	struct linger lg = { 1, 0 };

	need(listen(l, 1) == 0 && connect(c, (void *)&a, sizeof a) == 0 && (s = accept(l, 0, 0)) >= 0);
	need(setsockopt(s, SOL_SOCKET, SO_RCVLOWAT, &two, sizeof two) == 0);
	need(send(c, "ab", 2, 0) == 2);
	usleep(20000);
	check(poll(&(struct pollfd){ s, POLLIN, 0 }, 1, 0) == 0);
	need(send(c, "c", 1, 0) == 1);
	check(await(s, POLLIN) == POLLIN && recv(s, buf, 10, 0) == 3);
	need(setsockopt(s, SOL_SOCKET, SO_LINGER, &lg, sizeof lg) == 0 && close(s) == 0);
	check((await(c, POLLIN) & (POLLIN | POLLERR | POLLHUP)) == (POLLIN | POLLERR | POLLHUP));
	fails(recv(c, buf, 1, 0), ECONNRESET);
	check(recv(c, buf, 1, 0) == 0);
	fails(send(c, "x", 1, MSG_NOSIGNAL), EPIPE);
	close(c), close(l);
}

int main(void)
{
	setvbuf(stdout, 0, _IOLBF, 0);
	roomless();
	edges();
	refused();
	multicast();
	records();
	timeouts();
	stream();
	return result();
}
