/* RLIMIT_CPU, and which time counts. */
#include "check.h"
#include <signal.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t count;

static void counted(int signal)
{
	count += signal == SIGXCPU;
}

static int64_t now(clockid_t clock)
{
	struct timespec t;

	need(clock_gettime(clock, &t) == 0);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int64_t used(int who)
{
	struct rusage u;

	need(getrusage(who, &u) == 0);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000LL + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000LL;
}

static void spin(int64_t until)
{
	while (now(CLOCK_PROCESS_CPUTIME_ID) < until)
		;
}

static int dies(rlim_t soft, rlim_t hard, int handled)
{
	int status;
	struct rlimit l = {soft, hard};
	pid_t pid = fork();

	if (pid == 0) {
		if (handled)
			signal(SIGXCPU, counted);
		need(setrlimit(RLIMIT_CPU, &l) == 0);
		while (!handled || count < 2)
			;
		getrlimit(RLIMIT_CPU, &l);
		_exit(l.rlim_cur == soft + 2 ? 7 : 8);
	}
	need(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void counting(void)
{
	int64_t self, before = now(CLOCK_PROCESS_CPUTIME_ID);
	struct timespec nap = {0, 50000000};
	int status;

	nanosleep(&nap, NULL);
	self = now(CLOCK_PROCESS_CPUTIME_ID);
	check(self >= before && self - before < 45000000); /* waiting is not counted */
	if (fork() == 0) {
		spin(60000000);
		_exit(0);
	}
	need(wait(&status) > 0);
	check(used(RUSAGE_CHILDREN) >= 59000000);
	check(now(CLOCK_PROCESS_CPUTIME_ID) - self < 45000000); /* nor is what a child uses */
	before = used(RUSAGE_SELF);
	spin(now(CLOCK_PROCESS_CPUTIME_ID) + 30000000);
	check(used(RUSAGE_SELF) - before >= 20000000);
	check(now(CLOCK_THREAD_CPUTIME_ID) <= now(CLOCK_PROCESS_CPUTIME_ID) + 1000000);
}

int main(void)
{
	counting();
	check(dies(1, 5, 0) == -SIGXCPU);
	check(dies(1, 1, 0) == -SIGKILL);
	check(dies(1, 9, 1) == 7); /* each further second, too */
	return result();
}
