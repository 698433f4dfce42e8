/* Signals that end the program although it would rather not: the status says which.
 *
 * run: default
 * run: abort
 * run: frame
 * run: overflow
 * run: ignored
 * run: blocked
 * run: kill
 */
#include "check.h"
#include <alloca.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static char small[65536] __attribute__((aligned(65536)));

static sigset_t nothing;

static void returns(int sig) { }

/* What is left of the alternate stack is room for a call, but not for any ABI's frame. A stack pointer that has left the
 * stack by itself would be back at its top with the next signal, here as on Linux. */
static void deeper(int sig, siginfo_t *info, void *context)
{
	enum { left = 512 };
	volatile char *fill = alloca((char *)&info - small - left);

	fill[0] = 1;
	sigprocmask(SIG_SETMASK, &nothing, NULL); /* riscv32's musl blocks signals at random */
	syscall(SYS_tkill, syscall(SYS_gettid), sig);
	fill[1] = 1;
}

/* Little steps, so that what is left of the stack is less than a signal frame. */
static void recurse(int n)
{
	volatile char step[16];

	step[0] = (char)n;
	if (n)
		recurse(n + 1);
	step[1] = 0;
}

static void act(int sig, void (*handler)(int), int flags)
{
	struct sigaction sa = {.sa_flags = flags};

	sa.sa_handler = handler;
	need(sigaction(sig, &sa, NULL) == 0);
}

int main(int argc, char **argv)
{
	stack_t ss = {.ss_sp = small, .ss_size = sizeof small};
	sigset_t set;

	need(argc == 2);
	puts(argv[1]);
	fflush(stdout);
	sigfillset(&set);
	switch (argv[1][0] == 'b' ? argv[1][1] : argv[1][0]) {
	case 'd':
		raise(SIGUSR1);
		break;
	case 'a': /* abort: the handler returns, and it happens all the same */
		act(SIGABRT, returns, 0);
		abort();
	case 'f': /* frame: there is no stack left for the handler of the overflow */
		act(SIGSEGV, returns, 0);
		recurse(1);
		break;
	case 'o': /* overflow of the alternate stack by nested handlers */
		need(sigaltstack(&ss, NULL) == 0);
		act(SIGUSR1, (void (*)(int))deeper, SA_ONSTACK | SA_NODEFER | SA_SIGINFO);
		raise(SIGUSR1);
		break;
	case 'i': /* a fault cannot be ignored */
		signal(SIGSEGV, SIG_IGN);
		*(volatile int *)0 = 0;
		break;
	case 'l': /* nor blocked */
		act(SIGSEGV, returns, 0);
		need(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
		*(volatile int *)0 = 0;
		break;
	case 'k':
		need(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
		kill(getpid(), SIGKILL);
		break;
	}
	puts("survived");
	return result();
}
