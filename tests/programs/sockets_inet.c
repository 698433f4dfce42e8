/* AF_INET and AF_INET6 over loopback in one process: TCP, UDP, echo requests, options, errors, interfaces. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SHOW(call) show(#call, (long)(call))

static long show(const char *what, long value)
{
	if (value < 0)
		printf("%s: %s\n", what, strerror(errno));
	else
		printf("%s: %ld\n", what, value);
	return value;
}

static int ready(const char *what, int fd, int timeout)
{
	struct pollfd p = { fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0 };
	int n = poll(&p, 1, timeout);
	printf("%s: poll %d%s%s%s%s%s\n", what, n, p.revents & POLLIN ? " in" : "", p.revents & POLLOUT ? " out" : "",
	       p.revents & POLLHUP ? " hup" : "", p.revents & POLLERR ? " err" : "", p.revents & POLLRDHUP ? " rdhup" : "");
	return p.revents;
}

static void await(int fd, int events)
{
	struct pollfd p = { fd, events, 0 };
	poll(&p, 1, 2000);
}

static void option(const char *what, int fd, int level, int name)
{
	int v = 0;
	socklen_t n = sizeof v;
	if (getsockopt(fd, level, name, &v, &n) < 0)
		printf("%s: %s\n", what, strerror(errno));
	else if (level == SOL_SOCKET && name == SO_ERROR)
		printf("%s: %s\n", what, v ? strerror(v) : "none");
	else
		printf("%s: %d in %d bytes\n", what, v, (int)n);
}

static void set(const char *what, int fd, int level, int name, int v)
{
	if (setsockopt(fd, level, name, &v, sizeof v) < 0)
		printf("set %s: %s\n", what, strerror(errno));
	option(what, fd, level, name);
}

static socklen_t loopback(int family, struct sockaddr_storage *a, int port)
{
	memset(a, 0, sizeof *a);
	a->ss_family = family;
	if (family == AF_INET) {
		struct sockaddr_in *in = (void *)a;
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		in->sin_port = htons(port);
		return sizeof *in;
	}
	struct sockaddr_in6 *in = (void *)a;
	in->sin6_addr = in6addr_loopback;
	in->sin6_port = htons(port);
	return sizeof *in;
}

static int port_of(int fd)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof a;
	if (getsockname(fd, (void *)&a, &n) < 0)
		return -1;
	return ntohs(((struct sockaddr_in *)&a)->sin_port);
}

static void who(const char *what, int fd, int (*get)(int, struct sockaddr *, socklen_t *))
{
	struct sockaddr_storage a;
	socklen_t n = sizeof a;
	char host[64], port[16];
	memset(&a, 0, sizeof a);
	if (get(fd, (void *)&a, &n) < 0) {
		printf("%s: %s\n", what, strerror(errno));
		return;
	}
	getnameinfo((void *)&a, n, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
	printf("%s: family %d, %d bytes, %s, port %s\n", what, a.ss_family, (int)n, host, strcmp(port, "0") ? "given" : "0");
}

static void stream(int family)
{
	struct sockaddr_storage a;
	char buf[256];
	static char big[300000];
	int l = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), c, s, n;
	socklen_t len = loopback(family, &a, 0);
	who("unbound", l, getsockname);
	ready("new", l, 0);
	SHOW(bind(l, (void *)&a, len));
	SHOW(bind(l, (void *)&a, len));
	SHOW(accept(l, 0, 0));
	SHOW(listen(l, 3));
	who("listener", l, getsockname);
	option("accepting", l, SOL_SOCKET, SO_ACCEPTCONN);
	ready("idle", l, 0);
	len = loopback(family, &a, port_of(l));
	c = socket(family, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
	SHOW(send(c, "x", 1, MSG_NOSIGNAL));
	SHOW(recv(c, buf, 1, 0));
	who("unconnected", c, getpeername);
	n = connect(c, (void *)&a, len);
	printf("connect: %s\n", n == 0 || errno == EINPROGRESS ? "begun" : strerror(errno));
	await(c, POLLOUT);
	option("error", c, SOL_SOCKET, SO_ERROR);
	await(l, POLLIN);
	s = accept4(l, (void *)&a, &len, SOCK_NONBLOCK);
	printf("accepted %d, %d bytes, nonblock %d\n", s >= 0, (int)len, !!(fcntl(s, F_GETFL) & O_NONBLOCK));
	who("accepted", s, getpeername);
	ready("connection", s, 0);
	SHOW(recv(s, buf, 10, 0));
	SHOW(send(c, "hello, world", 12, 0));
	await(s, POLLIN);
	SHOW(ioctl(s, FIONREAD, &n));
	printf("unread %d\n", n);
	SHOW(recv(s, buf, 5, MSG_PEEK));
	SHOW(recv(s, buf, 5, 0));
	SHOW(read(s, buf + 5, 200));
	printf("%.12s\n", buf);
	/* much */
	fcntl(c, F_SETFL, 0);
	struct timeval tv = { 0, 40000 };
	SHOW(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv));
	fcntl(s, F_SETFL, 0);
	SHOW(recv(s, buf, 10, 0));
	long total = 0, sent = 0;
	fcntl(c, F_SETFL, O_NONBLOCK);
	for (int i = 0; i < 1000 && total < (long)sizeof big; i++) {
		if (sent < (long)sizeof big) {
			n = send(c, big + sent, sizeof big - sent, 0);
			if (n > 0)
				sent += n;
		}
		await(s, POLLIN);
		n = recv(s, buf, sizeof buf, MSG_DONTWAIT | MSG_TRUNC);
		static char sink[65536];
		if (n > 0)
			total += n;
		n = recv(s, sink, sizeof sink, MSG_DONTWAIT);
		if (n > 0)
			total += n;
	}
	printf("moved %ld of %ld\n", total, sent);
	SHOW(shutdown(c, SHUT_WR));
	await(s, POLLIN);
	ready("half closed", s, 0);
	SHOW(recv(s, buf, 10, 0));
	SHOW(send(c, "x", 1, MSG_NOSIGNAL));
	SHOW(send(s, "late", 4, 0));
	await(c, POLLIN);
	SHOW(recv(c, buf, 10, 0));
	SHOW(close(s));
	await(c, POLLHUP);
	ready("closed", c, 0);
	SHOW(recv(c, buf, 10, 0));
	SHOW(close(c));
	/* reset */
	len = loopback(family, &a, port_of(l));
	c = socket(family, SOCK_STREAM, 0);
	SHOW(connect(c, (void *)&a, len));
	SHOW(connect(c, (void *)&a, len));
	s = accept(l, 0, 0);
	struct linger lg = { 1, 0 };
	SHOW(setsockopt(s, SOL_SOCKET, SO_LINGER, &lg, sizeof lg));
	close(s);
	await(c, POLLIN);
	SHOW(recv(c, buf, 10, 0));
	SHOW(recv(c, buf, 10, 0));
	SHOW(send(c, "x", 1, MSG_NOSIGNAL));
	close(c);
	close(l);
	c = socket(family, SOCK_STREAM, 0);
	SHOW(connect(c, (void *)&a, len));
	close(c);
}

