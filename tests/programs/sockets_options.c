/* Options of sockets: their values at first, sizes, errors, what connections inherit; groups of netlink. */
#include "check.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/netlink.h>

static int value(int fd, int level, int name)
{
	int v = -99;
	socklen_t n = sizeof v;

	return getsockopt(fd, level, name, &v, &n) == 0 ? v : -99;
}

static int set(int fd, int level, int name, int v)
{
	return setsockopt(fd, level, name, &v, sizeof v);
}

/* put reports whether an option takes a value and gives it back. */
static int put(int fd, int level, int name, int v)
{
	return set(fd, level, name, v) == 0 && value(fd, level, name) == v;
}

static void firsts(void)
{
	int t = socket(AF_INET, SOCK_STREAM, 0), u = socket(AF_INET, SOCK_DGRAM, 0), s = socket(AF_INET6, SOCK_DGRAM, 0);
	struct ucred cred = { 1, 1, 1 };
	socklen_t n = sizeof cred;

	check(value(t, IPPROTO_TCP, TCP_NODELAY) == 0 && value(t, IPPROTO_TCP, TCP_KEEPIDLE) == 7200);
	check(value(t, IPPROTO_TCP, TCP_KEEPINTVL) == 75 && value(t, IPPROTO_TCP, TCP_KEEPCNT) == 9);
	check(value(t, IPPROTO_TCP, TCP_SYNCNT) == 6 && value(t, IPPROTO_TCP, TCP_LINGER2) == 60);
	check(value(u, IPPROTO_IP, IP_TTL) == 64 && value(u, IPPROTO_IP, IP_MULTICAST_TTL) == 1);
	check(value(u, IPPROTO_IP, IP_MULTICAST_LOOP) == 1 && value(u, IPPROTO_IP, IP_MTU_DISCOVER) == IP_PMTUDISC_WANT);
	check(value(s, IPPROTO_IPV6, IPV6_UNICAST_HOPS) == 64 && value(s, IPPROTO_IPV6, IPV6_MULTICAST_HOPS) == 1);
	check(value(s, IPPROTO_IPV6, IPV6_V6ONLY) == 0 && value(s, IPPROTO_IPV6, IPV6_MULTICAST_IF) == 0);
	check(value(t, SOL_SOCKET, SO_RCVLOWAT) == 1 && value(t, SOL_SOCKET, SO_SNDLOWAT) == 1);
	check(value(t, SOL_SOCKET, SO_MAX_PACING_RATE) == -1 && value(t, SOL_SOCKET, SO_INCOMING_CPU) == -1);
	check(value(t, SOL_SOCKET, SO_BPF_EXTENSIONS) == 64 && value(t, SOL_SOCKET, SO_PRIORITY) == 0);
	check(getsockopt(t, SOL_SOCKET, SO_PEERCRED, &cred, &n) == 0 && n == sizeof cred);
	check(cred.pid == 0 && cred.uid == (uid_t)-1 && cred.gid == (gid_t)-1);
	fails(set(t, SOL_SOCKET, SO_DETACH_FILTER, 1), ENOENT);
	close(t), close(u), close(s);
}

static void kept(void)
{
	int t = socket(AF_INET, SOCK_STREAM, 0), u = socket(AF_INET, SOCK_DGRAM, 0), s = socket(AF_INET6, SOCK_DGRAM, 0);

	check(put(t, IPPROTO_TCP, TCP_NODELAY, 1) && put(t, IPPROTO_TCP, TCP_NODELAY, 0));
	check(put(t, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 12345));
	check(put(u, IPPROTO_IP, IP_RECVOPTS, 1) && put(u, IPPROTO_IP, IP_RECVTOS, 1) && put(u, IPPROTO_IP, IP_FREEBIND, 1));
	check(put(s, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) && put(s, IPPROTO_IPV6, IPV6_RECVTCLASS, 1));
	check(put(s, IPPROTO_IPV6, IPV6_RECVRTHDR, 1) && put(s, IPPROTO_IPV6, IPV6_DONTFRAG, 1));
	check(put(s, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 7) && set(s, IPPROTO_IPV6, IPV6_UNICAST_HOPS, -1) == 0);
	check(value(s, IPPROTO_IPV6, IPV6_UNICAST_HOPS) == 64);
	check(put(t, SOL_SOCKET, SO_PRIORITY, 6) && put(t, SOL_SOCKET, SO_RCVLOWAT, 10));
	check(set(t, SOL_SOCKET, SO_RCVLOWAT, 0) == 0 && value(t, SOL_SOCKET, SO_RCVLOWAT) == 1);
	check(set(t, SOL_SOCKET, SO_SNDBUF, 5000) == 0 && value(t, SOL_SOCKET, SO_SNDBUF) == 10000);
	check(set(t, SOL_SOCKET, SO_RCVBUF, 0) == 0 && value(t, SOL_SOCKET, SO_RCVBUF) > 1000);
	fails(set(u, IPPROTO_IP, IP_TTL, 256), EINVAL);
	fails(set(u, IPPROTO_IP, IP_TTL, 0), EINVAL);
	fails(set(u, IPPROTO_IP, IP_MULTICAST_TTL, 256), EINVAL);
	fails(set(t, IPPROTO_TCP, TCP_KEEPIDLE, 0), EINVAL);
	fails(set(t, IPPROTO_TCP, TCP_KEEPCNT, 128), EINVAL);
	fails(set(t, SOL_SOCKET, SO_TYPE, 1), ENOPROTOOPT);
	fails(set(t, SOL_SOCKET, SO_ACCEPTCONN, 1), ENOPROTOOPT);
	close(t), close(u), close(s);
}

