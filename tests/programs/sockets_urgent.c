/* Out-of-band data of TCP: the mark, MSG_OOB, SO_OOBINLINE, POLLPRI, SIOCATMARK, SIGURG. */
#include "check.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static int in, out; /* the two ends */

static void connection(int family)
{
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in a4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr *a = family == AF_INET ? (void *)&a4 : (void *)&a6;
	socklen_t n = family == AF_INET ? sizeof a4 : sizeof a6;
	int l = socket(family, SOCK_STREAM, 0);

	need(bind(l, a, n) == 0 && listen(l, 1) == 0 && getsockname(l, a, &n) == 0);
	need((out = socket(family, SOCK_STREAM, 0)) >= 0 && connect(out, a, n) == 0);
	need((in = accept(l, 0, 0)) >= 0);
	close(l);
}

static void end(void)
{
	close(in);
	close(out);
}

static int at_mark(void)
{
	int v = -1;

	return ioctl(in, SIOCATMARK, &v) == 0 ? v : -1;
}

static int unread(void)
{
	int v = -1;

	return ioctl(in, FIONREAD, &v) == 0 ? v : -1;
}

/* ready waits for events, at most 5 seconds. */
static int ready(int events)
{
	struct pollfd p = { in, events, 0 };

	return poll(&p, 1, 5000) == 1 ? p.revents : 0;
}

/* gets reports whether a receive with flags gives the text. */
static int gets_(const char *want, int flags)
{
	char buf[32];
	ssize_t n = recv(in, buf, sizeof buf, flags);

	return n == (ssize_t)strlen(want) && !memcmp(buf, want, n);
}

static void abcXdef(void)
{
	need(send(out, "abc", 3, 0) == 3 && send(out, "X", 1, MSG_OOB) == 1 && send(out, "def", 3, 0) == 3);
	need(ready(POLLPRI) == POLLPRI);
	usleep(20000); /* for what comes after */
}

static void basics(void)
{
	fails(recv(in, &(char){ 0 }, 1, MSG_OOB), EINVAL);
	check(at_mark() == 0);
	abcXdef();
	check(at_mark() == 0 && unread() == 3);
	check(gets_("abc", MSG_PEEK));
	check(gets_("abc", 0));
	check(at_mark() == 1);
	check(gets_("X", MSG_OOB | MSG_PEEK));
	check(gets_("X", MSG_OOB));
	fails(recv(in, &(char){ 0 }, 1, MSG_OOB), EINVAL);
	check(poll(&(struct pollfd){ in, POLLPRI, 0 }, 1, 0) == 0);
	check(at_mark() == 1);
	check(gets_("def", 0));
	check(at_mark() == 0);
	/* the byte first, then what is before it */
	abcXdef();
	check(gets_("X", MSG_OOB));
	check(gets_("abc", 0));
	check(gets_("def", 0));
	/* nobody wants the byte */
	abcXdef();
	check(gets_("abc", 0));
	check(gets_("def", 0));
	fails(recv(in, &(char){ 0 }, 1, MSG_OOB), EINVAL);
	/* only the last byte is urgent */
	need(send(out, "12", 2, MSG_OOB) == 2 && ready(POLLPRI));
	check(gets_("1", 0));
	check(gets_("2", MSG_OOB));
	/* nothing but the byte: a plain receive has nothing */
	need(send(out, "Z", 1, MSG_OOB) == 1 && ready(POLLPRI));
	fails(recv(in, &(char){ 0 }, 1, MSG_DONTWAIT), EAGAIN);
	fails(recv(in, &(char){ 0 }, 1, MSG_OOB), EINVAL); /* which has passed over it */
	check(send(out, "end", 3, 0) == 3 && ready(POLLIN) == POLLIN && gets_("end", 0));
}

static void twice(void)
{
	need(send(out, "aX", 2, MSG_OOB) == 2 && ready(POLLPRI));
	need(send(out, "bY", 2, MSG_OOB) == 2);
	usleep(20000);
	check(gets_("aXb", 0)); /* the first byte is as any other now */
	check(gets_("Y", MSG_OOB));
}

static void inlined(void)
{
	int one = 1;

	need(setsockopt(in, SOL_SOCKET, SO_OOBINLINE, &one, sizeof one) == 0);
	abcXdef();
	check(gets_("abc", 0));
	check(at_mark() == 1);
	fails(recv(in, &(char){ 0 }, 1, MSG_OOB), EINVAL);
	check(gets_("Xdef", 0));
	check(at_mark() == 0);
}

static volatile sig_atomic_t urgent;

static void handler(int sig)
{
	urgent = sig;
}

static void signals(void)
{
	fd_set set;
	struct timeval tv = { 5, 0 };
	int i;

	signal(SIGURG, handler);
	need(fcntl(in, F_SETOWN, getpid()) == 0);
	check(fcntl(in, F_GETOWN) == getpid());
	need(send(out, "!", 1, MSG_OOB) == 1);
	for (i = 0; i < 5000 && !urgent; i++)
		usleep(1000);
	check(urgent == SIGURG);
	FD_ZERO(&set);
	FD_SET(in, &set);
	check(select(in + 1, 0, 0, &set, &tv) == 1 && FD_ISSET(in, &set));
	check(gets_("!", MSG_OOB));
}

int main(void)
{
	int families[] = { AF_INET, AF_INET6 };

	for (int i = 0; i < 2; i++) {
		connection(families[i]), basics(), end();
		connection(families[i]), twice(), end();
		connection(families[i]), inlined(), end();
		connection(families[i]), signals(), end();
		urgent = 0;
	}
	return result();
}
