/* Controlling terminals: how a session gets and loses one, what the background may not do, and who gets signals.
 */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int master, terminal; /* terminal is the slave, opened by the session's leader */
static char name[64], text[256];

static int ends(pid_t pid)
{
	int status = -1;

	return waitpid(pid, &status, WUNTRACED) == pid ? status : -1;
}

/* job starts fn in a process group of its own, and waits until it ends or stops. */
static pid_t start(int (*fn)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		setpgid(0, 0);
		_exit(fn());
	}
	setpgid(pid, pid);
	return pid;
}

/* finish ends a job that has stopped. */
static void finish(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	kill(pid, SIGCONT);
	while (waitpid(pid, &status, 0) == pid && !WIFSIGNALED(status) && !WIFEXITED(status))
		;
}

static void without(void)
{
	int one, i = 0;

	fails(open("/dev/tty", O_RDWR), ENXIO);
	need((terminal = open(name, O_RDWR | O_NOCTTY)) >= 0);
	fails(tcgetpgrp(terminal), ENOTTY);
	fails(tcsetpgrp(terminal, getpgrp()), ENOTTY);
	fails(tcgetsid(terminal), ENOTTY);
	fails(ioctl(terminal, TIOCNOTTY), ENOTTY);
	fails(tcgetsid(master), ENOTTY);
	check((one = open(name, O_WRONLY)) >= 0 && close(one) == 0);
	fails(open("/dev/tty", O_RDWR), ENXIO);
	check(ioctl(master, TIOCGPGRP, &i) == 0 && i == 0);
	/* Anybody may use a terminal that does not control him. */
	check(write(terminal, "free", 4) == 4 && read(master, text, 100) == 4);
	close(terminal);
}

static void gets_one(void)
{
	int tty, other_master, other;

	need((terminal = open(name, O_RDWR)) >= 0);
	check(tcgetpgrp(terminal) == getpgrp() && tcgetsid(terminal) == getsid(0));
	check(tcgetpgrp(master) == getpgrp() && tcgetsid(master) == getsid(0));
	check((tty = open("/dev/tty", O_RDWR)) >= 0 && tcgetpgrp(tty) == getpgrp());
	check(write(tty, "tty", 3) == 3 && read(master, text, 100) == 3);
	check(close(tty) == 0);
	check(ioctl(terminal, TIOCSCTTY, 0) == 0);
	need(openpty(&other_master, &other, NULL, NULL, NULL) == 0);
	fails(ioctl(other, TIOCSCTTY, 0), EPERM);
	fails(tcgetpgrp(other), ENOTTY);
	close(other), close(other_master);
}

static int takes(void)
{
	int failed = ioctl(terminal, TIOCSCTTY, 0) == -1 && errno == EPERM ? 0 : 1;

	setsid(); /* fails: it leads its group */
	if (fork() == 0) {
		if (setsid() == -1)
			failed |= 2;
		if (open("/dev/tty", O_RDWR) != -1 || errno != ENXIO)
			failed |= 4;
		if (tcgetpgrp(terminal) != -1 || errno != ENOTTY)
			failed |= 8;
		if (ioctl(terminal, TIOCSCTTY, 0) != -1 || errno != EPERM)
			failed |= 16; /* it controls another session */
		int again = open(name, O_RDWR);
		if (again < 0 || tcgetsid(again) != -1)
			failed |= 32;
		_exit(failed);
	}
	int status = -1;
	wait(&status);
	return WEXITSTATUS(status);
}

static int reads(void) { return read(terminal, text, 1) == 1 ? 7 : errno; }
static int writes(void) { return write(terminal, "w", 1) == 1 ? 7 : errno; }
static int flushes(void) { return tcflush(terminal, TCIFLUSH) == 0 ? 7 : errno; }
static int drains(void) { return tcdrain(terminal) == 0 ? 7 : errno; }
static int looks(void) { struct termios t; return tcgetattr(terminal, &t) == 0 && tcgetpgrp(terminal) > 0 ? 7 : errno; }
static int resizes(void) { struct winsize w = {3, 4, 0, 0}; return ioctl(terminal, TIOCSWINSZ, &w) == 0 ? 7 : errno; }
static int comes_forward(void) { return tcsetpgrp(terminal, getpgrp()) == 0 ? 7 : errno; }

