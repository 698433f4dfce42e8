/* System V shared memory: attaching, sharing, accounting, removal. */
#include "check.h"
#include <signal.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FAILED ((void *)-1)

static int attached(int id)
{
	struct shmid_ds ds;

	return shmctl(id, IPC_STAT, &ds) ? -1 : (int)ds.shm_nattch;
}

static int status(pid_t pid)
{
	int s;

	return waitpid(pid, &s, 0) == pid && WIFEXITED(s) ? WEXITSTATUS(s) : -1;
}

static void segments(void)
{
	key_t key = 0x51a60000 + getpid();
	size_t page = sysconf(_SC_PAGESIZE);
	int id = shmget(key, 3 * page - 100, IPC_CREAT | IPC_EXCL | 0640);
	struct shmid_ds ds;

	need(id >= 0);
	check(shmget(key, 0, 0) == id && shmget(key, page, IPC_CREAT | 0600) == id);
	fails(shmget(key, 3 * page, 0), EINVAL);
	fails(shmget(key, page, IPC_CREAT | IPC_EXCL), EEXIST);
	fails(shmget(IPC_PRIVATE, 0, 0600), EINVAL);
	memset(&ds, 0x5a, sizeof ds);
	check(shmctl(id, IPC_STAT, &ds) == 0 && ds.shm_segsz == 3 * page - 100 && ds.shm_nattch == 0);
	check((ds.shm_perm.mode & 0777) == 0640 && ds.shm_cpid == getpid() && ds.shm_lpid == 0);
	check(ds.shm_perm.uid == geteuid() && ds.shm_perm.cuid == geteuid() && ds.shm_perm.gid == getegid());
	check(ds.shm_atime == 0 && ds.shm_dtime == 0 && ds.shm_ctime >= time(NULL) - 5);
	ds.shm_perm.mode = 0600;
	check(shmctl(id, IPC_SET, &ds) == 0 && shmctl(id, IPC_STAT, &ds) == 0 && (ds.shm_perm.mode & 0777) == 0600);
	check(shmctl(id, IPC_RMID, NULL) == 0);
	fails(shmctl(id, IPC_STAT, &ds), EINVAL);
	fails(shmget(key, 0, 0), ENOENT);
	check(shmat(id, NULL, 0) == FAILED && errno == EINVAL);
}

static void sharing(void)
{
	size_t page = sysconf(_SC_PAGESIZE);
	int id = shmget(IPC_PRIVATE, 4 * page, 0600);
	struct shmid_ds ds;
	volatile int *a, *b;
	pid_t child;

	need(id >= 0 && (a = shmat(id, NULL, 0)) != FAILED && (b = shmat(id, NULL, 0)) != FAILED);
	check(a != b && a[0] == 0 && a[page - 1] == 0 && attached(id) == 2);
	a[7] = 42;
	check(b[7] == 42);
	if (!(child = fork())) {
		b[8] = attached(id);
		a[9] = 99;
		_exit(shmdt((void *)a) == 0 && attached(id) == 3 ? 0 : 1);
	}
	check(status(child) == 0 && a[8] == 4 && b[9] == 99 && attached(id) == 2);
	check(shmctl(id, IPC_STAT, &ds) == 0 && ds.shm_atime >= time(NULL) - 5 && ds.shm_lpid == child);
	check(shmdt((void *)b) == 0 && attached(id) == 1 && a[9] == 99);
	fails(shmdt((void *)b), EINVAL);
	fails(shmdt((char *)a + 1), EINVAL);
	check(shmctl(id, IPC_STAT, &ds) == 0 && ds.shm_dtime >= time(NULL) - 5 && ds.shm_lpid == getpid());
	check(shmctl(id, IPC_RMID, NULL) == 0 && attached(id) == 1); /* it stays while attached */
	check(shmctl(id, IPC_STAT, &ds) == 0 && (ds.shm_perm.mode & 01000) && a[7] == 42);
	b = shmat(id, NULL, 0); /* an id of a removed segment can still be attached */
	check(b != FAILED && b[7] == 42 && attached(id) == 2 && shmdt((void *)b) == 0);
	check(shmdt((void *)a) == 0 && attached(id) == -1 && errno == EINVAL);
}

static void protection(void)
{
	int id = shmget(IPC_PRIVATE, 100, 0600);
	volatile char *a;
	pid_t child;
	int s;

	need(id >= 0 && (a = shmat(id, NULL, SHM_RDONLY)) != FAILED && a[0] == 0);
	if (!(child = fork())) {
		signal(SIGSEGV, SIG_DFL);
		a[0] = 1;
		_exit(0);
	}
	check(waitpid(child, &s, 0) == child && WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV);
	fails(mprotect((void *)a, 100, PROT_READ | PROT_WRITE), EACCES);
	check(shmdt((void *)a) == 0 && shmctl(id, IPC_RMID, NULL) == 0);
}

static void places(void)
{
	size_t page = sysconf(_SC_PAGESIZE), align = 0x40000;
	int id = shmget(IPC_PRIVATE, 2 * page, 0600);
	char *area = mmap(NULL, 4 * align, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *at, *got;

	need(id >= 0 && area != MAP_FAILED);
	at = (char *)(((uintptr_t)area + align - 1) & -align);
	check(shmat(id, at, 0) == FAILED && errno == EINVAL); /* taken */
	check(shmat(id, at + 5, 0) == FAILED && errno == EINVAL);
	check(shmat(id, NULL, SHM_REMAP) == FAILED && errno == EINVAL);
	check(shmat(id, at, SHM_REMAP) == at && attached(id) == 1);
	at[page] = 3;
	check(munmap(area, 4 * align) == 0 && attached(id) == 0);
	got = shmat(id, at + 5, SHM_RND);
	check(got == at && got[page] == 3 && attached(id) == 1);
	check(munmap(at, page) == 0 && attached(id) == 1 && at[page] == 3);
	check(shmdt(at) == 0 && attached(id) == 0);
	check(shmctl(id, IPC_RMID, NULL) == 0);
	munmap(area, 4 * align);
}

static void ended(void)
{
	int id = shmget(IPC_PRIVATE, 100, 0600);
	pid_t child;

	need(id >= 0);
	if (!(child = fork())) {
		shmat(id, NULL, 0);
		_exit(attached(id) == 1 ? 0 : 1);
	}
	check(status(child) == 0 && attached(id) == 0);
	if (!(child = fork())) {
		shmat(id, NULL, 0);
		_exit(shmctl(id, IPC_RMID, NULL) == 0 && attached(id) == 1 ? 0 : 1);
	}
	check(status(child) == 0 && attached(id) == -1);
}

int main(void)
{
	setbuf(stdout, NULL);
	segments();
	sharing();
	protection();
	places();
	ended();
	return result();
}
