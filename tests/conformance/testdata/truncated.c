/* Maps the file of its first argument, shared and privately, says "ready", waits for a line, and touches what may have gone. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static sigjmp_buf back;
static void *volatile where;

static void on_bus(int sig, siginfo_t *info, void *context)
{
	where = info->si_addr;
	siglongjmp(back, info->si_code);
}

/* touched is 0 if the byte can be read or written, and otherwise 1 plus the signal's code. */
static int touched(volatile char *at, int writes)
{
	int code = sigsetjmp(back, 1);

	if (code)
		return 1 + code;
	if (writes)
		*at = 1;
	else
		(void)*at;
	getppid(); /* the signal comes no later than this */
	return 0;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_sigaction = on_bus, .sa_flags = SA_SIGINFO};
	int fd = open(argv[1], O_RDWR), flags[] = {MAP_SHARED, MAP_PRIVATE}, pipes[2];
	char *maps[2], line[10];

	sigaction(SIGBUS, &action, NULL);
	pipe(pipes);
	for (int i = 0; i < 2; i++) {
		maps[i] = mmap(NULL, 4 << 16, PROT_READ | PROT_WRITE, flags[i], fd, 0);
		for (int page = 0; page < 4; page++)
			printf("%d", touched(maps[i] + (page << 16), page & 1));
	}
	puts(" ready");
	fflush(stdout);
	read(0, line, sizeof line);
	for (int i = 0; i < 2; i++) {
		for (int page = 0; page < 4; page++) {
			char *at = maps[i] + (page << 16) + 5;

			where = at;
			printf(" %d%s", touched(at, page & 1), where == at ? "" : "?");
			printf(" %d", touched(at, page & 1));
		}
		printf(" %s", write(pipes[1], maps[i] + (3 << 16), 1) < 0 ? "EFAULT" : "written");
	}
	puts("");
	return 0;
}
