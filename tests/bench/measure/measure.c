/* measure FILE COMMAND...: runs COMMAND and writes what it cost to FILE:
 *
 *	STATUS CPU-MICROSECONDS PEAK-KIB WALL-MICROSECONDS
 *
 * A child starts with the peak of the process that it was forked from, so a Go program cannot measure
 * small ones; this program is small.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long microseconds(struct timeval t)
{
	return t.tv_sec * 1000000LL + t.tv_usec;
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	long long start = now();
	int status;
	pid_t child;
	FILE *out;

	if (argc < 3 || (child = fork()) < 0)
		return 125;
	if (child == 0) {
		execv(argv[2], argv + 2);
		_exit(127);
	}
	if (wait4(child, &status, 0, &usage) != child || !(out = fopen(argv[1], "w")))
		return 125;
	fprintf(out, "%d %lld %ld %lld\n", WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
		microseconds(usage.ru_utime) + microseconds(usage.ru_stime), usage.ru_maxrss, now() - start);
	return fclose(out) != 0;
}
