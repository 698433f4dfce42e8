/* Stacks, and mappings with MAP_GROWSDOWN, grow when what is below them is touched, by the program or by the kernel.
 */
#include "check.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1 << 20)

static sigjmp_buf back;
static char altstack[65536];

/* mapped is the size of the stack's mapping, in bytes. */
static unsigned long mapped(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned long start, end, size = 0;
	char line[512];

	need(maps);
	while (fgets(line, sizeof line, maps))
		if (strstr(line, "[stack]") && sscanf(line, "%lx-%lx", &start, &end) == 2)
			size = end - start;
	fclose(maps);
	return size;
}

/* below touches the lowest byte of a frame of a size, without what is above it. */
static __attribute__((noinline)) int below(size_t size, int fd)
{
	volatile char *low = __builtin_alloca(size);

	if (fd >= 0)
		return read(fd, (char *)low, 1) == 1;
	*low = 1;
	return *low;
}

static __attribute__((noinline)) int deep(int frames)
{
	volatile char frame[4000];

	frame[0] = 1;
	return frames ? deep(frames - 1) + frame[0] : 0;
}

static void caught(int sig)
{
	(void)sig;
	siglongjmp(back, 1);
}

static int survives(volatile char *at)
{
	if (sigsetjmp(back, 1))
		return 0;
	*at = 1;
	return *at;
}

static void limited(void)
{
	struct rlimit limit = {2 * MIB, 2 * MIB};
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		setrlimit(RLIMIT_STACK, &limit);
		_exit(sigsetjmp(back, 1) ? 7 : below(4 * MIB, -1));
	}
	check(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

static void grows_down(void)
{
	char *room = mmap(NULL, 8 * MIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *top = room + 7 * MIB;

	need(room != MAP_FAILED && munmap(room + 65536, 8 * MIB - 65536) == 0);
	need(mprotect(room, 65536, PROT_READ) == 0);
	need(mmap(top, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN, -1, 0) == top);
	check(survives(top - 4096) && survives(top - MIB) && survives(top - 3 * MIB));
	check(top[-2 * MIB] == 0);
	check(survives(room + 65536 + MIB + 65536));
	check(!survives(room + 65536 + MIB / 2));
	check(!survives(top + 65536 + MIB));
}

int main(void)
{
	stack_t alt = {.ss_sp = altstack, .ss_size = sizeof altstack};
	struct sigaction act = {.sa_handler = caught, .sa_flags = SA_ONSTACK};
	int zero = open("/dev/zero", O_RDONLY);
	struct rlimit limit = {8 * MIB, RLIM_INFINITY};

	setrlimit(RLIMIT_STACK, &limit);
	need(sigaltstack(&alt, NULL) == 0 && sigaction(SIGSEGV, &act, NULL) == 0 && sigaction(SIGBUS, &act, NULL) == 0);
	check(mapped() > 0 && mapped() < MIB);
	check(below(MIB, -1) && mapped() > MIB && mapped() < 2 * MIB);
	check(below(2 * MIB, zero) && mapped() > 2 * MIB);
	check(deep(1000) == 1000 && mapped() > 3 * MIB && mapped() < 7 * MIB);
	limited();
	grows_down();
	return result();
}
