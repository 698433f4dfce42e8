/* restart.h: a table of blocking calls, each interrupted in a process of its own.
 *
 * X(NAME, PREPARE, RELEASE, CLEAN, CALL) is one case of CASES. A timer signals the process again and again: a
 * call that is not started again fails with EINTR; otherwise the fifth handler calls RELEASE, which makes what
 * CALL waits for happen. The mode is the program's argument: "plain" has a handler without SA_RESTART,
 * "restart" one with it. "stop" has no signal but the SIGSTOP and SIGCONT of the parent, which interrupt only
 * some calls; handlers come when those are over, to end the process.
 */
#ifndef RESTART_H
#define RESTART_H

#include "check.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static int pair[2];
static char page[65536];

static void pipes(void) { need(pipe(pair) == 0); }
static void feed(void) { write(pair[1], "x", 1); }
static void drain(void) { read(pair[0], page, sizeof page); }
static void nothing(void) {}

static volatile int handled;
static void (*release)(void);
static void handler(int number)
{
	if (++handled == 5)
		release();
}

/* begin makes the process ready for the call of a case: handler, set-up, and the timer but in stop. */
static void begin(const char *mode, void (*prepare)(void), void (*end)(void))
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = strcmp(mode, "plain") ? SA_RESTART : 0};
	struct itimerval often = {{0, 20000}, {0, 20000}};

	prepare();
	release = end;
	sigaction(SIGALRM, &action, 0);
	if (strcmp(mode, "stop"))
		setitimer(ITIMER_REAL, &often, 0);
}

static char state(pid_t of)
{
	char path[64], text[512] = "", *mark;

	snprintf(path, sizeof path, "/proc/%d/stat", of);
	int from = open(path, O_RDONLY);
	read(from, text, sizeof text - 1);
	close(from);
	mark = strrchr(text, ')');
	return mark ? mark[2] : 'Z';
}

/* disturb stops and continues a sleeping process three times, then lets its handler run. */
static void disturb(pid_t sleeper)
{
	for (int i = 0; i < 3; i++) {
		for (char now; (now = state(sleeper)) != 'S'; usleep(2000))
			if (now == 'Z')
				return;
		usleep(10000);
		kill(sleeper, SIGSTOP);
		siginfo_t seen;
		waitid(P_PID, sleeper, &seen, WSTOPPED | WEXITED | WNOWAIT);
		kill(sleeper, SIGCONT);
		usleep(10000);
	}
	for (int i = 0; i < 200 && state(sleeper) != 'Z'; i++) {
		kill(sleeper, SIGALRM);
		usleep(5000);
	}
}

static void outcome(const char *what, pid_t sleeper, const char *mode)
{
	int status = 0;

	if (!strcmp(mode, "stop"))
		disturb(sleeper);
	waitpid(sleeper, &status, 0);
	printf("%s: %s\n", what, !WIFEXITED(status) ? "killed" : WEXITSTATUS(status) == 1 ? "EINTR"
		: WEXITSTATUS(status) == 0 ? "went on" : "FAILED");
}

#define RUN(what, prepare, end, clean, call)                                   \
	fflush(stdout);                                                        \
	if (!(sleeper = fork())) {                                             \
		begin(mode, prepare, end);                                     \
		int seen = (call) == -1 && errno == EINTR;                     \
		setitimer(ITIMER_REAL, &(struct itimerval){0}, 0);             \
		clean();                                                       \
		_exit(seen && !(stop && handled));                             \
	}                                                                      \
	outcome(#what, sleeper, mode);

#endif
