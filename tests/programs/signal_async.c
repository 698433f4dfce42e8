/* O_ASYNC, F_SETOWN and F_SETSIG: files that signal what happens to them. */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int detailed;
static sigset_t both;
static siginfo_t info;

/* next takes the next signal that waits, 0 if none does. */
static int next(void)
{
	struct timespec none = {0};
	int sig = sigtimedwait(&both, &info, &none);

	return sig < 0 ? 0 : sig;
}

static void forget(void)
{
	while (next())
		;
}

static void pipes(void)
{
	char byte = 0;
	int p[2];

	need(pipe(p) == 0);
	check(fcntl(p[0], F_GETOWN) == 0);
	check(fcntl(p[0], F_SETOWN, getpid()) == 0 && fcntl(p[0], F_GETOWN) == getpid());
	check(write(p[1], &byte, 1) == 1 && next() == 0);
	check(read(p[0], &byte, 1) == 1);
	check(fcntl(p[0], F_SETFL, O_ASYNC | O_NONBLOCK) == 0);
	check((fcntl(p[0], F_GETFL) & (O_ASYNC | O_NONBLOCK)) == (O_ASYNC | O_NONBLOCK));
	check(write(p[1], &byte, 1) == 1 && next() == SIGIO);
	check(info.si_code == SI_KERNEL);
	forget();
	check(read(p[0], &byte, 1) == 1);
	check(fcntl(p[0], F_SETSIG, detailed) == 0 && fcntl(p[0], F_GETSIG) == detailed);
	check(write(p[1], &byte, 1) == 1 && next() == detailed);
	check(info.si_code == POLL_IN && info.si_fd == p[0] && info.si_band == (POLLIN | POLLRDNORM));
	forget();
	check(fcntl(p[0], F_SETFL, 0) == 0 && read(p[0], &byte, 1) == 1);
	check(write(p[1], &byte, 1) == 1 && next() == 0);
	close(p[0]);
	close(p[1]);
}

static void sockets(void)
{
	struct f_owner_ex me = {.type = F_OWNER_TID, .pid = syscall(SYS_gettid)}, got;
	int s[2], on = 1;

	need(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
	check(fcntl(s[0], F_SETOWN_EX, &me) == 0);
	check(fcntl(s[0], F_GETOWN_EX, &got) == 0 && got.type == F_OWNER_TID && got.pid == me.pid);
	check(ioctl(s[0], FIOASYNC, &on) == 0 && fcntl(s[0], F_GETFL) & O_ASYNC);
	check(fcntl(s[0], F_SETSIG, detailed) == 0);
	check(send(s[1], "x", 1, 0) == 1 && next() == detailed);
	check(info.si_code == POLL_IN && info.si_fd == s[0]);
	forget();
	close(s[0]);
	check(send(s[1], "x", 1, MSG_NOSIGNAL) == -1 && next() == 0);
	close(s[1]);
}

static void others(void)
{
	int fd = open("/dev/null", O_RDONLY), on = 1;

	fails(fcntl(fd, F_SETSIG, 1000), EINVAL);
	fails(fcntl(fd, F_SETOWN, 0x7ffffff0), ESRCH);
	check(fcntl(fd, F_SETOWN, -getpgrp()) == 0);
	close(fd);
	fd = open("/proc/self/exe", O_RDONLY);
	fails(ioctl(fd, FIOASYNC, &on), ENOTTY);
	check(fcntl(fd, F_SETFL, O_ASYNC) == 0 && !(fcntl(fd, F_GETFL) & O_ASYNC));
	close(fd);
}

int main(void)
{
	detailed = SIGRTMIN + 1;
	sigemptyset(&both);
	sigaddset(&both, SIGIO);
	sigaddset(&both, detailed);
	need(sigprocmask(SIG_BLOCK, &both, NULL) == 0);
	pipes();
	sockets();
	others();
	return result();
}
