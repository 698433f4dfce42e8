/* System calls, signals and files. Files go into the working directory. */
#define _GNU_SOURCE
#include "bench.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static u64 ppid(void)
{
	u64 h = 0;
	long n;

	for (n = work(500000); n > 0; n--)
		h += syscall(SYS_getppid) >= 0;
	return h;
}

static u64 clocks(void)
{
	struct timespec t;
	u64 h = 0;
	long n;

	for (n = work(500000); n > 0; n--)
		h += clock_gettime(CLOCK_REALTIME, &t) == 0;
	return h;
}

static u64 write1(void)
{
	int fd = open("/dev/null", O_WRONLY);
	u64 h = 0;
	long n;

	need(fd >= 0, "open");
	for (n = work(500000); n > 0; n--)
		h += write(fd, "x", 1);
	close(fd);
	return h;
}

static u64 read1(void)
{
	int fd = open("/dev/zero", O_RDONLY);
	u64 h = 0;
	char c;
	long n;

	need(fd >= 0, "open");
	for (n = work(500000); n > 0; n--)
		h += read(fd, &c, 1);
	close(fd);
	return h;
}

static u64 pipe4k(void)
{
	char block[4096] = {3};
	int fds[2];
	u64 h = 0;
	long n;

	need(pipe(fds) == 0, "pipe");
	for (n = work(100000); n > 0; n--) {
		h += write(fds[1], block, sizeof block);
		h += read(fds[0], block, sizeof block);
	}
	close(fds[0]);
	close(fds[1]);
	return h;
}

static u64 mapping(void)
{
	u64 h = 0;
	long i, n = work(20000);

	for (i = 0; i < n; i++) {
		u8 *p = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		need(p != MAP_FAILED, "mmap");
		p[0] = 1;
		p[4096 * 7] = i;
		h += p[4096 * 7];
		munmap(p, 65536);
	}
	return h;
}

static volatile u64 caught;

static void count(int signal)
{
	(void)signal;
	caught++;
}

static u64 raises(void)
{
	long n;

	caught = 0;
	signal(SIGUSR1, count);
	for (n = work(40000); n > 0; n--)
		raise(SIGUSR1);
	return caught;
}

static sigjmp_buf place;

static void escape(int signal)
{
	count(signal);
	siglongjmp(place, 1);
}

static u64 segv(void)
{
	volatile char *p = mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	static volatile long i, n;

	caught = 0;
	signal(SIGSEGV, escape);
	for (i = 0, n = work(30000); i < n; i++)
		if (!sigsetjmp(place, 1))
			p[i & 4095] = 1;
	signal(SIGSEGV, SIG_DFL);
	return caught;
}

static u64 files(void)
{
	char name[40], block[4096];
	u64 h = 0;
	long i, n = work(2000);

	memset(block, 'q', sizeof block);
	for (i = 0; i < n; i++) {
		int fd;

		snprintf(name, sizeof name, "bench-%d-%ld", (int)getpid(), i);
		fd = open(name, O_CREAT | O_RDWR | O_TRUNC, 0600);
		need(fd >= 0, "open");
		h += write(fd, block, sizeof block);
		lseek(fd, 0, SEEK_SET);
		h += read(fd, block, sizeof block);
		close(fd);
		unlink(name);
	}
	return h;
}

static u64 stats(void)
{
	struct stat st;
	u64 h = 0;
	long n;

	for (n = work(100000); n > 0; n--)
		h += stat(".", &st) == 0;
	return h;
}

static u64 seqread(void)
{
	static u8 block[65536];
	int fd = open("bench-big", O_CREAT | O_RDWR | O_TRUNC, 0600);
	long i, n = work(1600);
	u64 h = 0;
	ssize_t got;

	need(fd >= 0, "open");
	for (i = 0; i < n; i++)
		h += write(fd, block, sizeof block);
	lseek(fd, 0, SEEK_SET);
	bench_start();
	while ((got = read(fd, block, sizeof block)) > 0)
		h += got + block[0];
	bench_stop();
	close(fd);
	unlink("bench-big");
	return h;
}

const struct workload calls[] = {{"getppid", ppid}, {"clock", clocks}, {"write1", write1}, {"read1", read1},
	{"pipe4k", pipe4k}, {"mmap", mapping}, {"raise", raises}, {"segv", segv}, {"files", files},
	{"stat", stats}, {"seqread", seqread}, {0}};
