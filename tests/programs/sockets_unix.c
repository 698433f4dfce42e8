/* AF_UNIX in one process: pairs, names, listening, messages with files and credentials, time-outs, readiness. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define SHOW(call) show(#call, (long)(call))

static void show(const char *what, long value)
{
	if (value < 0)
		printf("%s: %s\n", what, strerror(errno));
	else
		printf("%s: %ld\n", what, value);
}

static void ready(const char *what, int fd)
{
	struct pollfd p = { fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0 };
	int n = poll(&p, 1, 0);
	printf("%s: poll %d%s%s%s%s%s\n", what, n, p.revents & POLLIN ? " in" : "", p.revents & POLLOUT ? " out" : "",
	       p.revents & POLLHUP ? " hup" : "", p.revents & POLLERR ? " err" : "", p.revents & POLLRDHUP ? " rdhup" : "");
}

static void option(const char *what, int fd, int name)
{
	int v = -1;
	socklen_t n = sizeof v;
	if (getsockopt(fd, SOL_SOCKET, name, &v, &n) < 0)
		printf("%s: %s\n", what, strerror(errno));
	else
		printf("%s: %d in %d bytes\n", what, v, (int)n);
}

static socklen_t address(struct sockaddr_un *a, const char *name)
{
	memset(a, 0, sizeof *a);
	a->sun_family = AF_UNIX;
	if (name[0] == '@') {
		strcpy(a->sun_path + 1, name + 1);
		return offsetof(struct sockaddr_un, sun_path) + strlen(name);
	}
	strcpy(a->sun_path, name);
	return sizeof *a;
}

static void name(const char *what, int fd, int (*get)(int, struct sockaddr *, socklen_t *))
{
	struct sockaddr_un a = { 0 };
	socklen_t n = sizeof a;
	if (get(fd, (void *)&a, &n) < 0) {
		printf("%s: %s\n", what, strerror(errno));
		return;
	}
	printf("%s: family %d, %d bytes, \"%s\"\n", what, a.sun_family, (int)n,
	       n <= 2 ? "" : a.sun_path[0] ? a.sun_path : a.sun_path + 1);
}

static void pairs(void)
{
	int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET }, s[2];
	char buf[64];
	for (int i = 0; i < 3; i++) {
		SHOW(socketpair(AF_UNIX, types[i] | SOCK_CLOEXEC, 0, s));
		option("type is the constant", s[0], SO_DOMAIN);
		int t, own; socklen_t n = sizeof t;
		getsockopt(s[0], SOL_SOCKET, SO_TYPE, &t, &n);
		own = t == types[i];
		printf("own type: %d, cloexec %d, flags %d\n", own, fcntl(s[0], F_GETFD), fcntl(s[0], F_GETFL) & O_NONBLOCK);
		SHOW(write(s[0], "hello", 5));
		SHOW(send(s[0], "world", 5, MSG_NOSIGNAL));
		ready("reader", s[1]);
		SHOW(recv(s[1], buf, 3, MSG_PEEK));
		int q; SHOW(ioctl(s[1], FIONREAD, &q)); printf("unread %d\n", q);
		SHOW(read(s[1], buf, 7));
		SHOW(recv(s[1], buf, 64, MSG_DONTWAIT));
		SHOW(recv(s[1], buf, 64, MSG_DONTWAIT));
		SHOW(shutdown(s[0], SHUT_WR));
		ready("after shutdown", s[1]);
		SHOW(send(s[0], "x", 1, MSG_NOSIGNAL));
		SHOW(send(s[1], "back", 4, 0));
		SHOW(read(s[0], buf, 64));
		SHOW(close(s[0]));
		ready("after close", s[1]);
		SHOW(send(s[1], "x", 1, MSG_NOSIGNAL));
		SHOW(recv(s[1], buf, 64, MSG_DONTWAIT));
		close(s[1]);
	}
}

static void names(const char *path)
{
	struct sockaddr_un a;
	struct stat st;
	char buf[64];
	socklen_t n = address(&a, path);
	int l = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), s;
	SHOW(connect(c, (void *)&a, n));
	SHOW(listen(l, 5));
	SHOW(bind(l, (void *)&a, n));
	SHOW(bind(l, (void *)&a, n));
	SHOW(connect(c, (void *)&a, n));
	SHOW(listen(l, 0));
	if (path[0] != '@') {
		SHOW(stat(path, &st));
		printf("mode %o\n", st.st_mode);
		SHOW(open(path, O_RDWR));
	}
	SHOW(connect(c, (void *)&a, n));
	ready("listener", l);
	int d = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	SHOW(connect(d, (void *)&a, n));
	struct sockaddr_un peer;
	socklen_t m = sizeof peer;
	s = accept4(l, (void *)&peer, &m, SOCK_CLOEXEC);
	printf("accepted %d, peer has %d bytes\n", s >= 0, (int)m);
	name("accepted", s, getsockname);
	name("peer of client", c, getpeername);
	name("peer of accepted", s, getpeername);
	name("listener's peer", l, getpeername);
	option("listening", l, SO_ACCEPTCONN);
	SHOW(connect(d, (void *)&a, n));
	SHOW(write(c, "abc", 3));
	SHOW(recvfrom(s, buf, 64, 0, (void *)&peer, &m));
	SHOW(sendto(c, "x", 1, 0, (void *)&a, n));
	SHOW(close(l));
	SHOW(fcntl(c, F_GETFL) & O_NONBLOCK ? 1 : 0);
	SHOW(connect(socket(AF_UNIX, SOCK_DGRAM, 0), (void *)&a, n));
	SHOW(connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&a, n));
	unlink(path);
}

static void datagrams(void)
{
	struct sockaddr_un a, b, from;
	char buf[8];
	int x = socket(AF_UNIX, SOCK_DGRAM, 0), y = socket(AF_UNIX, SOCK_DGRAM, 0);
	socklen_t na = address(&a, "@muslrun-test-a"), nb = address(&b, "@muslrun-test-b"), nf = sizeof from;
	SHOW(bind(x, (void *)&a, na));
	SHOW(sendto(y, "nobody", 6, 0, (void *)&b, nb));
	SHOW(sendto(y, "unnamed", 7, 0, (void *)&a, na));
	SHOW(bind(y, (void *)&b, nb));
	SHOW(sendto(y, "a longer message", 16, 0, (void *)&a, na));
	memset(&from, 0, sizeof from);
	SHOW(recvfrom(x, buf, 8, 0, (void *)&from, &nf));
	printf("from %d bytes\n", (int)nf);
	struct iovec v[2] = { { buf, 3 }, { buf + 3, 5 } };
	struct msghdr h = { .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = v, .msg_iovlen = 2 };
	SHOW(recvmsg(x, &h, 0));
	printf("from %d bytes \"%s\", truncated %d: %.8s\n", (int)h.msg_namelen, from.sun_path + 1,
	       !!(h.msg_flags & MSG_TRUNC), buf);
	struct mmsghdr mm[3];
	memset(mm, 0, sizeof mm);
	for (int i = 0; i < 3; i++) {
		static struct iovec w[3];
		w[i].iov_base = "0123456789"; w[i].iov_len = i + 2;
		mm[i].msg_hdr.msg_name = &a; mm[i].msg_hdr.msg_namelen = na;
		mm[i].msg_hdr.msg_iov = &w[i]; mm[i].msg_hdr.msg_iovlen = 1;
	}
	SHOW(sendmmsg(y, mm, 3, 0));
	printf("lengths %d %d %d\n", mm[0].msg_len, mm[1].msg_len, mm[2].msg_len);
	char in[3][16];
	for (int i = 0; i < 3; i++) {
		static struct iovec w[3];
		w[i].iov_base = in[i]; w[i].iov_len = 16;
		memset(&mm[i], 0, sizeof mm[i]);
		mm[i].msg_hdr.msg_iov = &w[i]; mm[i].msg_hdr.msg_iovlen = 1;
	}
	struct timespec ts = { 5, 0 };
	SHOW(recvmmsg(x, mm, 2, MSG_WAITFORONE, &ts));
	SHOW(recvmmsg(x, mm, 3, MSG_WAITFORONE, 0));
	printf("lengths %d %d\n", mm[0].msg_len, mm[1].msg_len);
	struct timeval tv = { 0, 40000 };
	socklen_t n = sizeof tv;
	SHOW(setsockopt(x, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv));
	memset(&tv, 0, sizeof tv);
	SHOW(getsockopt(x, SOL_SOCKET, SO_RCVTIMEO, &tv, &n));
	printf("time-out %d.%06d\n", (int)tv.tv_sec, (int)tv.tv_usec);
	SHOW(recv(x, buf, 8, 0));
	SHOW(read(x, buf, 8));
	close(x);
	close(y);
}

static void rights(void)
{
	int s[2], p[2], one = 1;
	char buf[16], byte = 'f';
	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	SHOW(pipe(p));
	union { struct cmsghdr h; char room[256]; } u;
	struct iovec v = { &byte, 1 };
	struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = u.room, .msg_controllen = CMSG_SPACE(2 * sizeof(int)) };
	memset(&u, 0, sizeof u);
	struct cmsghdr *c = CMSG_FIRSTHDR(&h);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(2 * sizeof(int));
	memcpy(CMSG_DATA(c), (int[]){ p[1], s[0] }, 2 * sizeof(int));
	SHOW(sendmsg(s[0], &h, 0));
	close(p[1]);
	SHOW(setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &one, sizeof one));
	memset(&u, 0, sizeof u);
	v = (struct iovec){ buf, sizeof buf };
	h.msg_control = u.room;
	h.msg_controllen = sizeof u.room;
	SHOW(recvmsg(s[1], &h, MSG_CMSG_CLOEXEC));
	int fds[2] = { -1, -1 };
	for (c = CMSG_FIRSTHDR(&h); c; c = CMSG_NXTHDR(&h, c)) {
		printf("level is socket %d, type %d, data %d\n", c->cmsg_level == SOL_SOCKET, c->cmsg_type,
		       (int)(c->cmsg_len - CMSG_LEN(0)));
		if (c->cmsg_type == SCM_RIGHTS)
			memcpy(fds, CMSG_DATA(c), sizeof fds);
		if (c->cmsg_type == SCM_CREDENTIALS) {
			struct ucred cr;
			memcpy(&cr, CMSG_DATA(c), sizeof cr);
			printf("credentials: pid %d, uid %d\n", cr.pid == 0 || cr.pid == getpid(), cr.uid == getuid() || cr.uid == 65534);
		}
	}
	printf("cloexec %d, ctrunc %d\n", fcntl(fds[0], F_GETFD), !!(h.msg_flags & MSG_CTRUNC));
	SHOW(write(fds[0], "through the pipe", 16));
	SHOW(read(p[0], buf, 16));
	printf("%.16s\n", buf);
	SHOW(write(fds[1], "socket", 6));
	SHOW(read(s[1], buf, 16));
	h.msg_control = 0; h.msg_controllen = 0;
	v = (struct iovec){ &byte, 1 };
	SHOW(sendmsg(s[0], &h, 0));
	struct ucred cr = { 0 };
	socklen_t n = sizeof cr;
	SHOW(getsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &cr, &n));
	printf("peer: pid %d uid %d gid %d\n", cr.pid == getpid(), cr.uid == getuid(), cr.gid == getgid());
	/* a socket in its own queue */
	int t[2];
	socketpair(AF_UNIX, SOCK_DGRAM, 0, t);
	h.msg_control = u.room; h.msg_controllen = CMSG_SPACE(sizeof(int));
	memset(&u, 0, sizeof u);
	c = CMSG_FIRSTHDR(&h);
	c->cmsg_level = SOL_SOCKET; c->cmsg_type = SCM_RIGHTS; c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &t[1], sizeof(int));
	SHOW(sendmsg(t[0], &h, 0));
	close(t[1]);
	SHOW(close(t[0]));
	/* malformed */
	c->cmsg_len = 3;
	SHOW(sendmsg(s[0], &h, 0));
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), (int[]){ 999 }, sizeof(int));
	SHOW(sendmsg(s[0], &h, 0));
}

