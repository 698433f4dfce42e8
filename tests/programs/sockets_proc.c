/* /proc/net tells of the sockets that a program has: by inode number, with addresses, states and queues. */
#include "check.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <linux/netlink.h>

static unsigned long inode(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_ino : 0;
}

/* row finds the line of a table whose word at a column is a number, and gives its words; 0 if there is none. */
static int row(const char *table, int column, unsigned long want, char *word[32])
{
	static char line[1024];
	char path[64], *p;
	FILE *f;

	snprintf(path, sizeof path, "/proc/net/%s", table);
	need(f = fopen(path, "r"));
	while (fgets(line, sizeof line, f)) {
		int n = 0;
		for (p = strtok(line, " \n"); p && n < 31; p = strtok(0, " \n"))
			word[n++] = p;
		word[n] = 0;
		if (n > column && strtoul(word[column], 0, 10) == want && want) {
			fclose(f);
			return n;
		}
	}
	fclose(f);
	return 0;
}

enum { LOCAL = 1, REMOTE, STATE, QUEUES, UID = 7, INODE = 9 };

static int is4(const char *word, struct sockaddr_in *a)
{
	unsigned address, port;

	return sscanf(word, "%8X:%4X", &address, &port) == 2 && address == a->sin_addr.s_addr && port == ntohs(a->sin_port);
}

static void inet4(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }, b = a, none = { 0 };
	int l = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0), s, u;
	socklen_t n = sizeof a;
	char *w[32], uid[16];

	snprintf(uid, sizeof uid, "%d", (int)getuid());
	need(bind(l, (void *)&a, n) == 0 && getsockname(l, (void *)&a, &n) == 0);
	check(!row("tcp", INODE, inode(l), w));
	need(listen(l, 3) == 0);
	check(row("tcp", INODE, inode(l), w) && is4(w[LOCAL], &a) && is4(w[REMOTE], &none) && !strcmp(w[STATE], "0A"));
	check(!strcmp(w[UID], uid) && !strcmp(w[QUEUES], "00000000:00000000"));
	need(connect(c, (void *)&a, n) == 0 && getsockname(c, (void *)&b, &n) == 0);
	need(poll(&(struct pollfd){ l, POLLIN, 0 }, 1, 5000) == 1);
	check(row("tcp", INODE, inode(l), w) && !strcmp(w[QUEUES], "00000000:00000001"));
	need((s = accept(l, 0, 0)) >= 0 && send(c, "hello", 5, 0) == 5);
	need(poll(&(struct pollfd){ s, POLLIN, 0 }, 1, 5000) == 1);
	check(row("tcp", INODE, inode(s), w) && is4(w[LOCAL], &a) && is4(w[REMOTE], &b) && !strcmp(w[STATE], "01"));
	check(!strcmp(w[QUEUES] + 9, "00000005"));
	check(row("tcp", INODE, inode(l), w) && !strcmp(w[QUEUES], "00000000:00000000"));
	need(shutdown(s, SHUT_WR) == 0 && poll(&(struct pollfd){ c, POLLIN, 0 }, 1, 5000) == 1);
	check(row("tcp", INODE, inode(c), w) && !strcmp(w[STATE], "08"));
	unsigned long gone = inode(c);
	close(c);
	check(!row("tcp", INODE, gone, w));
	u = socket(AF_INET, SOCK_DGRAM, 0);
	check(!row("udp", INODE, inode(u), w));
	a.sin_port = 0;
	need(bind(u, (void *)&a, n) == 0 && getsockname(u, (void *)&a, &n) == 0);
	check(row("udp", INODE, inode(u), w) && is4(w[LOCAL], &a) && !strcmp(w[STATE], "07"));
	need(connect(u, (void *)&a, n) == 0);
	check(row("udp", INODE, inode(u), w) && is4(w[REMOTE], &a) && !strcmp(w[STATE], "01"));
}

static void inet6(void)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int l = socket(AF_INET6, SOCK_STREAM, 0);
	socklen_t n = sizeof a;
	uint32_t part[4], mine[4];
	unsigned port;
	char *w[32];

	need(bind(l, (void *)&a, n) == 0 && listen(l, 1) == 0 && getsockname(l, (void *)&a, &n) == 0);
	memcpy(mine, &a.sin6_addr, sizeof mine);
	check(row("tcp6", INODE, inode(l), w) && !strcmp(w[STATE], "0A"));
	check(sscanf(w[LOCAL], "%8X%8X%8X%8X:%4X", &part[0], &part[1], &part[2], &part[3], &port) == 5);
	check(!memcmp(part, mine, sizeof mine) && port == ntohs(a.sin6_port));
}

static void local(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	socklen_t n = sizeof a;
	int l = socket(AF_UNIX, SOCK_SEQPACKET, 0), s[2];
	char *w[32], stream[8];

	snprintf(stream, sizeof stream, "%04X", SOCK_STREAM); /* MIPS numbers the types otherwise */
	check(row("unix", 6, inode(l), w) == 7 && !strcmp(w[3], "00000000") && !strcmp(w[4], "0005") && !strcmp(w[5], "01"));
	need(bind(l, (void *)&a, sizeof(sa_family_t)) == 0 && listen(l, 1) == 0 && getsockname(l, (void *)&a, &n) == 0);
	check(row("unix", 6, inode(l), w) == 8 && !strcmp(w[3], "00010000") && !strcmp(w[5], "01"));
	check(w[7][0] == '@' && !memcmp(w[7] + 1, a.sun_path + 1, n - offsetof(struct sockaddr_un, sun_path) - 1));
	need(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
	check(row("unix", 6, inode(s[1]), w) == 7 && !strcmp(w[4], stream) && !strcmp(w[5], "03"));
}

static void others(void)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK };
	socklen_t n = sizeof a;
	int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	char *w[32];

	need(bind(s, (void *)&a, n) == 0 && getsockname(s, (void *)&a, &n) == 0);
	check(row("netlink", 9, inode(s), w) == 10 && !strcmp(w[1], "0") && strtoul(w[2], 0, 10) == a.nl_pid);
	char name[16], line[512];
	FILE *f = fopen("/proc/net/dev", "r");
	int lo = 0, device = 0;
	while (f && fgets(line, sizeof line, f))
		lo += sscanf(line, " %15[^:]: %*d %*d", name) == 1 && !strcmp(name, "lo");
	check(lo == 1);
	f = fopen("/proc/net/if_inet6", "r");
	for (lo = 0; f && fgets(line, sizeof line, f);)
		lo += !strncmp(line, "00000000000000000000000000000001 ", 33) && sscanf(line + 33, "%x", &device) == 1 && device == 1;
	check(lo == 1);
	f = fopen("/proc/net/sockstat", "r");
	int used = 0;
	check(f && fscanf(f, "sockets: used %d", &used) == 1 && used >= 8);
}

int main(void)
{
	inet4();
	inet6();
	local();
	others();
	return result();
}
