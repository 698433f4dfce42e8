/* Sockets between processes: blocking echo, credentials of the peer, a descriptor that travels, SIGPIPE, backlog. */
#include "check.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int reap(pid_t pid)
{
	int status = -1;

	return waitpid(pid, &status, 0) == pid ? status : -1;
}

/* echo sends back what it gets, until the end. */
static void echo(int fd)
{
	char buf[5000];
	ssize_t n;

	while ((n = recv(fd, buf, sizeof buf, 0)) > 0)
		if (send(fd, buf, n, 0) != n)
			_exit(1);
	_exit(n < 0);
}

/* talk sends much, from one process, and reads it back in another. */
static void talk(int fd)
{
	static char out[100000], in[100000];
	int i;
	pid_t pid = fork();

	for (i = 0; i < (int)sizeof out; i++)
		out[i] = i * 7;
	if (pid == 0) {
		i = send(fd, out, sizeof out, 0) != sizeof out;
		shutdown(fd, SHUT_WR);
		_exit(i);
	}
	check(recv(fd, in, sizeof in, MSG_WAITALL) == sizeof in);
	check(!memcmp(in, out, sizeof in));
	check(recv(fd, in, 1, 0) == 0);
	check(reap(pid) == 0);
}

static void pair(void)
{
	int s[2];
	pid_t pid;

	need(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
	if ((pid = fork()) == 0) {
		close(s[0]);
		echo(s[1]);
	}
	close(s[1]);
	talk(s[0]);
	close(s[0]);
	check(reap(pid) == 0);
}

static void inet(int family)
{
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in a4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr *a = family == AF_INET ? (void *)&a4 : (void *)&a6;
	socklen_t n = family == AF_INET ? sizeof a4 : sizeof a6;
	int l = socket(family, SOCK_STREAM, 0), c;
	pid_t pid;

	need(l >= 0 && bind(l, a, n) == 0 && listen(l, 2) == 0 && getsockname(l, a, &n) == 0);
	if ((pid = fork()) == 0)
		echo(accept(l, 0, 0));
	close(l);
	c = socket(family, SOCK_STREAM, 0);
	check(connect(c, a, n) == 0);
	talk(c);
	close(c);
	check(reap(pid) == 0);
}

/* a listener whose backlog is full has connect wait */
static void backlog(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	socklen_t n = sizeof a;
	int l = socket(AF_UNIX, SOCK_STREAM, 0), c, first;
	struct ucred cr = { 0 };
	socklen_t size = sizeof cr;
	pid_t pid;

	need(bind(l, (void *)&a, sizeof(sa_family_t)) == 0 && getsockname(l, (void *)&a, &n) == 0 && listen(l, 0) == 0);
	first = socket(AF_UNIX, SOCK_STREAM, 0);
	check(connect(first, (void *)&a, n) == 0);
	if ((pid = fork()) == 0) {
		c = socket(AF_UNIX, SOCK_STREAM, 0);
		if (connect(c, (void *)&a, n) == 0)
			write(c, "in", 2);
		pause();
	}
	usleep(20000);
	c = accept(l, 0, 0);
	close(c);
	c = accept(l, 0, 0);
	check(getsockopt(c, SOL_SOCKET, SO_PEERCRED, &cr, &size) == 0 && cr.pid == pid && cr.uid == getuid());
	char buf[8];
	check(read(c, buf, 8) == 2);
	kill(pid, SIGKILL);
	check(WTERMSIG(reap(pid)) == SIGKILL);
	check(read(c, buf, 8) == 0);
	close(c);
	close(l);
}

/* a descriptor goes to another process, which writes through it after the sender has closed its own */
static void travel(void)
{
	int s[2], p[2];
	char byte = 1, buf[16];
	union { struct cmsghdr h; char room[CMSG_SPACE(sizeof(int))]; } u = { 0 };
	struct iovec v = { &byte, 1 };
	struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = u.room, .msg_controllen = sizeof u.room };
	struct cmsghdr *c = CMSG_FIRSTHDR(&h);
	pid_t pid;

	need(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s) == 0 && pipe(p) == 0);
	if ((pid = fork()) == 0) {
		int fd = -1;
		close(p[0]);
		close(p[1]);
		if (recvmsg(s[1], &h, 0) != 1 || c->cmsg_type != SCM_RIGHTS)
			_exit(1);
		memcpy(&fd, CMSG_DATA(c), sizeof fd);
		_exit(write(fd, "from afar", 9) != 9);
	}
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &p[1], sizeof(int));
	check(sendmsg(s[0], &h, 0) == 1);
	close(p[1]);
	check(read(p[0], buf, sizeof buf) == 9 && !memcmp(buf, "from afar", 9));
	check(read(p[0], buf, sizeof buf) == 0);
	check(reap(pid) == 0);
}

static void handler(int sig) { (void)sig; }

static void signals(void)
{
	int s[2];
	pid_t pid;
	struct sigaction act = { .sa_handler = handler };

	need(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
	close(s[1]);
	if ((pid = fork()) == 0) {
		send(s[0], "x", 1, 0);
		_exit(0);
	}
	check(WTERMSIG(reap(pid)) == SIGPIPE);
	if ((pid = fork()) == 0) {
		write(s[0], "x", 1);
		_exit(0);
	}
	check(WTERMSIG(reap(pid)) == SIGPIPE);
	fails(send(s[0], "x", 1, MSG_NOSIGNAL), EPIPE);
	need(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s) == 0);
	close(s[1]);
	fails(write(s[0], "x", 1), EPIPE);
	/* a blocked receive: EINTR without SA_RESTART, and with a time-out even with it */
	need(socketpair(AF_UNIX, SOCK_DGRAM, 0, s) == 0);
	sigaction(SIGALRM, &act, 0);
	char byte;
	ualarm(20000, 20000);
	fails(recv(s[0], &byte, 1, 0), EINTR);
	act.sa_flags = SA_RESTART;
	sigaction(SIGALRM, &act, 0);
	struct timeval tv = { 5, 0 };
	check(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv) == 0);
	fails(recv(s[0], &byte, 1, 0), EINTR);
	ualarm(0, 0);
	tv.tv_sec = 0;
	check(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv) == 0);
	if ((pid = fork()) == 0) {
		usleep(60000);
		_exit(send(s[1], "!", 1, 0) != 1);
	}
	ualarm(20000, 20000);
	check(recv(s[0], &byte, 1, 0) == 1 && byte == '!');
	ualarm(0, 0);
	check(reap(pid) == 0);
}

int main(void)
{
	setvbuf(stdout, 0, _IONBF, 0);
	pair();
	inet(AF_INET);
	inet(AF_INET6);
	backlog();
	travel();
	signals();
	return result();
}
