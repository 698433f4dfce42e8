/* Which calls on pipes and sockets a signal interrupts, and which SA_RESTART starts again (signal(7)).
 *
 * run: plain
 * run: restart
 * run: stop
 */
#include "restart.h"
#include <sys/socket.h>
#include <sys/un.h>

static int fd, other;
static const struct timeval minute = {60, 0};
static struct sockaddr_un name = {AF_UNIX, ""};

static void fill(int to)
{
	fcntl(to, F_SETFL, O_NONBLOCK);
	while (write(to, page, sizeof page) > 0);
	fcntl(to, F_SETFL, 0);
}
static void full_pipe(void) { pipes(); fill(pair[1]); }
static void sockets(void) { need(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0); }
static void timed_sockets(void) { sockets(); setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &minute, sizeof minute); }
static void full_socket(void) { sockets(); fill(pair[1]); }
static void timed_full(void) { full_socket(); setsockopt(pair[1], SOL_SOCKET, SO_SNDTIMEO, &minute, sizeof minute); }
static void drain_all(void) { while (recv(pair[0], page, sizeof page, MSG_DONTWAIT) > 0); }

static void listener(void)
{
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	other = socket(AF_UNIX, SOCK_STREAM, 0);
	need(bind(fd, (void *)&name, sizeof(sa_family_t)) == 0); /* the kernel chooses a name */
	socklen_t size = sizeof name;
	need(getsockname(fd, (void *)&name, &size) == 0 && listen(fd, 0) == 0);
	pair[0] = size;
}
static void reach(void) { connect(other, (void *)&name, pair[0]); }
static void timed_listener(void) { listener(); setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &minute, sizeof minute); }
static void full_listener(void) { listener(); reach(); other = socket(AF_UNIX, SOCK_STREAM, 0); }
static void timed_reach(void) { full_listener(); setsockopt(other, SOL_SOCKET, SO_SNDTIMEO, &minute, sizeof minute); }
static void take(void) { accept(fd, 0, 0); }

#define CASES(X)                                                                      \
	X(read_pipe, pipes, feed, nothing, read(pair[0], page, 1))                           \
	X(write_pipe, full_pipe, drain, nothing, write(pair[1], page, 1))                    \
	X(recv, sockets, feed, nothing, recv(pair[0], page, 1, 0))                           \
	X(recv_timed, timed_sockets, feed, nothing, recv(pair[0], page, 1, 0))               \
	X(read_timed, timed_sockets, feed, nothing, read(pair[0], page, 1))                  \
	X(send, full_socket, drain_all, nothing, send(pair[1], page, 1, 0))                  \
	X(send_timed, timed_full, drain_all, nothing, send(pair[1], page, 1, 0))             \
	X(accept, listener, reach, nothing, accept(fd, 0, 0))                                \
	X(accept_timed, timed_listener, reach, nothing, accept(fd, 0, 0))                    \
	X(connect, full_listener, take, nothing, connect(other, (void *)&name, pair[0]))     \
	X(connect_timed, timed_reach, take, nothing, connect(other, (void *)&name, pair[0]))

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "plain";
	int stop = !strcmp(mode, "stop");
	pid_t sleeper;

	CASES(RUN)
	return result();
}