static void errors(void)
{
	int s = socket(AF_UNIX, SOCK_STREAM, 0), v = 1;
	struct sockaddr_un a;
	socklen_t n = address(&a, "@x");
	SHOW(socket(AF_UNIX, 77, 0));
	SHOW(socket(AF_UNIX, SOCK_STREAM, 9));
	SHOW(socket(99, SOCK_STREAM, 0));
	SHOW(socketpair(AF_INET, SOCK_STREAM, 0, (int[2]){ 0 }));
	SHOW(bind(0, (void *)&a, n));
	SHOW(bind(999, (void *)&a, n));
	SHOW(bind(s, (void *)&a, 1));
	SHOW(bind(s, (void *)-1, n));
	SHOW(accept(s, 0, 0));
	SHOW(shutdown(s, 9));
	SHOW(getsockopt(s, SOL_SOCKET, 9999, &v, &n));
	SHOW(setsockopt(s, SOL_SOCKET, SO_SNDBUF, &v, 2));
	SHOW(setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, &v, 4));
	option("keepalive", s, SO_KEEPALIVE);
	SHOW(setsockopt(s, SOL_SOCKET, SO_RCVBUF, (int[]){ 10000 }, 4));
	option("receive buffer", s, SO_RCVBUF);
	struct linger l = { 1, 7 };
	SHOW(setsockopt(s, SOL_SOCKET, SO_LINGER, &l, sizeof l));
	memset(&l, 0, sizeof l);
	n = sizeof l;
	SHOW(getsockopt(s, SOL_SOCKET, SO_LINGER, &l, &n));
	printf("linger %d %d\n", l.l_onoff, l.l_linger);
	SHOW(lseek(s, 0, SEEK_SET));
	struct stat st;
	fstat(s, &st);
	printf("mode %o\n", st.st_mode);
}

/* alone waits until no other run of this program uses its names, which all runs on one host share. */
static void alone(void)
{
	struct sockaddr_un a;
	socklen_t n = address(&a, "@muslrun-test-lock");
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	while (bind(s, (void *)&a, n) != 0 && errno == EADDRINUSE)
		usleep(10000);
}

int main(void)
{
	alone();
	signal(SIGPIPE, SIG_IGN);
	unlink("/tmp/muslrun-test.sock");
	pairs();
	names("/tmp/muslrun-test.sock");
	names("@muslrun-test");
	datagrams();
	rights();
	errors();
	return 0;
}
