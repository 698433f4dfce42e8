/* sockets_classes.c: the traffic class of IPv6 datagrams, set, read back and received; packet sockets of an ordinary user. */
#include "check.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static int value(int fd, int name)
{
	int v = -99;
	socklen_t n = sizeof v;

	return getsockopt(fd, IPPROTO_IPV6, name, &v, &n) == 0 ? v : -99;
}

static int set(int fd, int name, int v)
{
	return setsockopt(fd, IPPROTO_IPV6, name, &v, sizeof v);
}

/* received gives the class that comes with a datagram of one byte; -1 without. */
static int received(int fd)
{
	union {
		struct cmsghdr head;
		char room[256];
	} control;
	char byte;
	struct iovec part = { &byte, 1 };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
	struct cmsghdr *c;
	int v;

	if (recvmsg(fd, &m, 0) != 1)
		return -2;
	for (c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c))
		if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_TCLASS && c->cmsg_len == CMSG_LEN(sizeof v)) {
			memcpy(&v, CMSG_DATA(c), sizeof v);
			return v;
		}
	return -1;
}

static void classes(void)
{
	int to = socket(AF_INET6, SOCK_DGRAM, 0), from = socket(AF_INET6, SOCK_DGRAM, 0);
	struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	socklen_t n = sizeof a;

	need(to >= 0 && from >= 0);
	if (bind(to, (void *)&a, n) != 0)
		absent("IPv6");
	need(getsockname(to, (void *)&a, &n) == 0 && connect(from, (void *)&a, n) == 0);
	check(value(from, IPV6_TCLASS) == 0 && value(to, IPV6_RECVTCLASS) == 0);
	check(send(from, "a", 1, 0) == 1 && received(to) == -1);
	check(set(to, IPV6_RECVTCLASS, 1) == 0 && value(to, IPV6_RECVTCLASS) == 1);
	check(send(from, "b", 1, 0) == 1 && received(to) == 0);
	check(set(from, IPV6_TCLASS, 0xb8) == 0 && value(from, IPV6_TCLASS) == 0xb8);
	check(send(from, "c", 1, 0) == 1 && received(to) == 0xb8);
	check(set(from, IPV6_TCLASS, -1) == 0 && value(from, IPV6_TCLASS) == 0);
	check(send(from, "d", 1, 0) == 1 && received(to) == 0);
	fails(set(from, IPV6_TCLASS, 256), EINVAL);
	fails(set(from, IPV6_TCLASS, -2), EINVAL);
	close(to), close(from);
}

static void packets(void)
{
	int pair[2];

	fails(socket(AF_PACKET, SOCK_RAW, 0), EPERM);
	fails(socket(AF_PACKET, SOCK_DGRAM, 0), EPERM);
	fails(socketpair(AF_PACKET, SOCK_RAW, 0, pair), EPERM);
}

int main(void)
{
	if (geteuid() == 0)
		need(setgid(65534) == 0 && setuid(65534) == 0);
	classes();
	packets();
	return result();
}