static int sets_modes(void)
{
	struct termios t;

	return tcgetattr(terminal, &t) == 0 && tcsetattr(terminal, TCSANOW, &t) == 0 ? 7 : errno;
}

static int (*action)(void);

static int ignoring(void)
{
	signal(SIGTTIN, SIG_IGN), signal(SIGTTOU, SIG_IGN);
	return action();
}

static int blocking(void)
{
	sigset_t set;

	sigemptyset(&set), sigaddset(&set, SIGTTIN), sigaddset(&set, SIGTTOU);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return action();
}

static volatile sig_atomic_t caught;

static void count(int sig) { caught = sig; }

static int catching(void)
{
	struct sigaction act = {.sa_handler = count};

	sigaction(SIGTTIN, &act, NULL), sigaction(SIGTTOU, &act, NULL);
	int code = action();
	return code == EINTR ? 100 + (caught == SIGTTIN ? 1 : caught == SIGTTOU ? 2 : 0) : code;
}

/* orphaned lets its parent end, which leaves nobody who could continue it. */
static int report_to[2];

static int orphaned(void)
{
	pid_t parent = getpid();

	if (fork() == 0) {
		setpgid(0, 0);
		while (getppid() == parent)
			sched_yield();
		char code = action();
		_exit(write(report_to[1], &code, 1) != 1);
	}
	return 0;
}

