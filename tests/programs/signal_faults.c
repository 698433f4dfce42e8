/* Signals of the program's own instructions: codes and addresses, and that a handler can leave by a jump. */
#include "check.h"
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined __x86_64__ || defined __i386__
#define ILLEGAL "ud2"
#elif defined __aarch64__ || defined __riscv
#define ILLEGAL ".4byte 0"
#elif defined __thumb__
#define ILLEGAL "udf #0"
#elif defined __arm__
#define ILLEGAL ".inst 0xe7f000f0"
#elif defined __mips__
#define ILLEGAL ".4byte 0x7c00003f"
#elif defined __m68k__
#define ILLEGAL "illegal"
#elif defined __sh__
#define ILLEGAL ".2byte 0xfffd"
#else
#define ILLEGAL ".4byte 0"
#endif

static sigjmp_buf back;
static volatile sig_atomic_t got, code, on_alt;
static char *volatile addr;
static char stack[65536];
static volatile int sink;

static void caught(int sig, siginfo_t *si, void *context)
{
	char here;

	got = sig;
	code = si->si_code;
	addr = si->si_addr;
	on_alt = &here >= stack && &here < stack + sizeof stack;
	siglongjmp(back, 1);
}

/* Runs the code and reports whether it ended in a signal. */
#define faulting(code) (got = 0, sigsetjmp(back, 1) ? 1 : ((code), 0))

static void touch(volatile char *p) { sink = *p; }
static void store(volatile char *p) { *p = 1; }
static void illegal(void) { __asm__ volatile(ILLEGAL); }

static int deeper(int n)
{
	volatile char frame[4096];

	frame[0] = (char)n;
	return n < 0 ? n : deeper(n + 1) + frame[0];
}

static void memory(void)
{
	char *p = mmap(NULL, 4 * 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	sigset_t now;

	need(p != MAP_FAILED && munmap(p + 65536, 65536) == 0 && mprotect(p + 2 * 65536, 65536, PROT_READ) == 0);
	check(faulting(touch(p + 65536 + 24)) && got == SIGSEGV && code == SEGV_MAPERR && addr == p + 65536 + 24);
	check(faulting(store(p + 2 * 65536 + 8)) && got == SIGSEGV && code == SEGV_ACCERR && addr == p + 2 * 65536 + 8);
	check(sigprocmask(SIG_BLOCK, NULL, &now) == 0 && !sigismember(&now, SIGSEGV));
	check(!faulting(touch(p + 2 * 65536)) && !faulting(store(p)));
	check(faulting(((void (*)(void))(uintptr_t)16)()) && got == SIGSEGV && addr == (char *)16);
}

static void instructions(void)
{
	check(faulting(illegal()) && got == SIGILL);
	check(faulting(abort()) && got == SIGABRT && code == SI_TKILL);
	check(faulting(raise(SIGFPE)) && got == SIGFPE && code == SI_TKILL);
}

static void alternate(void)
{
	stack_t ss = {.ss_sp = stack, .ss_size = sizeof stack}, old;

	check(!on_alt);
	need(sigaltstack(&ss, &old) == 0 && old.ss_flags == SS_DISABLE);
	check(faulting(deeper(1)) && got == SIGSEGV && on_alt);
	check(faulting(touch(NULL)) && on_alt && addr == NULL);
	check(sigaltstack(NULL, &old) == 0 && old.ss_flags == 0 && old.ss_sp == stack && old.ss_size == sizeof stack);
}

int main(void)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT};
	struct sigaction sa = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
	unsigned i;

	sa.sa_sigaction = caught;
	for (i = 0; i < sizeof signals / sizeof *signals; i++)
		need(sigaction(signals[i], &sa, NULL) == 0);
	memory();
	instructions();
	alternate();
	return result();
}