static void datagram(int family)
{
	struct sockaddr_storage a, b;
	char buf[64], control[256];
	int x = socket(family, SOCK_DGRAM, 0), y = socket(family, SOCK_DGRAM, 0), one = 1;
	socklen_t len = loopback(family, &a, 0), blen;
	SHOW(bind(x, (void *)&a, len));
	len = loopback(family, &a, port_of(x));
	ready("idle", x, 0);
	SHOW(send(y, "x", 1, 0));
	if (family == AF_INET)
		SHOW(setsockopt(x, IPPROTO_IP, IP_PKTINFO, &one, sizeof one)), setsockopt(x, IPPROTO_IP, IP_RECVTTL, &one, sizeof one);
	else
		SHOW(setsockopt(x, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof one));
	SHOW(setsockopt(x, SOL_SOCKET, SO_TIMESTAMP, &one, sizeof one));
	SHOW(sendto(y, "hello", 5, 0, (void *)&a, len));
	await(x, POLLIN);
	int n;
	SHOW(ioctl(x, FIONREAD, &n));
	printf("first %d\n", n);
	blen = sizeof b;
	SHOW(recvfrom(x, buf, 3, MSG_PEEK | MSG_TRUNC, (void *)&b, &blen));
	printf("from %d bytes\n", (int)blen);
	struct iovec v = { buf, 3 };
	struct msghdr h = { .msg_name = &b, .msg_namelen = sizeof b, .msg_iov = &v, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof control };
	SHOW(recvmsg(x, &h, 0));
	printf("truncated %d\n", !!(h.msg_flags & MSG_TRUNC));
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&h); c; c = CMSG_NXTHDR(&h, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo p;
			memcpy(&p, CMSG_DATA(c), sizeof p);
			printf("packet info: index %d, to %s\n", p.ipi_ifindex, inet_ntoa(p.ipi_addr));
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo p;
			memcpy(&p, CMSG_DATA(c), sizeof p);
			printf("packet info: index %d\n", p.ipi6_ifindex);
		} else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TTL) {
			int ttl;
			memcpy(&ttl, CMSG_DATA(c), sizeof ttl);
			printf("ttl %d\n", ttl);
		} else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMP) {
			struct timeval tv;
			memcpy(&tv, CMSG_DATA(c), sizeof tv);
			printf("stamp is now: %d\n", labs((long)(tv.tv_sec - time(0))) < 5);
		} else
			printf("level %d type %d\n", c->cmsg_level, c->cmsg_type);
	}
	SHOW(recv(x, buf, 10, MSG_DONTWAIT));
	SHOW(connect(y, (void *)&a, len));
	SHOW(send(y, "", 0, 0));
	await(x, POLLIN);
	SHOW(recv(x, buf, 10, 0));
	SHOW(send(y, "over", 4, 0));
	await(x, POLLIN);
	SHOW(read(x, buf, 10));
	who("peer", y, getpeername);
	close(x);
	SHOW(send(y, "nobody", 6, 0));
	usleep(20000);
	option("error", y, SOL_SOCKET, SO_ERROR);
	((struct sockaddr *)&a)->sa_family = AF_UNSPEC;
	SHOW(connect(y, (void *)&a, len));
	who("dissolved", y, getpeername);
	close(y);
}

