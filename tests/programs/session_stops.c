/* Processes that stop and go on: what their parent is told, and what becomes of orphaned process groups.
 */
#include "check.h"
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static siginfo_t last;
static volatile sig_atomic_t told;

static void child_changed(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	last = *info;
	told++;
}

static void listen_for(int flags)
{
	struct sigaction act = {.sa_sigaction = child_changed, .sa_flags = SA_SIGINFO | SA_RESTART | flags};

	told = 0;
	need(sigaction(SIGCHLD, &act, NULL) == 0);
}

/* tells waits for the nth SIGCHLD, which may come after wait has told already. */
static int tells(int n)
{
	for (int i = 0; i < 1000 && told < n; i++)
		poll(NULL, 0, 5);
	return told == n;
}

/* pauses is a child in a process group of its own that waits to be killed. */
static pid_t pauses(void)
{
	pid_t pid = fork();

	if (pid == 0)
		for (;;)
			pause();
	setpgid(pid, pid);
	return pid;
}

static void wait_status(void)
{
	static const int stops[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
	int status;
	pid_t child = pauses();

	for (unsigned i = 0; i < sizeof stops / sizeof *stops; i++) {
		check(kill(child, stops[i]) == 0 && waitpid(child, &status, WUNTRACED) == child);
		check(WIFSTOPPED(status) && WSTOPSIG(status) == stops[i] && !WIFEXITED(status) && !WIFSIGNALED(status));
		check(waitpid(child, &status, WUNTRACED | WNOHANG) == 0);
		check(kill(child, SIGCONT) == 0 && waitpid(child, &status, WCONTINUED) == child);
		check(WIFCONTINUED(status) && !WIFSTOPPED(status));
		check(waitpid(child, &status, WUNTRACED | WCONTINUED | WNOHANG) == 0);
	}
	/* A stopped process dies of SIGKILL, and of other signals when it goes on. */
	check(kill(child, SIGSTOP) == 0 && waitpid(child, &status, WUNTRACED) == child);
	check(kill(child, SIGTERM) == 0 && waitpid(child, &status, WNOHANG) == 0);
	check(kill(child, SIGCONT) == 0 && waitpid(child, &status, 0) == child && WTERMSIG(status) == SIGTERM);
	child = pauses();
	check(kill(child, SIGSTOP) == 0 && waitpid(child, &status, WUNTRACED) == child);
	check(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child && WTERMSIG(status) == SIGKILL);
}

static void wait_info(void)
{
	siginfo_t info;
	pid_t child = pauses();

	need(kill(child, SIGSTOP) == 0);
	check(waitid(P_PID, child, &info, WSTOPPED | WNOWAIT) == 0 && info.si_code == CLD_STOPPED);
	check(info.si_signo == SIGCHLD && info.si_status == SIGSTOP && info.si_pid == child);
	memset(&info, 0, sizeof info);
	check(waitid(P_PGID, child, &info, WSTOPPED) == 0 && info.si_code == CLD_STOPPED);
	info.si_pid = 1;
	check(waitid(P_PID, child, &info, WSTOPPED | WEXITED | WNOHANG) == 0 && info.si_pid == 0);
	need(kill(child, SIGCONT) == 0);
	check(waitid(P_ALL, 0, &info, WCONTINUED) == 0 && info.si_code == CLD_CONTINUED);
	check(info.si_status == SIGCONT && info.si_pid == child);
	need(kill(child, SIGKILL) == 0);
	check(waitid(P_PID, child, &info, WEXITED) == 0 && info.si_code == CLD_KILLED && info.si_status == SIGKILL);
}

static void child_signals(void)
{
	int status;
	pid_t child;

	listen_for(0);
	child = pauses();
	check(kill(child, SIGSTOP) == 0 && waitpid(child, &status, WUNTRACED) == child);
	check(tells(1) && last.si_code == CLD_STOPPED && last.si_status == SIGSTOP && last.si_pid == child);
	check(kill(child, SIGCONT) == 0 && waitpid(child, &status, WCONTINUED) == child);
	check(tells(2) && last.si_code == CLD_CONTINUED && last.si_status == SIGCONT);
	listen_for(SA_NOCLDSTOP);
	check(kill(child, SIGSTOP) == 0 && waitpid(child, &status, WUNTRACED) == child && told == 0);
	check(kill(child, SIGCONT) == 0 && waitpid(child, &status, WCONTINUED) == child && told == 0);
	check(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child);
	check(tells(1) && last.si_code == CLD_KILLED && last.si_status == SIGKILL);
	signal(SIGCHLD, SIG_DFL);
}

/* pending has SIGCONT undo a stop that is blocked, and the other way round. */
static void pending(void)
{
	sigset_t set, now;

	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigaddset(&set, SIGCONT);
	need(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
	check(raise(SIGTSTP) == 0 && sigpending(&now) == 0 && sigismember(&now, SIGTSTP));
	check(raise(SIGCONT) == 0 && sigpending(&now) == 0 && !sigismember(&now, SIGTSTP));
	check(sigismember(&now, SIGCONT));
	check(raise(SIGTSTP) == 0 && sigpending(&now) == 0 && !sigismember(&now, SIGCONT));
	check(raise(SIGCONT) == 0);
	need(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
}

/* sleepers has a stop not disturb what a call does. */
static void sleepers(void)
{
	int p[2], status;
	char c;

	need(pipe(p) == 0);
	pid_t child = fork();
	if (child == 0) {
		struct timespec brief = {0, 300000000}, rest = {7, 7};
		int slept = nanosleep(&brief, &rest) == 0;
		_exit(slept && read(p[0], &c, 1) == 1 ? 0 : 1);
	}
	setpgid(child, child);
	for (int i = 0; i < 2; i++) {
		check(kill(child, SIGSTOP) == 0 && waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status));
		check(kill(child, SIGCONT) == 0 && waitpid(child, &status, WCONTINUED) == child && WIFCONTINUED(status));
		nanosleep(&(struct timespec){0, 400000000}, NULL);
	}
	check(write(p[1], "x", 1) == 1 && waitpid(child, &status, 0) == child && status == 0);
}

/* caught has a handler for SIGTSTP and SIGCONT, as editors do. */
static volatile sig_atomic_t stops, conts;

static void on_stop(int sig)
{
	(void)sig;
	stops++;
	raise(SIGSTOP);
}

static void on_cont(int sig)
{
	(void)sig;
	conts++;
}

static void handlers(void)
{
	int up[2], down[2], status;
	char c;

	need(pipe(up) == 0 && pipe(down) == 0);
	pid_t child = fork();
	if (child == 0) {
		struct sigaction act = {.sa_handler = on_stop, .sa_flags = SA_RESTART};
		sigaction(SIGTSTP, &act, NULL);
		act.sa_handler = on_cont;
		sigaction(SIGCONT, &act, NULL);
		_exit(write(up[1], "r", 1) == 1 && read(down[0], &c, 1) == 1 && stops == 1 && conts == 1 ? 0 : 1);
	}
	setpgid(child, child);
	need(read(up[0], &c, 1) == 1);
	check(kill(child, SIGTSTP) == 0 && waitpid(child, &status, WUNTRACED) == child && WSTOPSIG(status) == SIGSTOP);
	check(kill(child, SIGCONT) == 0 && waitpid(child, &status, WCONTINUED) == child);
	check(write(down[1], "x", 1) == 1 && waitpid(child, &status, 0) == child && status == 0);
}

/* threads has all of a process's threads stop, and the counter of one stand still. */
static volatile unsigned turns __attribute__((aligned(64)));

static void *spin(void *arg)
{
	for (;;)
		turns++;
	return arg;
}

static void threads(void)
{
	int up[2], status;
	unsigned seen[2];

	need(pipe(up) == 0);
	pid_t child = fork();
	if (child == 0) {
		pthread_t thread;
		pthread_create(&thread, NULL, spin, NULL);
		for (;;) {
			unsigned now = turns;
			struct pollfd nothing = {.fd = -1};
			if (write(up[1], &now, sizeof now) != sizeof now)
				_exit(0);
			poll(&nothing, 1, 10);
		}
	}
	setpgid(child, child);
	need(read(up[0], seen, sizeof *seen) == sizeof *seen);
	check(kill(child, SIGSTOP) == 0 && waitpid(child, &status, WUNTRACED) == child);
	struct pollfd out = {.fd = up[0], .events = POLLIN};
	while (poll(&out, 1, 0) == 1)
		need(read(up[0], seen, sizeof *seen) == sizeof *seen);
	check(poll(&out, 1, 100) == 0);
	check(kill(child, SIGCONT) == 0 && poll(&out, 1, 5000) == 1);
	check(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child);
	close(up[0]), close(up[1]);
}

/* orphans has a stopped process group get SIGHUP and SIGCONT when its last tie to the session ends, and one that is
 * orphaned already not stop. */
static void orphans(void)
{
	int up[2], status;
	char seen[8];

	need(pipe(up) == 0 && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	pid_t parent = fork();
	if (parent == 0) {
		pid_t child = fork();
		if (child == 0) {
			setpgid(0, 0);
			raise(SIGSTOP);
			pause();
			_exit(0);
		}
		setpgid(child, child);
		waitpid(child, &status, WUNTRACED);
		if (write(up[1], &child, sizeof child) < 0)
			_exit(1);
		_exit(7);
	}
	pid_t child = 0;
	need(read(up[0], &child, sizeof child) == sizeof child);
	check(waitpid(parent, &status, 0) == parent && WEXITSTATUS(status) == 7);
	/* The reaper is of the same session and another group: the group is not orphaned. */
	check(waitpid(child, &status, WUNTRACED | WCONTINUED | WNOHANG) == 0);
	check(kill(child, SIGCONT) == 0 && waitpid(child, &status, WCONTINUED) == child && WIFCONTINUED(status));
	check(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child && WTERMSIG(status) == SIGKILL);

	/* In a session of its own nobody is left. */
	parent = fork();
	if (parent == 0) {
		setsid();
		child = fork();
		if (child == 0) {
			setpgid(0, 0);
			raise(SIGTSTP);
			pause();
			_exit(0);
		}
		setpgid(child, child);
		if (waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status))
			_exit(1);
		_exit(write(up[1], &child, sizeof child) == sizeof child ? 7 : 1);
	}
	need(read(up[0], &child, sizeof child) == sizeof child);
	check(waitpid(parent, &status, 0) == parent && WEXITSTATUS(status) == 7);
	check(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP);

	/* The leader of a session whose parent is of another one is orphaned from the start. */
	child = fork();
	if (child == 0) {
		setsid();
		raise(SIGTSTP), raise(SIGTTIN), raise(SIGTTOU);
		_exit(write(up[1], "alive", 5) == 5 ? 3 : 1);
	}
	check(waitpid(child, &status, WUNTRACED) == child && WIFEXITED(status) && WEXITSTATUS(status) == 3);
	check(read(up[0], seen, sizeof seen) == 5);
	need(prctl(PR_SET_CHILD_SUBREAPER, 0) == 0);
}

int main(void)
{
	int status;
	pid_t child;

	signal(SIGHUP, SIG_DFL); /* nohup(1) and its kind would have it ignored */
	setbuf(stdout, NULL);
	need((child = fork()) >= 0);
	if (child == 0) {
		need(setsid() == getpid());
		wait_status();
		wait_info();
		child_signals();
		pending();
		sleepers();
		handlers();
		threads();
		orphans();
		_exit(result());
	}
	need(waitpid(child, &status, 0) == child);
	return status != 0;
}
