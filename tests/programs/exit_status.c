/* The ways to end.
 *
 * run: return
 * run: exit
 * run: quick
 * run: immediately
 * run: wraps
 * run: abort
 * run: assert
 * run: kill
 * run: other
 */
#include "check.h"
#include <assert.h>
#include <signal.h>
#include <unistd.h>

static void first(void)
{
	puts("registered first, called last");
}

static void second(void)
{
	puts("registered second, called first");
	atexit(first);
}

static void quick(void)
{
	puts("at quick exit");
	fflush(stdout);
}

__attribute__((destructor)) static void destroyed(void)
{
	puts("destructor");
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "return";

	atexit(first);
	atexit(second);
	at_quick_exit(quick);
	printf("%s\n", how);
	if (!strcmp(how, "exit"))
		exit(3);
	if (!strcmp(how, "wraps"))
		exit(256 + 7);
	fflush(stdout);
	printf("buffered");
	if (!strcmp(how, "quick"))
		quick_exit(4);
	if (!strcmp(how, "immediately"))
		_exit(5);
	if (!strcmp(how, "abort"))
		abort();
	if (!strcmp(how, "assert"))
		assert(argc == 1000);
	if (!strcmp(how, "kill"))
		kill(getpid(), SIGKILL);
	if (!strcmp(how, "other"))
		raise(SIGUSR1);
	return 42;
}
