/* System V message queues: order, types, limits, waiting, removal. */
#include "check.h"
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The kernel's long has 64 bits on x32; musl's struct msgbuf there overlooks it. */
#if defined __x86_64__ && defined __ILP32__
typedef long long kernel_long;
#else
typedef long kernel_long;
#endif

static struct {
	kernel_long type;
	char text[8193];
} m;

static int put(int id, long type, const char *text)
{
	m.type = type;
	strcpy(m.text, text);
	return msgsnd(id, &m, strlen(text), IPC_NOWAIT);
}

/* got takes a message and compares it. */
static int got(int id, long want, int flags, long type, const char *text)
{
	ssize_t n;

	memset(&m, 0, sizeof m);
	n = msgrcv(id, &m, 100, want, flags | IPC_NOWAIT);
	return n == (ssize_t)strlen(text) && m.type == type && !strcmp(m.text, text);
}

static int status(pid_t pid)
{
	int s;

	return waitpid(pid, &s, 0) == pid && WIFEXITED(s) ? WEXITSTATUS(s) : -1;
}

static void pause_ms(int ms)
{
	nanosleep(&(struct timespec){0, ms * 1000000L}, NULL);
}

static void order(void)
{
	int id = msgget(IPC_PRIVATE, 0600);

	need(id >= 0);
	check(put(id, 5, "five") == 0 && put(id, 3, "three") == 0 && put(id, 9, "nine") == 0 && put(id, 3, "tres") == 0);
	check(got(id, 9, 0, 9, "nine") && got(id, -4, 0, 3, "three") && got(id, 3, MSG_EXCEPT, 5, "five"));
	fails(msgrcv(id, &m, 100, 8, IPC_NOWAIT), ENOMSG);
	fails(msgrcv(id, &m, 2, 0, IPC_NOWAIT), E2BIG);
	check(msgrcv(id, &m, 2, 0, IPC_NOWAIT | MSG_NOERROR) == 2 && !memcmp(m.text, "tr", 2));
	fails(msgrcv(id, &m, 100, 0, IPC_NOWAIT), ENOMSG);
	check(put(id, 1, "") == 0 && got(id, 0, 0, 1, ""));
	m.type = 0;
	fails(msgsnd(id, &m, 1, 0), EINVAL);
	m.type = -1;
	fails(msgsnd(id, &m, 1, 0), EINVAL);
	m.type = 1;
	fails(msgsnd(id, &m, 8193, 0), EINVAL);
	fails(msgrcv(id, &m, -1, 0, IPC_NOWAIT), EINVAL);
	check(msgctl(id, IPC_RMID, NULL) == 0);
	fails(msgsnd(id, &m, 1, 0), EINVAL);
}

static void limits(void)
{
	key_t key = 0x51a50000 + getpid();
	int id = msgget(key, IPC_CREAT | IPC_EXCL | 0620);
	struct msqid_ds ds;

	need(id >= 0 && msgget(key, 0) == id);
	fails(msgget(key, IPC_CREAT | IPC_EXCL), EEXIST);
	memset(&ds, 0x5a, sizeof ds);
	check(msgctl(id, IPC_STAT, &ds) == 0 && ds.msg_qnum == 0 && ds.msg_qbytes == 16384 && ds.msg_stime == 0);
	check((ds.msg_perm.mode & 0777) == 0620 && ds.msg_perm.uid == geteuid() && ds.msg_lspid == 0);
	m.type = 1;
	check(msgsnd(id, &m, 8192, 0) == 0 && msgsnd(id, &m, 8192, 0) == 0);
	fails(msgsnd(id, &m, 1, IPC_NOWAIT), EAGAIN);
	check(msgctl(id, IPC_STAT, &ds) == 0 && ds.msg_qnum == 2 && ds.msg_cbytes == 16384);
	check(ds.msg_lspid == getpid() && ds.msg_lrpid == 0 && ds.msg_stime >= time(NULL) - 5 && ds.msg_rtime == 0);
	check(msgrcv(id, &m, 8192, 0, 0) == 8192 && msgctl(id, IPC_STAT, &ds) == 0 && ds.msg_lrpid == getpid());
	ds.msg_qbytes = 8192;
	check(msgctl(id, IPC_SET, &ds) == 0);
	fails(msgsnd(id, &m, 1, IPC_NOWAIT), EAGAIN);
	check(msgctl(id, IPC_RMID, NULL) == 0);
	fails(msgget(key, 0), ENOENT);
}

static void waiting(void)
{
	int id = msgget(IPC_PRIVATE, 0600);
	pid_t child;

	need(id >= 0);
	if (!(child = fork()))
		_exit(msgrcv(id, &m, 100, 7, 0) == 5 && !strcmp(m.text, "seven") ? 3 : 1);
	check(put(id, 6, "six") == 0);
	pause_ms(20);
	check(put(id, 7, "seven") == 0 && status(child) == 3 && got(id, 0, 0, 6, "six"));
	m.type = 1;
	check(msgsnd(id, &m, 8192, 0) == 0 && msgsnd(id, &m, 8192, 0) == 0);
	if (!(child = fork()))
		_exit(msgsnd(id, &m, 10, 0) == 0 ? 4 : 1);
	pause_ms(20);
	check(msgrcv(id, &m, 8192, 0, 0) == 8192 && status(child) == 4);
	check(msgrcv(id, &m, 8192, 0, 0) == 8192 && msgrcv(id, &m, 8192, 0, 0) == 10);
	if (!(child = fork()))
		_exit(msgrcv(id, &m, 100, 0, 0) == -1 && errno == EIDRM ? 5 : 1);
	pause_ms(50);
	check(msgctl(id, IPC_RMID, NULL) == 0 && status(child) == 5);
}

static void handler(int sig)
{
	(void)sig;
}

static void interrupted(void)
{
	struct sigaction sa = {.sa_handler = handler, .sa_flags = SA_RESTART};
	int id = msgget(IPC_PRIVATE, 0600);
	pid_t child, parent = getpid();

	need(id >= 0 && sigaction(SIGUSR1, &sa, NULL) == 0);
	if (!(child = fork())) {
		pause_ms(50);
		kill(parent, SIGUSR1);
		_exit(0);
	}
	fails(msgrcv(id, &m, 100, 0, 0), EINTR);
	check(status(child) == 0 && msgctl(id, IPC_RMID, NULL) == 0);
}

int main(void)
{
	setbuf(stdout, NULL);
	order();
	limits();
	waiting();
	interrupted();
	return result();
}
