/* Processes. $BENCH_SPAWN is the command line, split at blanks, of a program that does nothing: where the
 * kernel cannot start a guest program itself, it names the emulator first.
 */
#include "bench.h"
#include <errno.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int status_of(pid_t child)
{
	int status = -1;

	need(waitpid(child, &status, 0) == child, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static u64 forks(void)
{
	u64 h = 0;
	long i, n = work(1000);

	fflush(NULL);
	for (i = 0; i < n; i++) {
		pid_t child = fork();

		need(child >= 0, "fork");
		if (child == 0)
			_exit(i & 127);
		h = mix(h, status_of(child));
	}
	return h;
}

static char **command(void)
{
	static char line[1000], *words[10];
	const char *given = getenv("BENCH_SPAWN");
	int n = 0;
	char *word;

	errno = ENOENT;
	need(given != NULL, "getenv BENCH_SPAWN");
	snprintf(line, sizeof line, "%s", given);
	for (word = strtok(line, " "); word && n < 9; word = strtok(NULL, " "))
		words[n++] = word;
	words[n] = NULL;
	return words;
}

static u64 spawn(void)
{
	char **words = command();
	u64 h = 0;
	long n;

	for (n = work(100); n > 0; n--) {
		pid_t child;

		errno = posix_spawn(&child, words[0], NULL, NULL, words, environ);
		need(errno == 0, "posix_spawn");
		h += status_of(child) == 0;
	}
	return h;
}

static u64 forkexec(void)
{
	char **words = command();
	u64 h = 0;
	long n;

	for (n = work(100); n > 0; n--) {
		pid_t child = fork();

		need(child >= 0, "fork");
		if (child == 0) {
			execve(words[0], words, environ);
			_exit(9);
		}
		h += status_of(child) == 0;
	}
	return h;
}

const struct workload processes[] = {{"fork", forks}, {"spawn", spawn}, {"forkexec", forkexec}, {0}};
