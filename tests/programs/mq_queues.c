/* POSIX message queues: priorities, limits, time-outs, poll, notification. */
#include "check.h"
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char name[40], buffer[8193];

static int got(mqd_t q, const char *text, unsigned priority)
{
	unsigned p = 12345;
	ssize_t n = mq_receive(q, buffer, sizeof buffer, &p);

	return n == (ssize_t)strlen(text) && !memcmp(buffer, text, n) && p == priority;
}

static struct timespec *after(int ms)
{
	static struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += ms * 1000000L;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return &t;
}

static mqd_t make(int flags, long count, long size)
{
	struct mq_attr attr = {.mq_maxmsg = count, .mq_msgsize = size};

	return mq_open(name, O_CREAT | O_RDWR | flags, 0600, &attr);
}

static void opening(void)
{
	struct mq_attr attr;
	mqd_t q, r;

	fails(mq_open(name, O_RDWR), ENOENT);
	need((q = mq_open(name, O_CREAT | O_RDWR, 0600, NULL)) != -1);
	check(mq_getattr(q, &attr) == 0 && attr.mq_maxmsg == 10 && attr.mq_msgsize == 8192);
	check(attr.mq_curmsgs == 0 && attr.mq_flags == 0 && fcntl(q, F_GETFD) == FD_CLOEXEC);
	fails(make(O_EXCL, 1, 1), EEXIST);
	need((r = mq_open(name, O_RDONLY | O_NONBLOCK)) != -1);
	fails(mq_send(r, "x", 1, 0), EBADF);
	fails(mq_receive(r, buffer, sizeof buffer, NULL), EAGAIN);
	check(mq_getattr(r, &attr) == 0 && attr.mq_flags == O_NONBLOCK);
	attr.mq_flags = 0;
	check(mq_setattr(r, &attr, NULL) == 0 && mq_getattr(r, &attr) == 0 && attr.mq_flags == 0);
	attr.mq_flags = O_APPEND;
	fails(mq_setattr(r, &attr, NULL), EINVAL);
	check(mq_send(q, "kept", 4, 1) == 0 && mq_unlink(name) == 0 && got(r, "kept", 1));
	fails(mq_unlink(name), ENOENT);
	check(mq_close(q) == 0 && mq_close(r) == 0);
	fails(mq_close(q), EBADF);
	fails(mq_open("/a/b", O_CREAT | O_RDWR, 0600, NULL), EACCES);
	fails(mq_open("/", O_CREAT | O_RDWR, 0600, NULL), ENOENT);
	fails(make(0, 0, 5), EINVAL);
	fails(make(0, 5, -1), EINVAL);
	fails(mq_getattr(0, &attr), EBADF);
}

static void order(void)
{
	mqd_t q = make(O_NONBLOCK, 4, 16);
	struct pollfd p = {q, POLLIN | POLLOUT, 0};

	need(q != -1);
	check(poll(&p, 1, 0) == 1 && p.revents == POLLOUT);
	check(mq_send(q, "low", 3, 1) == 0 && mq_send(q, "high", 4, 30) == 0 && mq_send(q, "low2", 4, 1) == 0);
	check(poll(&p, 1, 0) == 1 && p.revents == (POLLIN | POLLOUT));
	check(mq_send(q, "high2", 5, 30) == 0 && poll(&p, 1, 0) == 1 && p.revents == POLLIN);
	fails(mq_send(q, "x", 1, 0), EAGAIN);
	fails(mq_send(q, "12345678901234567", 17, 0), EMSGSIZE);
	fails(mq_send(q, "x", 1, 32768), EINVAL);
	fails(mq_receive(q, buffer, 15, NULL), EMSGSIZE);
	check(got(q, "high", 30) && got(q, "high2", 30) && got(q, "low", 1) && got(q, "low2", 1));
	check(mq_send(q, "", 0, 32767) == 0 && got(q, "", 32767));
	check(mq_close(q) == 0 && mq_unlink(name) == 0);
}

