/* What a process keeps over execve(2), and what it loses. */
#include "check.h"
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <sys/wait.h>
#include <unistd.h>

static void handler(int signal) { (void)signal; }

static void *forever(void *unused)
{
	for (;;)
		pause();
	return unused;
}

static int threads(void)
{
	char text[4096];
	int fd = open("/proc/self/status", O_RDONLY);
	ssize_t n = read(fd, text, sizeof text - 1);
	char *at;

	text[n < 0 ? 0 : n] = 0;
	close(fd);
	at = strstr(text, "\nThreads:");
	return at ? atoi(at + 9) : -1;
}

/* after is the new program. */
static int after(char **argv)
{
	sigset_t set;
	struct sigaction a, b;
	struct itimerval timer;
	struct rlimit limit;
	stack_t stack;
	int signal = -1;
	char name[17];
	cpu_set_t cpus;

	check(atoi(argv[2]) == getpid() && gettid() == getpid() && threads() == 1);
	sigprocmask(0, NULL, &set);
	check(sigismember(&set, SIGUSR1) && !sigismember(&set, SIGUSR2));
	check(sigpending(&set) == 0 && sigismember(&set, SIGUSR1));
	sigaction(SIGUSR2, NULL, &a);
	sigaction(SIGTERM, NULL, &b);
	check(a.sa_handler == SIG_DFL && b.sa_handler == SIG_IGN);
	check(getitimer(ITIMER_REAL, &timer) == 0 && timer.it_value.tv_sec > 100 && timer.it_interval.tv_sec == 7);
	check(syscall(SYS_timer_delete, 0) == -1);
	check(sigaltstack(NULL, &stack) == 0 && stack.ss_flags == SS_DISABLE);
	check(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == 99);
	check(fcntl(60, F_GETFD) == 0 && fcntl(61, F_GETFD) == -1 && lseek(60, 0, SEEK_CUR) == 3);
	check(umask(0) == 0257 && getpriority(PRIO_PROCESS, 0) == 5);
	check(prctl(PR_GET_NAME, name) == 0 && strcmp(name, "changed") != 0);
	check(prctl(PR_GET_PDEATHSIG, &signal) == 0 && signal == 0);
	check(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 && prctl(PR_GET_KEEPCAPS) == 0);
	check(prctl(PR_GET_DUMPABLE) == 1 && prctl(PR_GET_TIMERSLACK) == 12345);
	check(sched_getaffinity(0, sizeof cpus, &cpus) == 0 && CPU_COUNT(&cpus) >= 1);
	check(getauxval(AT_SECURE) == 0 && getauxval(AT_EXECFN) && getauxval(AT_RANDOM) && getauxval(AT_PAGESZ) >= 4096);
	check(getauxval(AT_UID) == getuid() && getauxval(AT_EGID) == getegid());
	check(syscall(SYS_sched_getscheduler, 0) == SCHED_BATCH);
	check(access("/proc/self/fd/62", F_OK) == -1);
	return result();
}

static void *replace(void *argv)
{
	execv("/proc/self/exe", argv);
	_exit(70);
}

int main(int argc, char **argv)
{
	char pid[16], *args[] = {"keeps", "after", pid, NULL};
	struct itimerval timer = {{7, 0}, {1000, 0}};
	struct rlimit limit = {99, 99};
	struct sched_param param = {0};
	stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
	pthread_t t;
	timer_t id;
	sigset_t set;
	int fd;

	if (argc > 2 && !strcmp(argv[1], "after"))
		return after(argv);
	snprintf(pid, sizeof pid, "%d", getpid());
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	kill(getpid(), SIGUSR1);
	signal(SIGUSR2, handler);
	signal(SIGTERM, SIG_IGN);
	setitimer(ITIMER_REAL, &timer, NULL);
	need(timer_create(CLOCK_MONOTONIC, NULL, &id) == 0);
	sigaltstack(&stack, NULL);
	setrlimit(RLIMIT_NOFILE, &limit);
	fd = open("/proc/self/exe", O_RDONLY);
	lseek(fd, 3, SEEK_SET);
	dup2(fd, 60);
	dup3(fd, 61, O_CLOEXEC);
	umask(0257);
	setpriority(PRIO_PROCESS, 0, 5);
	prctl(PR_SET_NAME, "changed");
	prctl(PR_SET_PDEATHSIG, SIGUSR1);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_KEEPCAPS, 1);
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_TIMERSLACK, 12345);
	syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &param);
	pthread_create(&t, NULL, forever, NULL);
	pthread_create(&t, NULL, forever, NULL);
	pthread_create(&t, NULL, replace, args); /* not the leader */
	forever(NULL);
}
