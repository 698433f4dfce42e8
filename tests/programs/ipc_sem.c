/* System V semaphores: values, atomic operations, waiting, undo, removal. */
#include "check.h"
#include <signal.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
	struct seminfo *info;
};

static int op(int id, int num, int by, int flags)
{
	struct sembuf b = {num, by, flags};

	return semop(id, &b, 1);
}

static int value(int id, int num)
{
	return semctl(id, num, GETVAL);
}

static int set(int id, int num, int to)
{
	return semctl(id, num, SETVAL, (union semun){.val = to});
}

#ifdef __s390x__ /* whose ipc(2) has its time-out in another place than musl puts it */
#define semtimedop(id, ops, count, timeout) (int)syscall(SYS_semtimedop, id, ops, count, timeout)
#endif

static int status(pid_t pid)
{
	int s;

	return waitpid(pid, &s, 0) == pid && WIFEXITED(s) ? WEXITSTATUS(s) : -1;
}

static void pause_ms(int ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

static void values(void)
{
	unsigned short many[4] = {1, 2, 3, 40000};
	struct semid_ds ds;
	int id = semget(IPC_PRIVATE, 4, 0640);

	need(id >= 0);
	check(value(id, 0) == 0 && value(id, 3) == 0);
	check(set(id, 2, 77) == 0 && value(id, 2) == 77 && value(id, 1) == 0);
	check(semctl(id, 2, GETPID) == getpid() && semctl(id, 1, GETPID) == 0);
	fails(set(id, 4, 1), EINVAL);
	fails(set(id, 0, 32768), ERANGE);
	fails(set(id, 0, -1), ERANGE);
	fails(semctl(id, 0, SETALL, (union semun){.array = many}), ERANGE);
	many[3] = 4;
	check(semctl(id, 0, SETALL, (union semun){.array = many}) == 0 && value(id, 3) == 4);
	memset(many, 0, sizeof many);
	check(semctl(id, 0, GETALL, (union semun){.array = many}) == 0 && many[0] == 1 && many[3] == 4);
	memset(&ds, 0x5a, sizeof ds);
	check(semctl(id, 0, IPC_STAT, (union semun){.buf = &ds}) == 0 && ds.sem_nsems == 4);
	check((ds.sem_perm.mode & 0777) == 0640 && ds.sem_perm.uid == geteuid() && ds.sem_perm.cgid == getegid());
	check(ds.sem_otime == 0 && ds.sem_ctime >= time(NULL) - 5 && ds.sem_ctime <= time(NULL) + 1);
	check(op(id, 0, 1, 0) == 0 && semctl(id, 0, IPC_STAT, (union semun){.buf = &ds}) == 0);
	check(ds.sem_otime >= time(NULL) - 5);
	ds.sem_perm.mode = 0600;
	check(semctl(id, 0, IPC_SET, (union semun){.buf = &ds}) == 0);
	check(semctl(id, 0, IPC_STAT, (union semun){.buf = &ds}) == 0 && (ds.sem_perm.mode & 0777) == 0600);
	check(semctl(id, 0, IPC_RMID) == 0);
	fails(value(id, 0), EINVAL);
	fails(semctl(id, 0, IPC_RMID), EINVAL);
}

static void keys(void)
{
	key_t key = 0x51a70000 + getpid();
	int id = semget(key, 2, IPC_CREAT | IPC_EXCL | 0600);

	need(id >= 0);
	check(semget(key, 2, 0) == id && semget(key, 0, 0) == id && semget(key, 1, IPC_CREAT) == id);
	fails(semget(key, 3, 0), EINVAL);
	fails(semget(key, 2, IPC_CREAT | IPC_EXCL | 0600), EEXIST);
	check(semctl(id, 0, IPC_RMID) == 0);
	fails(semget(key, 2, 0), ENOENT);
	fails(semget(IPC_PRIVATE, 0, 0600), EINVAL);
	fails(semget(IPC_PRIVATE, -1, 0600), EINVAL);
	fails(semget(IPC_PRIVATE, 32001, 0600), EINVAL);
}

static void atomic(void)
{
	struct sembuf two[2] = {{0, -1, 0}, {1, -1, IPC_NOWAIT}};
	struct sembuf swap[3] = {{0, 0, IPC_NOWAIT}, {0, 2, 0}, {0, -1, 0}};
	struct sembuf many[501] = {{0}};
	int id = semget(IPC_PRIVATE, 2, 0600);

	need(id >= 0 && set(id, 0, 5) == 0);
	fails(semop(id, two, 2), EAGAIN);
	check(value(id, 0) == 5 && value(id, 1) == 0);
	check(set(id, 1, 1) == 0 && semop(id, two, 2) == 0 && value(id, 0) == 4 && value(id, 1) == 0);
	fails(semop(id, swap, 3), EAGAIN);
	check(set(id, 0, 0) == 0 && semop(id, swap, 3) == 0 && value(id, 0) == 1);
	fails(op(id, 0, 32767, 0), ERANGE);
	fails(op(id, 2, 1, 0), EFBIG);
	fails(semop(id, many, 501), E2BIG);
	fails(semop(id, many, 0), EINVAL);
	fails(op(-1, 0, 1, 0), EINVAL);
	check(semctl(id, 0, IPC_RMID) == 0);
}

static void waiting(void)
{
	struct timespec soon = {0, 20000000}, bad = {0, 1000000000};
	struct sembuf down = {0, -1, 0};
	int id = semget(IPC_PRIVATE, 1, 0600);
	pid_t child;

	need(id >= 0);
	fails(semtimedop(id, &down, 1, &soon), EAGAIN);
	fails(semtimedop(id, &down, 1, &bad), EINVAL);
	if (!(child = fork()))
		_exit(op(id, 0, -3, 0) == 0 ? 3 : 1);
	while (semctl(id, 0, GETNCNT) == 0)
		pause_ms(2);
	check(semctl(id, 0, GETNCNT) == 1 && semctl(id, 0, GETZCNT) == 0);
	check(op(id, 0, 2, 0) == 0 && value(id, 0) == 2);
	check(op(id, 0, 2, 0) == 0 && status(child) == 3 && value(id, 0) == 1);
	check(semctl(id, 0, GETPID) == child);
	if (!(child = fork()))
		_exit(op(id, 0, 0, 0) == 0 ? 4 : 1);
	while (semctl(id, 0, GETZCNT) == 0)
		pause_ms(2);
	check(op(id, 0, -1, 0) == 0 && status(child) == 4);
	if (!(child = fork()))
		_exit(op(id, 0, -1, 0) == -1 && errno == EIDRM ? 5 : 1);
	while (semctl(id, 0, GETNCNT) == 0)
		pause_ms(2);
	check(semctl(id, 0, IPC_RMID) == 0 && status(child) == 5);
}

static void handler(int sig)
{
	(void)sig;
}

static void interrupted(void)
{
	struct sigaction sa = {.sa_handler = handler, .sa_flags = SA_RESTART};
	int id = semget(IPC_PRIVATE, 1, 0600);
	pid_t child, parent = getpid();

	need(id >= 0 && sigaction(SIGUSR1, &sa, NULL) == 0);
	if (!(child = fork())) {
		while (semctl(id, 0, GETNCNT) == 0)
			pause_ms(2);
		kill(parent, SIGUSR1);
		_exit(0);
	}
	fails(op(id, 0, -1, 0), EINTR);
	check(status(child) == 0 && semctl(id, 0, GETNCNT) == 0 && semctl(id, 0, IPC_RMID) == 0);
}

static void undo(void)
{
	int id = semget(IPC_PRIVATE, 2, 0600);
	pid_t child;

	need(id >= 0 && set(id, 0, 5) == 0);
	if (!(child = fork())) {
		op(id, 0, -3, SEM_UNDO);
		op(id, 1, 2, SEM_UNDO);
		op(id, 1, 1, 0);
		_exit(value(id, 0) == 2 && value(id, 1) == 3 ? 0 : 1);
	}
	check(status(child) == 0 && value(id, 0) == 5 && value(id, 1) == 1);
	check(semctl(id, 0, GETPID) == child);
	if (!(child = fork())) {
		op(id, 0, -3, SEM_UNDO);
		set(id, 0, 9);
		_exit(0);
	}
	check(status(child) == 0 && value(id, 0) == 9);
	if (!(child = fork())) {
		op(id, 0, 4, SEM_UNDO);
		op(id, 0, -12, 0);
		raise(SIGKILL);
	}
	check(waitpid(child, NULL, 0) == child && value(id, 0) == 0);
	if (!(child = fork())) { /* what is undone wakes others */
		op(id, 1, -1, SEM_UNDO);
		while (semctl(id, 1, GETNCNT) == 0)
			pause_ms(2);
		_exit(0);
	}
	while (value(id, 1) != 0)
		pause_ms(2);
	check(op(id, 1, -1, 0) == 0 && status(child) == 0 && value(id, 1) == 0);
	check(semctl(id, 0, IPC_RMID) == 0);
}

/* Four processes count together. */
static void counting(void)
{
	int id = semget(IPC_PRIVATE, 2, 0600), good = 1, i;
	pid_t child[4];

	need(id >= 0 && set(id, 0, 1) == 0);
	for (i = 0; i < 4; i++)
		if (!(child[i] = fork())) {
			for (i = 0; i < 50; i++) {
				op(id, 0, -1, SEM_UNDO);
				set(id, 1, value(id, 1) + 1);
				op(id, 0, 1, SEM_UNDO);
			}
			_exit(0);
		}
	for (i = 0; i < 4; i++)
		good &= status(child[i]) == 0;
	check(good && value(id, 1) == 200 && value(id, 0) == 1);
	check(semctl(id, 0, IPC_RMID) == 0);
}

int main(void)
{
	setbuf(stdout, NULL);
	values();
	keys();
	atomic();
	waiting();
	interrupted();
	undo();
	counting();
	return result();
}