static void options(void)
{
	int t = socket(AF_INET, SOCK_STREAM, 0), u = socket(AF_INET, SOCK_DGRAM, 0), v6 = socket(AF_INET6, SOCK_STREAM, 0);
	set("reuse", t, SOL_SOCKET, SO_REUSEADDR, 7);
	set("reuse port", t, SOL_SOCKET, SO_REUSEPORT, 1);
	set("keepalive", t, SOL_SOCKET, SO_KEEPALIVE, 1);
	set("broadcast", u, SOL_SOCKET, SO_BROADCAST, 1);
	set("nodelay", t, IPPROTO_TCP, TCP_NODELAY, 1);
	set("cork", t, IPPROTO_TCP, TCP_CORK, 1);
	set("idle", t, IPPROTO_TCP, TCP_KEEPIDLE, 33);
	set("interval", t, IPPROTO_TCP, TCP_KEEPINTVL, 44);
	set("count", t, IPPROTO_TCP, TCP_KEEPCNT, 5);
	set("bad count", t, IPPROTO_TCP, TCP_KEEPCNT, 500);
	set("syn count", t, IPPROTO_TCP, TCP_SYNCNT, 4);
	set("user time-out", t, IPPROTO_TCP, TCP_USER_TIMEOUT, 5000);
	option("idle by default", v6, IPPROTO_TCP, TCP_KEEPIDLE);
	set("ttl", u, IPPROTO_IP, IP_TTL, 99);
	set("bad ttl", u, IPPROTO_IP, IP_TTL, 999);
	set("tos", u, IPPROTO_IP, IP_TOS, 16);
	set("multicast ttl", u, IPPROTO_IP, IP_MULTICAST_TTL, 5);
	set("multicast loop", u, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
	set("discover", u, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
	set("v6 only", v6, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	set("hops", v6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 9);
	option("type", v6, SOL_SOCKET, SO_DOMAIN);
	option("protocol", t, SOL_SOCKET, SO_PROTOCOL);
	set("unknown", t, IPPROTO_TCP, 200, 1);
	set("of another protocol", u, IPPROTO_TCP, TCP_NODELAY, 1);
	set("of IPv6", t, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	struct ip_mreq m = { { htonl(0xe0000005) }, { htonl(INADDR_LOOPBACK) } };
	SHOW(setsockopt(u, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof m));
	SHOW(setsockopt(u, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof m));
	SHOW(setsockopt(u, IPPROTO_IP, IP_DROP_MEMBERSHIP, &m, sizeof m));
	SHOW(setsockopt(u, IPPROTO_IP, IP_DROP_MEMBERSHIP, &m, sizeof m));
	struct tcp_info info;
	socklen_t n = sizeof info;
	memset(&info, 0, sizeof info);
	SHOW(getsockopt(t, IPPROTO_TCP, TCP_INFO, &info, &n));
	printf("state %d\n", info.tcpi_state);
	char name[16] = "";
	n = sizeof name;
	SHOW(getsockopt(t, IPPROTO_TCP, TCP_CONGESTION, name, &n));
	printf("congestion control has a name: %d\n", name[0] != 0);
}

static void errors(void)
{
	struct sockaddr_storage a;
	socklen_t n = loopback(AF_INET, &a, 0);
	int t = socket(AF_INET, SOCK_STREAM, 0), u = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in *in = (void *)&a;
	SHOW(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
	SHOW(socket(AF_INET, SOCK_SEQPACKET, 0));
	SHOW(socket(AF_INET6, SOCK_DGRAM, IPPROTO_TCP));
	in->sin_addr.s_addr = htonl(0xc0000201);
	SHOW(bind(t, (void *)&a, n));
	SHOW(bind(t, (void *)&a, 4));
	in->sin_family = AF_INET6;
	SHOW(bind(t, (void *)&a, n));
	SHOW(listen(u, 1));
	SHOW(accept(u, 0, 0));
	SHOW(shutdown(t, SHUT_RD));
	SHOW(recv(t, &a, 1, MSG_OOB));
	static char huge[70000];
	n = loopback(AF_INET, &a, 9);
	SHOW(sendto(u, huge, sizeof huge, 0, (void *)&a, n));
	in->sin_port = 0;
	SHOW(sendto(u, huge, 1, 0, (void *)&a, n));
	in->sin_family = 99;
	SHOW(sendto(u, huge, 1, 0, (void *)&a, n));
	int x = socket(AF_INET, SOCK_STREAM, 0), y = socket(AF_INET, SOCK_STREAM, 0);
	n = loopback(AF_INET, &a, 0);
	SHOW(bind(x, (void *)&a, n));
	n = loopback(AF_INET, &a, port_of(x));
	SHOW(bind(y, (void *)&a, n));
}

static void dual(void)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6 };
	struct sockaddr_storage b;
	socklen_t n;
	int l = socket(AF_INET6, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0), s;
	SHOW(bind(l, (void *)&a, sizeof a));
	SHOW(listen(l, 1));
	n = loopback(AF_INET, &b, port_of(l));
	SHOW(connect(c, (void *)&b, n));
	s = accept(l, 0, 0);
	who("mapped", s, getpeername);
	close(s), close(l), close(c);
}

static void echo(void)
{
	struct sockaddr_storage a;
	socklen_t n = loopback(AF_INET, &a, 0);
	char buf[64] = { 0 };
	int s = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
	if (s < 0) {
		printf("echo is answered: 1\n");
		return;
	}
	struct icmphdr h = { .type = ICMP_ECHO };
	h.un.echo.sequence = htons(7);
	memcpy(buf, &h, sizeof h);
	sendto(s, buf, 16, 0, (void *)&a, n);
	await(s, POLLIN);
	int got = recv(s, buf, sizeof buf, MSG_DONTWAIT);
	memcpy(&h, buf, sizeof h);
	printf("echo is answered: %d\n", got == 16 && h.type == ICMP_ECHOREPLY && h.un.echo.sequence == htons(7));
}

static void interfaces(void)
{
	struct ifaddrs *list, *i;
	int lo4 = 0, lo6 = 0, links = 0;
	SHOW(getifaddrs(&list));
	for (i = list; i; i = i->ifa_next) {
		if (strcmp(i->ifa_name, "lo") || !i->ifa_addr)
			continue;
		if (i->ifa_addr->sa_family == AF_INET)
			lo4 = ((struct sockaddr_in *)i->ifa_addr)->sin_addr.s_addr == htonl(INADDR_LOOPBACK) &&
			      ((struct sockaddr_in *)i->ifa_netmask)->sin_addr.s_addr == htonl(0xff000000);
		if (i->ifa_addr->sa_family == AF_INET6)
			lo6 = 1;
		if (i->ifa_addr->sa_family == AF_PACKET)
			links = i->ifa_flags & IFF_LOOPBACK ? 1 : 0;
	}
	freeifaddrs(list);
	printf("lo: link %d, IPv4 %d, IPv6 %d\n", links, lo4, lo6);
	struct if_nameindex *names = if_nameindex();
	printf("first interface: %d %s\n", names[0].if_index, names[0].if_name);
	if_freenameindex(names);
	char name[IF_NAMESIZE];
	printf("index of lo %d, name of 1 %s\n", if_nametoindex("lo"), if_indextoname(1, name));
	struct ifreq r;
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	memset(&r, 0, sizeof r);
	strcpy(r.ifr_name, "lo");
	SHOW(ioctl(s, SIOCGIFADDR, &r));
	printf("address %s\n", inet_ntoa(((struct sockaddr_in *)&r.ifr_addr)->sin_addr));
	SHOW(ioctl(s, SIOCGIFFLAGS, &r));
	printf("flags %x\n", r.ifr_flags & 0xffff);
	SHOW(ioctl(s, SIOCGIFMTU, &r));
	printf("mtu %d\n", r.ifr_mtu);
	strcpy(r.ifr_name, "nothing");
	SHOW(ioctl(s, SIOCGIFINDEX, &r));
	char room[1024];
	struct ifconf c = { .ifc_len = sizeof room, .ifc_buf = room };
	SHOW(ioctl(s, SIOCGIFCONF, &c));
	printf("first of list %s\n", c.ifc_req[0].ifr_name);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, 0, _IOLBF, 0);
	puts("-- stream 4"), stream(AF_INET);
	puts("-- stream 6"), stream(AF_INET6);
	puts("-- datagram 4"), datagram(AF_INET);
	puts("-- datagram 6"), datagram(AF_INET6);
	puts("-- options"), options();
	puts("-- errors"), errors();
	puts("-- dual"), dual();
	puts("-- echo"), echo();
	puts("-- interfaces"), interfaces();
	return 0;
}