static void waiting(void)
{
	struct timespec bad = {0, 1000000000};
	mqd_t q = make(0, 1, 16);
	pid_t child;
	int s;

	need(q != -1);
	fails(mq_timedreceive(q, buffer, 16, NULL, after(20)), ETIMEDOUT);
	fails(mq_timedreceive(q, buffer, 16, NULL, &bad), EINVAL);
	check(mq_send(q, "a", 1, 0) == 0);
	fails(mq_timedsend(q, "b", 1, 0, after(20)), ETIMEDOUT);
	if (!(child = fork()))
		_exit(mq_send(q, "c", 1, 2) == 0 ? 3 : 1);
	check(got(q, "a", 0) && got(q, "c", 2));
	check(waitpid(child, &s, 0) == child && WEXITSTATUS(s) == 3);
	if (!(child = fork()))
		_exit(got(q, "d", 4) ? 4 : 1);
	check(mq_timedsend(q, "d", 1, 4, after(1000)) == 0 && waitpid(child, &s, 0) == child && WEXITSTATUS(s) == 4);
	check(mq_close(q) == 0 && mq_unlink(name) == 0);
}

static void notification(void)
{
	struct sigevent ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct timespec zero = {0, 0};
	mqd_t q = make(O_NONBLOCK, 4, 16);
	siginfo_t info;
	sigset_t set;
	int s;

	ev.sigev_value.sival_int = 4711;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	need(q != -1 && sigprocmask(SIG_BLOCK, &set, NULL) == 0);
	check(mq_notify(q, &ev) == 0);
	fails(mq_notify(q, &ev), EBUSY);
	check(mq_send(q, "x", 1, 0) == 0 && sigtimedwait(&set, &info, &zero) == SIGUSR1);
	check(info.si_code == SI_MESGQ && info.si_value.sival_int == 4711 && info.si_pid == getpid() && info.si_uid == getuid());
	check(mq_notify(q, &ev) == 0 && mq_send(q, "y", 1, 0) == 0); /* not empty: nothing is told */
	fails(sigtimedwait(&set, &info, &zero), EAGAIN);
	check(got(q, "x", 0) && got(q, "y", 0) && mq_notify(q, NULL) == 0);
	check(mq_send(q, "z", 1, 0) == 0 && sigtimedwait(&set, &info, &zero) == -1 && got(q, "z", 0));
	if (!fork()) {
		mqd_t own = mq_open(name, O_RDWR);

		_exit(mq_notify(own, &ev) == 0 ? 0 : 1);
	}
	check(wait(&s) > 0 && s == 0 && mq_notify(q, &ev) == 0 && mq_notify(q, NULL) == 0);
	ev.sigev_notify = 99;
	fails(mq_notify(q, &ev), EINVAL);
	ev.sigev_notify = SIGEV_SIGNAL;
	ev.sigev_signo = 999;
	fails(mq_notify(q, &ev), EINVAL);
	check(mq_close(q) == 0 && mq_unlink(name) == 0);
}

static volatile int called;

static void in_thread(union sigval v)
{
	called = v.sival_int;
}

static void threads(void)
{
	struct sigevent ev = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = in_thread};
	mqd_t q = make(O_NONBLOCK, 4, 16);
	int i;

	ev.sigev_value.sival_int = 99;
	need(q != -1 && mq_notify(q, &ev) == 0);
	fails(mq_notify(q, &ev), EBUSY);
	check(mq_send(q, "x", 1, 0) == 0);
	for (i = 0; i < 400 && !called; i++)
		nanosleep(&(struct timespec){0, 5000000}, NULL);
	check(called == 99 && got(q, "x", 0));
	check(mq_close(q) == 0 && mq_unlink(name) == 0);
}

int main(void)
{
	snprintf(name, sizeof name, "/check-%d", (int)getpid());
	setbuf(stdout, NULL);
	opening();
	order();
	waiting();
	notification();
	threads();
	return result();
}
