/* code_alias.c: code that is written where it is not executed, as compilers at run time do that keep no page writable and
 * executable: by a second mapping, by a write to the file, by a child; each time followed by a flush.
 */
#include "check.h"
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 65536, SIZE = 256, ROUNDS = 50 };

typedef int (*function)(void);

/* Some ABIs mark addresses of functions in the low bit. */
#define ADDRESS(f) ((char *)((uintptr_t)(f) & ~(uintptr_t)1))
#define MARK(f) ((uintptr_t)(f) & 1)

static __attribute__((noinline, aligned(64))) int one(void) { return 1; }
static __attribute__((noinline, aligned(64))) int two(void) { return 2; }

static char *code; /* to be executed */
static int (*volatile call)(void);

static char *of(int n) { return ADDRESS(n == 1 ? one : two); }

static void flush(void)
{
#ifdef __aarch64__ /* not every libgcc has a function for it */
	for (char *line = code; line < code + SIZE; line += 64)
		__asm__ volatile("dc cvau, %0\n\tdsb ish\n\tic ivau, %0" : : "r"(line) : "memory");
	__asm__ volatile("dsb ish\n\tisb" : : : "memory");
#elif defined __sh__
	syscall(SYS_cacheflush, code, SIZE, 3); /* CACHEFLUSH_D_PURGE | CACHEFLUSH_I */
#elif defined __powerpc__ /* libgcc's function does nothing */
	for (char *line = code; line < code + SIZE; line += 32)
		__asm__ volatile("dcbst 0, %0\n\tsync\n\ticbi 0, %0" : : "r"(line) : "memory");
	__asm__ volatile("sync\n\tisync" : : : "memory");
#else
	__builtin___clear_cache(code, code + SIZE);
#endif
}

/* rewrite lets put write one and two in turn, and counts how often the other was executed. */
static int rewrite(void (*put)(int n))
{
	int wrong = 0;

	for (int i = 0; i < ROUNDS; i++) {
		put(1 + i % 2);
		wrong += call() != 1 + i % 2;
	}
	return wrong;
}

static char *alias; /* the same memory, writable */
static int file;

static void by_alias(int n)
{
	memcpy(alias, of(n), SIZE);
	flush();
}

static void by_file(int n)
{
	need(pwrite(file, of(n), SIZE, 0) == SIZE);
	flush();
}

static void by_child(int n)
{
	pid_t child = fork();

	need(child >= 0);
	if (child == 0) {
		by_alias(n);
		_exit(0);
	}
	need(waitpid(child, 0, 0) == child);
}

static char *map(int prot, int flags)
{
	char *p = mmap(0, PAGE, prot, flags, file, 0);

	need(p != MAP_FAILED);
	call = (function)((uintptr_t)p | MARK(one));
	return p;
}

int main(void)
{
	file = memfd_create("code", 0);
	need(file >= 0 && ftruncate(file, PAGE) == 0);
	alias = map(PROT_READ | PROT_WRITE, MAP_SHARED);

	code = map(PROT_READ | PROT_EXEC, MAP_SHARED);
	check(rewrite(by_alias) == 0);
	check(rewrite(by_file) == 0);
	check(rewrite(by_child) == 0);

	code = map(PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED);
	check(rewrite(by_alias) == 0);
	check(rewrite(by_file) == 0);
	check(rewrite(by_child) == 0);

	code = map(PROT_READ | PROT_EXEC, MAP_PRIVATE);
	check(rewrite(by_alias) == 0);
	check(rewrite(by_file) == 0);
	check(rewrite(by_child) == 0);
	return result();
}
