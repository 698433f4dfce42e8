/* proc_privileged.c: what a task may see and change of itself, another task and process 1: timer slack, labels, limits
 * and priority, as an ordinary user. */
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLACK "/proc/self/timerslack_ns"

static char text[4096];

/* slurp gives the contents of a file, or a null pointer with errno. */
static char *slurp(const char *path)
{
	int fd = open(path, O_RDONLY), n, seen;

	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof text - 1);
	seen = errno;
	close(fd);
	errno = seen;
	text[n < 0 ? 0 : n] = 0;
	return n < 0 ? 0 : text;
}

/* spill writes a string to a file: what write returns. */
static int spill(const char *path, const char *data)
{
	int fd = open(path, O_WRONLY), n, seen;

	if (fd < 0)
		return -1;
	n = write(fd, data, strlen(data));
	seen = errno;
	close(fd);
	errno = seen;
	return n;
}

static void slack(void)
{
	check(prctl(PR_SET_TIMERSLACK, 70000) == 0 && slurp(SLACK) && !strcmp(text, "70000\n"));
	check(spill(SLACK, "123\n") == 4 && prctl(PR_GET_TIMERSLACK) == 123);
	check(spill(SLACK, "0") == 1 && prctl(PR_GET_TIMERSLACK) == 50000);
	fails(spill(SLACK, "many"), EINVAL);
	fails(spill(SLACK, "-1"), EINVAL);
	fails(spill(SLACK, "99999999999999999999"), ERANGE);
}

static void another(void)
{
	char path[64];
	pid_t child = fork();

	if (!child) {
		pause();
		_exit(0);
	}
	snprintf(path, sizeof path, "/proc/%d/timerslack_ns", child);
	check(!slurp(path) && errno == EPERM);
	fails(spill(path, "1"), EPERM);
	snprintf(path, sizeof path, "/proc/%d/attr/current", child);
	fails(spill(path, "label"), EPERM);
	kill(child, SIGKILL);
	waitpid(child, 0, 0);
}

static void labels(void)
{
	check(access("/proc/self/attr", X_OK) == 0);
	check(!slurp("/proc/self/attr/current") && errno == EINVAL);
	check(!slurp("/proc/self/attr/prev") && errno == EINVAL);
	fails(spill("/proc/self/attr/exec", "label"), EINVAL);
}

static void first(void)
{
	struct rlimit l = { 1, 1 };

	fails(prlimit(1, RLIMIT_NOFILE, 0, &l), EPERM);
	fails(prlimit(1, RLIMIT_NOFILE, &l, 0), EPERM);
	check(getpriority(PRIO_PROCESS, 1) == 0);
	fails(setpriority(PRIO_PROCESS, 1, 5), EPERM);
	fails(setpriority(PRIO_PROCESS, 0x3fffffff, 5), ESRCH);
}

static void queues(void)
{
	check(slurp("/proc/sys/fs/mqueue/msg_default") && !strcmp(text, "10\n"));
	check(slurp("/proc/sys/fs/mqueue/msg_max") && !strcmp(text, "10\n"));
	check(slurp("/proc/sys/fs/mqueue/msgsize_default") && !strcmp(text, "8192\n"));
	check(slurp("/proc/sys/fs/mqueue/msgsize_max") && !strcmp(text, "8192\n"));
	check(slurp("/proc/sys/fs/mqueue/queues_max") && !strcmp(text, "256\n"));
}

int main(void)
{
	if (geteuid() == 0)
		need(setgid(65534) == 0 && setuid(65534) == 0);
	slack();
	another();
	labels();
	first();
	queues();
	return result();
}
