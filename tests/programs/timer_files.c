/* timerfd and signalfd: reading, polling, inheriting. */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct timespec ms(long n)
{
	return (struct timespec){n / 1000, n % 1000 * 1000000};
}

static long to_ms(struct timespec t)
{
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int arm(int fd, long value, long interval, struct itimerspec *old)
{
	struct itimerspec its = {.it_value = ms(value), .it_interval = ms(interval)};

	return timerfd_settime(fd, 0, &its, old);
}

static void timers(void)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), other = open("/dev/null", O_RDONLY);
	struct itimerspec its = {0}, old;
	struct timespec pause = ms(55);
	uint64_t n = 0;
	struct pollfd p = {fd, POLLIN, 0};

	need(fd >= 0 && other >= 0);
	check(fcntl(fd, F_GETFD) == FD_CLOEXEC && (fcntl(fd, F_GETFL) & O_NONBLOCK));
	fails(read(fd, &n, 8), EAGAIN);
	fails(read(fd, &n, 7), EINVAL);
	fails(write(fd, &n, 8), EINVAL);
	check(timerfd_gettime(fd, &old) == 0 && to_ms(old.it_value) == 0 && poll(&p, 1, 0) == 0);
	check(arm(fd, 10, 0, NULL) == 0 && poll(&p, 1, 2000) == 1 && p.revents == POLLIN);
	check(read(fd, &n, 8) == 8 && n == 1 && poll(&p, 1, 20) == 0);
	check(arm(fd, 10, 10, NULL) == 0 && nanosleep(&pause, NULL) == 0);
	check(read(fd, &n, 8) == 8 && n >= 3 && n < 100);
	check(poll(&p, 1, 2000) == 1 && read(fd, &n, 8) == 8 && n >= 1);
	check(arm(fd, 5000, 300, &old) == 0 && to_ms(old.it_interval) == 10 && to_ms(old.it_value) <= 10);
	check(timerfd_gettime(fd, &old) == 0 && to_ms(old.it_interval) == 300);
	check(to_ms(old.it_value) > 4000 && to_ms(old.it_value) <= 5000);
	fails(read(fd, &n, 8), EAGAIN);
	clock_gettime(CLOCK_MONOTONIC, &its.it_value);
	check(timerfd_settime(fd, TFD_TIMER_ABSTIME, &its, NULL) == 0 && read(fd, &n, 8) == 8 && n == 1);
	its.it_value.tv_nsec = 1000000000;
	fails(timerfd_settime(fd, 0, &its, NULL), EINVAL);
	fails(timerfd_settime(fd, 99, &(struct itimerspec){0}, NULL), EINVAL);
	fails(timerfd_settime(other, 0, &(struct itimerspec){0}, NULL), EINVAL);
	fails(timerfd_settime(500, 0, &(struct itimerspec){0}, NULL), EBADF);
	fails(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0), EINVAL);
	fails(timerfd_create(CLOCK_MONOTONIC, 1), EINVAL);
	check(fcntl(fd, F_SETFL, 0) == 0 && arm(fd, 20, 0, NULL) == 0 && read(fd, &n, 8) == 8 && n == 1);
	close(fd);
	close(other);
}

static void watched(void)
{
	struct epoll_event e = {.events = EPOLLIN | EPOLLET, .data.u32 = 7};
	int fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK), ep = epoll_create1(0);
	uint64_t n;

	need(fd >= 0 && ep >= 0 && epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e) == 0);
	check(epoll_wait(ep, &e, 1, 0) == 0 && arm(fd, 10, 0, NULL) == 0);
	check(epoll_wait(ep, &e, 1, 2000) == 1 && e.data.u32 == 7 && epoll_wait(ep, &e, 1, 0) == 0);
	check(read(fd, &n, 8) == 8 && n == 1);
	close(fd);
	close(ep);
}

static void signals(void)
{
	struct signalfd_siginfo in[4];
	struct pollfd p;
	union sigval value = {.sival_int = 4711};
	sigset_t set;
	pid_t child;
	int fd, s;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN + 1);
	sigaddset(&set, SIGCHLD);
	need(sigprocmask(SIG_BLOCK, &set, NULL) == 0 && (fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC)) >= 0);
	p = (struct pollfd){fd, POLLIN, 0};
	fails(read(fd, in, sizeof in), EAGAIN);
	fails(read(fd, in, sizeof in[0] - 1), EINVAL);
	check(sizeof in[0] == 128 && poll(&p, 1, 0) == 0);
	check(kill(getpid(), SIGUSR1) == 0 && poll(&p, 1, 0) == 1 && p.revents == POLLIN);
	check(kill(getpid(), SIGUSR1) == 0 && sigqueue(getpid(), SIGRTMIN + 1, value) == 0);
	value.sival_int = 4712;
	check(sigqueue(getpid(), SIGRTMIN + 1, value) == 0 && read(fd, in, sizeof in) == 3 * 128);
	check(in[0].ssi_signo == SIGUSR1 && in[0].ssi_code == SI_USER && (pid_t)in[0].ssi_pid == getpid());
	check(in[0].ssi_uid == getuid());
	check((int)in[1].ssi_signo == SIGRTMIN + 1 && in[1].ssi_code == SI_QUEUE && in[1].ssi_int == 4711);
	check((int)in[2].ssi_signo == SIGRTMIN + 1 && in[2].ssi_int == 4712 && (pid_t)in[2].ssi_pid == getpid());
	if (!(child = fork()))
		_exit(5);
	check(poll(&p, 1, 2000) == 1 && read(fd, in, sizeof in) == 128 && in[0].ssi_signo == SIGCHLD);
	check((pid_t)in[0].ssi_pid == child && in[0].ssi_status == 5 && in[0].ssi_code == CLD_EXITED);
	waitpid(child, NULL, 0);
	if (!(child = fork())) { /* a child reads its own signals */
		kill(getpid(), SIGUSR1);
		_exit(poll(&p, 1, 0) == 1 && read(fd, in, sizeof in) == 128 && (pid_t)in[0].ssi_pid == getpid() ? 0 : 1);
	}
	check(waitpid(child, &s, 0) == child && s == 0);
	read(fd, in, sizeof in);
	sigdelset(&set, SIGUSR1);
	check(signalfd(fd, &set, 0) == fd && raise(SIGUSR1) == 0 && poll(&p, 1, 0) == 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	check(signalfd(fd, &set, 0) == fd && poll(&p, 1, 0) == 1 && read(fd, in, sizeof in) == 128);
	fails(signalfd(0, &set, 0), EINVAL);
	fails(signalfd(500, &set, 0), EBADF);
	fails(signalfd(-1, &set, 0x123), EINVAL);
	check(fcntl(fd, F_SETFL, 0) == 0);
	if (!fork()) {
		nanosleep(&(struct timespec){0, 20000000}, NULL);
		kill(getppid(), SIGUSR1);
		_exit(0);
	}
	check(read(fd, in, sizeof in) == 128 && in[0].ssi_signo == SIGUSR1);
	wait(NULL);
	close(fd);
}

int main(void)
{
	setbuf(stdout, NULL);
	signal(SIGUSR1, SIG_DFL);
	timers();
	watched();
	signals();
	return result();
}
