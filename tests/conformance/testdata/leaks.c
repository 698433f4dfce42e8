/* Rounds of processes and threads that end in every way there is. Before each round it says "round" and waits for a line; the
 * runner looks at muslrun meanwhile. Arguments: how many rounds, how often each fate befalls a process in a round. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static char *self;
static int never[2];

static void need(int good, const char *what)
{
	if (!good) {
		printf("FAILED %s: %s\n", what, strerror(errno));
		exit(1);
	}
}

static void *blocked(void *unused)
{
	char byte;

	read(never[0], &byte, 1);
	return NULL;
}

static void *executes(void *unused)
{
	execl(self, self, "exit", NULL);
	_exit(9);
}

static void *nothing(void *unused)
{
	return unused;
}

static void thread(void *(*run)(void *))
{
	pthread_t id;

	need(!pthread_create(&id, NULL, run, NULL), "pthread_create");
}

static void exits(void) { _exit(0); }
static void reads(void) { blocked(NULL); }
static void sleeps(void) { for (;;) pause(); }
static void polls(void) { for (;;) poll(&(struct pollfd){.fd = never[0], .events = POLLIN}, 1, 1000000); }
static void stops(void) { raise(SIGSTOP); _exit(1); }
static void spins(void) { for (volatile int i = 0;; i++); }
static void crashes(void) { *(volatile char *)16 = 1; }
static void fails_to_execute(void) { execl("/dev/null", "null", NULL); _exit(0); }
static void executes_itself(void) { execl(self, self, "exit", NULL); _exit(9); }
static void executes_in_a_thread(void) { thread(blocked); thread(executes); sleeps(); }
static void has_threads(void) { thread(blocked); thread(blocked); _exit(0); }
static void dies_with_threads(void) { thread(blocked); thread(blocked); sleeps(); }

static void leaves_an_orphan(void)
{
	if (!fork()) {
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
		_exit(0);
	}
	_exit(0);
}

static void leaves_things_open(void)
{
	int pair[2];
	struct itimerspec soon = {{0, 1000000}, {0, 1000000}};
	timer_t timer;

	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	timerfd_settime(timerfd_create(CLOCK_MONOTONIC, 0), 0, &soon, NULL);
	timer_create(CLOCK_MONOTONIC, &(struct sigevent){.sigev_notify = SIGEV_NONE}, &timer);
	timer_settime(timer, 0, &soon, NULL);
	mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	alarm(1000);
	memset(malloc(300000), 1, 300000);
	if (!fork())
		_exit(0);
	_exit(0);
}

static void fills_memory(void)
{
	struct rlimit small = {64 << 20, 64 << 20};
	char *block;

	setrlimit(RLIMIT_AS, &small);
	while ((block = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) != MAP_FAILED)
		*block = 1;
	_exit(0);
}

static const struct fate {
	void (*child)(void);
	int kill;
} fates[] = {
	{exits}, {reads, 1}, {sleeps, 1}, {polls, 1}, {stops, 1}, {spins, 1}, {crashes}, {fails_to_execute}, {executes_itself},
	{executes_in_a_thread}, {has_threads}, {dies_with_threads, 1}, {leaves_an_orphan}, {leaves_things_open}, {fills_memory},
};

static void suffer(const struct fate *fate)
{
	int status;
	pid_t child = fork();

	need(child >= 0, "fork");
	if (!child)
		fate->child();
	if (fate->child == stops)
		need(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status), "stop");
	if (fate->kill)
		kill(child, SIGKILL);
	need(waitpid(child, &status, 0) == child, "waitpid");
	errno = 0;
	if (fate->child == crashes || fate->kill ? WIFSIGNALED(status) : WIFEXITED(status) && !WEXITSTATUS(status))
		return;
	printf("FAILED fate %d ends with status %#x\n", (int)(fate - fates), status);
	exit(1);
}

static void borrow(void)
{
	char *args[] = {self, "exit", NULL};
	int status;
	pid_t child = vfork();

	if (!child)
		_exit(0);
	need(waitpid(child, &status, 0) == child && !status, "vfork");
	need(!posix_spawn(&child, self, NULL, NULL, args, environ), "posix_spawn");
	need(waitpid(child, &status, 0) == child && !status, "posix_spawn's child");
	need(posix_spawn(&child, "/dev/null", NULL, NULL, args, environ) != 0, "a spawn that fails");
}

int main(int argc, char **argv)
{
	int rounds, times;
	char line[10];
	pthread_t id;

	self = argv[0];
	if (!strcmp(argv[1], "exit"))
		return 0;
	rounds = atoi(argv[1]), times = atoi(argv[2]);
	pipe2(never, 0);
	while (rounds--) {
		puts("round");
		fflush(stdout);
		read(0, line, sizeof line);
		for (int i = 0; i < times; i++) {
			for (size_t f = 0; f < sizeof fates / sizeof *fates; f++)
				suffer(&fates[f]);
			borrow();
			need(!pthread_create(&id, NULL, nothing, NULL) && !pthread_join(id, NULL), "thread");
		}
	}
	puts("end");
	return 0;
}