/* levels: an option of a level that is not the socket's own */
static void levels(void)
{
	int t = socket(AF_INET, SOCK_STREAM, 0), u6 = socket(AF_INET6, SOCK_DGRAM, 0), l = socket(AF_UNIX, SOCK_STREAM, 0);
	char buf[4];
	socklen_t n = sizeof buf;

	fails(getsockopt(t, IPPROTO_IPV6, IPV6_V6ONLY, buf, &n), EOPNOTSUPP);
	fails(getsockopt(t, IPPROTO_UDP, 1, buf, &n), EOPNOTSUPP);
	fails(getsockopt(u6, IPPROTO_TCP, TCP_NODELAY, buf, &n), ENOPROTOOPT);
	fails(set(u6, IPPROTO_TCP, TCP_NODELAY, 1), ENOPROTOOPT);
	check(put(u6, IPPROTO_IP, IP_TTL, 9));
	fails(getsockopt(l, IPPROTO_TCP, TCP_NODELAY, buf, &n), EOPNOTSUPP);
	fails(set(l, IPPROTO_TCP, TCP_NODELAY, 1), EOPNOTSUPP);
	close(t), close(u6), close(l);
}

/* sizes: values are cut to the room, and what is too short is refused */
static void sizes(void)
{
	int t = socket(AF_INET, SOCK_STREAM, 0);
	unsigned char buf[300];
	struct linger l = { 1, 5 };
	socklen_t n;

	n = 1;
	check(getsockopt(t, IPPROTO_IP, IP_TTL, buf, &n) == 0 && n == 1 && buf[0] == 64);
	n = 0;
	check(getsockopt(t, SOL_SOCKET, SO_TYPE, buf, &n) == 0 && n == 0);
	n = sizeof buf;
	check(getsockopt(t, SOL_SOCKET, SO_TYPE, buf, &n) == 0 && n == 4);
	n = -1;
	fails(getsockopt(t, SOL_SOCKET, SO_TYPE, buf, &n), EINVAL);
	check(setsockopt(t, SOL_SOCKET, SO_LINGER, &l, sizeof l) == 0);
	n = 4;
	check(getsockopt(t, SOL_SOCKET, SO_LINGER, buf, &n) == 0 && n == 4);
	fails(setsockopt(t, SOL_SOCKET, SO_LINGER, &l, 4), EINVAL);
	fails(setsockopt(t, SOL_SOCKET, SO_KEEPALIVE, &l, 3), EINVAL);
	check(setsockopt(t, IPPROTO_IP, IP_TTL, "\x21", 1) == 0 && value(t, IPPROTO_IP, IP_TTL) == 0x21);
	fails(setsockopt(t, SOL_SOCKET, SO_KEEPALIVE, (void *)-1, 4), EFAULT);
	n = 4;
	fails(getsockopt(t, SOL_SOCKET, SO_TYPE, (void *)-1, &n), EFAULT);
	n = 16;
	check(getsockopt(t, IPPROTO_TCP, TCP_INFO, buf, &n) == 0 && n == 16);
	n = 3;
	check(getsockopt(t, IPPROTO_TCP, TCP_CONGESTION, buf, &n) == 0 && n == 3);
	close(t);
}

static void inherits(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int l = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0), s;
	socklen_t n = sizeof a;
	struct linger lg = { 1, 3 };
	struct timeval tv = { 2, 0 };

	check(put(l, IPPROTO_TCP, TCP_NODELAY, 1) && put(l, IPPROTO_TCP, TCP_KEEPIDLE, 100));
	check(put(l, SOL_SOCKET, SO_KEEPALIVE, 1) && put(l, SOL_SOCKET, SO_OOBINLINE, 1) && put(l, IPPROTO_IP, IP_TOS, 16));
	check(setsockopt(l, SOL_SOCKET, SO_LINGER, &lg, sizeof lg) == 0);
	check(setsockopt(l, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv) == 0);
	need(bind(l, (void *)&a, n) == 0 && listen(l, 1) == 0 && getsockname(l, (void *)&a, &n) == 0);
	need(connect(c, (void *)&a, n) == 0 && (s = accept(l, 0, 0)) >= 0);
	check(value(s, IPPROTO_TCP, TCP_NODELAY) == 1 && value(s, IPPROTO_TCP, TCP_KEEPIDLE) == 100);
	check(value(s, SOL_SOCKET, SO_KEEPALIVE) == 1 && value(s, SOL_SOCKET, SO_OOBINLINE) == 1);
	check(value(s, IPPROTO_IP, IP_TOS) == 16 && value(s, SOL_SOCKET, SO_ACCEPTCONN) == 0);
	n = sizeof lg;
	check(getsockopt(s, SOL_SOCKET, SO_LINGER, &lg, &n) == 0 && lg.l_onoff == 1 && lg.l_linger == 3);
	n = sizeof tv;
	check(getsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &tv, &n) == 0 && tv.tv_sec == 2);
	close(s), close(c), close(l);
}

static void groups(void)
{
	int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	struct sockaddr_nl a = { 0 };
	socklen_t n = sizeof a;

	check(set(s, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 1) == 0 && set(s, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 5) == 0);
	check(getsockname(s, (void *)&a, &n) == 0 && a.nl_groups == 0x11);
	check(set(s, SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, 1) == 0);
	n = sizeof a;
	check(getsockname(s, (void *)&a, &n) == 0 && a.nl_groups == 0x10);
	fails(set(s, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 0), EINVAL);
	check(put(s, SOL_NETLINK, NETLINK_EXT_ACK, 1) && put(s, SOL_NETLINK, NETLINK_NO_ENOBUFS, 1));
	close(s);
}

int main(void)
{
	firsts();
	kept();
	levels();
	sizes();
	inherits();
	groups();
	return result();
}