/* result_of runs an action in the background: an exit code, or -signal that has stopped it. */
static int result_of(int (*how)(void), int (*what)(void))
{
	action = what;
	pid_t pid = start(how ? how : what);
	int status = ends(pid), code;

	if (WIFSTOPPED(status)) {
		code = -WSTOPSIG(status);
		finish(pid);
		return code;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1000;
}

static int result_of_orphan(int (*what)(void))
{
	char code = -1;

	need(pipe(report_to) == 0 && result_of(orphaned, what) == 0);
	need(read(report_to[0], &code, 1) == 1);
	close(report_to[0]), close(report_to[1]);
	return code;
}

static void background(void)
{
	struct termios modes;

	check(result_of(NULL, takes) == 0);
	check(result_of(NULL, looks) == 7);
	check(result_of(NULL, resizes) == 7);
	check(result_of(NULL, reads) == -SIGTTIN);
	check(result_of(ignoring, reads) == EIO);
	check(result_of(blocking, reads) == EIO);
	check(result_of(catching, reads) == 101);
	check(result_of_orphan(reads) == EIO);

	check(result_of(NULL, writes) == 7);
	need(tcgetattr(terminal, &modes) == 0);
	modes.c_lflag |= TOSTOP;
	need(tcsetattr(terminal, TCSANOW, &modes) == 0);
	check(result_of(NULL, writes) == -SIGTTOU);
	check(result_of(ignoring, writes) == 7);
	check(result_of(blocking, writes) == 7);
	check(result_of(catching, writes) == 102);
	check(result_of_orphan(writes) == EIO);
	modes.c_lflag &= ~TOSTOP;
	need(tcsetattr(terminal, TCSANOW, &modes) == 0);

	check(result_of(NULL, sets_modes) == -SIGTTOU);
	check(result_of(ignoring, sets_modes) == 7);
	check(result_of_orphan(sets_modes) == EIO);
	check(result_of(NULL, flushes) == -SIGTTOU);
	check(result_of(NULL, drains) == -SIGTTOU);
	check(result_of(NULL, comes_forward) == -SIGTTOU);
	check(result_of(catching, comes_forward) == 102);
	check(result_of_orphan(comes_forward) == ENOTTY);
	check(tcgetpgrp(terminal) == getpgrp());
	check(result_of(blocking, comes_forward) == 7);
	check(tcgetpgrp(terminal) != getpgrp());
	signal(SIGTTOU, SIG_IGN);
	check(tcsetpgrp(terminal, getpgrp()) == 0);
	signal(SIGTTOU, SIG_DFL);
	while (poll(&(struct pollfd){.fd = master, .events = POLLIN}, 1, 0) == 1)
		need(read(master, text, sizeof text) > 0);
}

static int waits(void)
{
	while (pause() == -1)
		;
	return 0;
}

/* continues has a background reader go on when it comes to the foreground. */
static void continues(void)
{
	pid_t pid = start(reads);

	check(WSTOPSIG(ends(pid)) == SIGTTIN);
	check(tcsetpgrp(terminal, pid) == 0 && kill(pid, SIGCONT) == 0);
	check(write(master, "x\n", 2) == 2 && WEXITSTATUS(ends(pid)) == 7);
	signal(SIGTTOU, SIG_IGN);
	check(tcsetpgrp(terminal, getpgrp()) == 0);
	signal(SIGTTOU, SIG_DFL);
	check(tcflush(terminal, TCIOFLUSH) == 0);
}

static void foreground(void)
{
	pid_t pid, up;
	siginfo_t info;

	fails(tcsetpgrp(terminal, -1), EINVAL);
	fails(tcsetpgrp(terminal, 0x3ffffff), ESRCH);
	fails(tcsetpgrp(terminal, getppid()), EPERM);
	signal(SIGTTOU, SIG_IGN);
	static const struct {
		const char *key;
		int signal;
	} keys[] = {{"\003", SIGINT}, {"\034", SIGQUIT}};
	for (int i = 0; i < 2; i++) {
		pid = start(waits);
		up = start(waits);
		check(tcsetpgrp(terminal, pid) == 0 && tcgetpgrp(terminal) == pid);
		check(write(master, keys[i].key, 1) == 1);
		int status = ends(pid);
		check(WIFSIGNALED(status) && WTERMSIG(status) == keys[i].signal);
		check(waitpid(up, NULL, WNOHANG) == 0);
		check(tcgetpgrp(terminal) == pid); /* although it is gone */
		finish(up);
	}
	fails(ioctl(master, TIOCSIG, SIGTERM), EINVAL);
	fails(ioctl(terminal, TIOCSIG, SIGINT), ENOTTY);
	pid = start(waits);
	check(tcsetpgrp(terminal, pid) == 0 && ioctl(master, TIOCSIG, SIGQUIT) == 0);
	check(WTERMSIG(ends(pid)) == SIGQUIT);
	pid = start(waits);
	check(tcsetpgrp(terminal, pid) == 0 && write(master, "\032", 1) == 1);
	int status = ends(pid);
	check(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP);
	/* The size changes: the foreground is told. */
	struct winsize size = {.ws_row = 33, .ws_col = 44};
	finish(pid);
	check(tcsetpgrp(terminal, getpgrp()) == 0);
	sigset_t set;
	sigemptyset(&set), sigaddset(&set, SIGWINCH), sigaddset(&set, SIGINT);
	need(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
	check(ioctl(terminal, TIOCSWINSZ, &size) == 0 && sigwaitinfo(&set, &info) == SIGWINCH && info.si_code == SI_KERNEL);
	check(ioctl(terminal, TIOCSWINSZ, &size) == 0 && sigtimedwait(&set, &info, &(struct timespec){0, 50000000}) == -1);
	size.ws_row++;
	check(ioctl(master, TIOCSWINSZ, &size) == 0 && sigwaitinfo(&set, &info) == SIGWINCH);
	check(write(master, "lost\003", 5) == 5 && sigwaitinfo(&set, &info) == SIGINT && info.si_pid == 0);
	check(write(master, "kept\n", 5) == 5 && read(terminal, text, 100) == 5 && !memcmp(text, "kept", 4));
	need(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
	signal(SIGTTOU, SIG_DFL);
}

static int leaves(void)
{
	int left = ioctl(terminal, TIOCNOTTY) == 0;

	return left && open("/dev/tty", O_RDWR) == -1 && errno == ENXIO && read(terminal, text, 100) == 2 ? 7 : 1;
}

static void loses(void)
{
	int tty;

	/* A process leaves for itself, and is in no background any more. */
	check(write(master, "y\n", 2) == 2 && result_of(NULL, leaves) == 7);
	check((tty = open("/dev/tty", O_RDWR)) >= 0 && close(tty) == 0);
	/* The leader leaves for all. */
	pid_t pid = start(waits);
	signal(SIGHUP, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	check(tcsetpgrp(terminal, pid) == 0);
	check(ioctl(terminal, TIOCNOTTY) == 0);
	int status = ends(pid);
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP);
	fails(open("/dev/tty", O_RDWR), ENXIO);
	fails(tcgetpgrp(terminal), ENOTTY);
	fails(tcgetsid(master), ENOTTY);
	check(ioctl(terminal, TIOCSCTTY, 0) == 0 && tcgetpgrp(terminal) == getpgrp());
	signal(SIGHUP, SIG_DFL);
}

static void session(void)
{
	need(setsid() == getpid());
	without();
	gets_one();
	background();
	continues();
	foreground();
	loses();
	_exit(result());
}

/* leader_ends has the foreground get SIGHUP when the session's leader ends; then the terminal is free. */
static void leader_ends(void)
{
	int pipes[2];
	char c;
	pid_t leader;

	need(pipe(pipes) == 0 && (leader = fork()) >= 0);
	if (leader == 0) {
		setsid();
		terminal = open(name, O_RDWR);
		pid_t job = start(waits);
		_exit(tcsetpgrp(terminal, job) == 0 && write(pipes[1], "x", 1) == 1 ? 0 : 1);
	}
	close(pipes[1]);
	check(ends(leader) == 0);
	check(read(pipes[0], &c, 1) == 1 && read(pipes[0], &c, 1) == 0); /* the job, too, has ended */
	close(pipes[0]);
	need((leader = fork()) >= 0);
	if (leader == 0) {
		setsid();
		terminal = open(name, O_RDWR);
		_exit(tcgetsid(terminal) == getpid() ? 0 : 1);
	}
	check(ends(leader) == 0);
}

/* master_closes has the leader get SIGHUP, and the foreground after it. */
static void master_closes(void)
{
	int pipes[2];
	char c;
	pid_t leader;

	need(pipe(pipes) == 0 && (leader = fork()) >= 0);
	if (leader == 0) {
		close(master);
		setsid();
		terminal = open(name, O_RDWR);
		pid_t job = start(waits);
		signal(SIGTTOU, SIG_IGN);
		if (tcsetpgrp(terminal, job) == 0 && write(pipes[1], "x", 1) == 1)
			waits();
		_exit(1);
	}
	close(pipes[1]);
	check(read(pipes[0], &c, 1) == 1 && close(master) == 0);
	int status = ends(leader);
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP);
	check(read(pipes[0], &c, 1) == 0);
	close(pipes[0]);
}

int main(void)
{
	pid_t pid;

	signal(SIGHUP, SIG_DFL); /* nohup(1) and its kind would have it ignored */
	setbuf(stdout, NULL);
	if (getuid() == 0)
		need(setgid(1000) == 0 && setuid(1000) == 0);
	need((master = posix_openpt(O_RDWR | O_NOCTTY)) >= 0);
	need(unlockpt(master) == 0 && snprintf(name, sizeof name, "%s", ptsname(master)) > 0);
	need((pid = fork()) >= 0);
	if (pid == 0)
		session();
	check(ends(pid) == 0);
	leader_ends();
	master_closes();
	return result();
}
