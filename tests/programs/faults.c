/* Programs that die of what they do: the status says of what.
 *
 * run: read
 * run: write
 * run: execute
 * run: readonly
 * run: illegal
 * run: stack
 * run: bus
 */
#include "check.h"
#include <sys/mman.h>
#include <unistd.h>

static volatile int sink;

/* An instruction that the ISA promises never to define. */
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

static void illegal(void)
{
	__asm__ volatile(ILLEGAL);
}

static int deeper(int n)
{
	volatile char frame[4096];

	frame[0] = (char)n;
	return n < 0 ? n : deeper(n + 1) + frame[0];
}

/* A shared mapping of an empty file has no page to give. */
static void bus(void)
{
	int fd = memfd_create("empty", 0);
	volatile char *p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);

	sink = *p;
}

int main(int argc, char **argv)
{
	static const int constant = 1;
	volatile int *volatile nowhere = (int *)8;
	const char *how = argc > 1 ? argv[1] : "";

	puts(how);
	fflush(stdout);
	if (!strcmp(how, "read"))
		sink = *nowhere;
	else if (!strcmp(how, "write"))
		*nowhere = 1;
	else if (!strcmp(how, "readonly"))
		*(volatile int *)&constant = 2;
	else if (!strcmp(how, "execute"))
		((void (*volatile)(void))16)();
	else if (!strcmp(how, "illegal"))
		illegal();
	else if (!strcmp(how, "stack"))
		sink = deeper(0);
	else if (!strcmp(how, "bus"))
		bus();
	puts("still alive");
	return 0;
}
