/* Which waits for files, locks, messages, events and time a signal interrupts, and which SA_RESTART starts again.
 *
 * run: plain
 * run: restart
 * run: stop
 * files: yes
 */
#include "restart.h"
#include <mqueue.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#ifdef SYS_futex_time64
#undef SYS_futex
#define SYS_futex SYS_futex_time64
#endif
#ifndef SYS_rt_sigtimedwait
#define SYS_rt_sigtimedwait SYS_rt_sigtimedwait_time64
#endif

/* The kernel's long has 64 bits on x32; musl's struct mq_attr there overlooks it. */
#if defined __x86_64__ && defined __ILP32__
typedef int64_t kernel_long;
#else
typedef long kernel_long;
#endif

static int fd, other, word;
static pid_t child;
static struct timespec span = {60, 0}, left;
static const int64_t long_span[2] = {60, 0};
static struct { long type; char text[1]; } message = {1, "m"};
static struct sembuf down = {0, -1, 0};
static struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
static sigset_t set;
static struct pollfd polled;
static struct epoll_event event;
static fd_set reads;

static void fifo(void) { unlink("restart.fifo"); need(mkfifo("restart.fifo", 0600) == 0); }
static void open_fifo(void) { open("restart.fifo", O_RDWR); }
static void reaping(void) { child = fork(); if (!child) for (;;) pause(); }
static void end_child(void) { kill(child, SIGKILL); }
static void files(void)
{
	fd = open("restart.lock", O_RDWR | O_CREAT, 0600);
	need((other = open("restart.lock", O_RDWR)) >= 0);
}
static void flocked(void) { files(); need(flock(other, LOCK_EX) == 0); }
static void unlock(void) { flock(other, LOCK_UN); }
static void ofd_locked(void) { files(); need(fcntl(other, F_OFD_SETLK, &range) == 0); }
static void close_other(void) { close(other); }
static void posix_locked(void)
{
	files();
	pipes();
	child = fork();
	if (!child) {
		fcntl(fd, F_SETLK, &range);
		feed();
		for (;;) pause();
	}
	drain();
}
static void queue(void)
{
	kernel_long shape[8] = {0, 1, 1};
	need((fd = mq_open("/restart", O_RDWR | O_CREAT, 0600, shape)) >= 0);
	mq_unlink("/restart");
}
static void full_queue(void) { queue(); mq_send(fd, "m", 1, 0); }
static void post(void) { mq_send(fd, "m", 1, 0); }
static void fetch(void) { mq_receive(fd, page, 1, 0); }
static void change(void) { word = 1; }
static void event_file(void) { need((pair[0] = pair[1] = eventfd(0, 0)) >= 0); }
static void count(void) { write(pair[1], "\1\0\0\0\0\0\0", 8); }
static void timer_file(void) { need((pair[0] = timerfd_create(CLOCK_MONOTONIC, 0)) >= 0); }
static void expire(void) { timerfd_settime(pair[0], 0, &(struct itimerspec){.it_value = {0, 1}}, 0); }
static void watch(void) { need((pair[0] = inotify_init()) >= 0 && inotify_add_watch(pair[0], ".", IN_CREATE) > 0); }
static void create(void) { unlink("restart.seen"); close(open("restart.seen", O_CREAT | O_RDWR, 0600)); }
static void messages(void) { need((fd = msgget(IPC_PRIVATE, 0600)) >= 0); }
static void drop_messages(void) { msgctl(fd, IPC_RMID, 0); }
static void semaphore(void) { need((fd = semget(IPC_PRIVATE, 1, 0600)) >= 0); }
static void drop_semaphore(void) { semctl(fd, 0, IPC_RMID); }
static void polling(void)
{
	pipes();
	polled = (struct pollfd){pair[0], POLLIN, 0};
	FD_SET(pair[0], &reads);
	event.events = EPOLLIN;
	need((fd = epoll_create1(0)) >= 0 && epoll_ctl(fd, EPOLL_CTL_ADD, pair[0], &event) == 0);
}
static void waiting(void) { sigaddset(&set, SIGUSR2); sigprocmask(SIG_BLOCK, &set, 0); }
static void pend(void) { raise(SIGUSR2); }

#define CASES(X)                                                                             \
	X(open_fifo, fifo, open_fifo, nothing, open("restart.fifo", O_RDONLY))                      \
	X(waitpid, reaping, end_child, end_child, waitpid(child, 0, 0))                             \
	X(waitid, reaping, end_child, end_child, waitid(P_PID, child, 0, WEXITED))                  \
	X(flock, flocked, unlock, nothing, flock(fd, LOCK_EX))                                      \
	X(ofd_lock, ofd_locked, close_other, nothing, fcntl(fd, F_OFD_SETLKW, &range))              \
	X(posix_lock, posix_locked, end_child, end_child, fcntl(fd, F_SETLKW, &range))              \
	X(mq_receive, queue, post, nothing, mq_receive(fd, page, 1, 0))                             \
	X(mq_send, full_queue, fetch, nothing, mq_send(fd, "m", 1, 0))                              \
	X(futex, nothing, change, nothing, syscall(SYS_futex, &word, 0, 0, 0, 0, 0))                \
	X(futex_bitset, nothing, change, nothing, syscall(SYS_futex, &word, 9, 0, 0, 0, 1))         \
	X(futex_timed, nothing, change, nothing, syscall(SYS_futex, &word, 0, 0, long_span, 0, 0))  \
	X(eventfd, event_file, count, nothing, read(pair[0], page, 8))                              \
	X(timerfd, timer_file, expire, nothing, read(pair[0], page, 8))                             \
	X(inotify, watch, create, nothing, read(pair[0], page, sizeof page))                        \
	X(msgrcv, messages, drop_messages, drop_messages, msgrcv(fd, &message, 1, 0, 0))            \
	X(semop, semaphore, drop_semaphore, drop_semaphore, semop(fd, &down, 1))                    \
	X(semtimedop, semaphore, drop_semaphore, drop_semaphore, semtimedop(fd, &down, 1, &span))   \
	X(poll, polling, feed, nothing, poll(&polled, 1, -1))                                       \
	X(ppoll, polling, feed, nothing, ppoll(&polled, 1, &span, 0))                               \
	X(select, polling, feed, nothing, select(pair[0] + 1, &reads, 0, 0, 0))                     \
	X(pselect, polling, feed, nothing, pselect(pair[0] + 1, &reads, 0, 0, 0, 0))                \
	X(epoll, polling, feed, nothing, epoll_wait(fd, &event, 1, -1))                             \
	X(nanosleep, nothing, nothing, nothing, nanosleep(&span, &left))                            \
	X(sigwaitinfo, waiting, pend, nothing, syscall(SYS_rt_sigtimedwait, &set, 0, 0, _NSIG / 8)) \
	X(pause, nothing, nothing, nothing, pause())

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "plain";
	int stop = !strcmp(mode, "stop");
	pid_t sleeper;

	CASES(RUN)
	return result();
}
