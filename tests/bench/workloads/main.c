/* bench [-s SCALE] [-l] [NAME...]: runs the named workloads, or all, and prints for each
 *
 *	NAME WALL-SECONDS CHECKSUM CPU-SECONDS
 *
 * A workload whose first missing call ends it prints "NAME - CALL: reason". -l lists groups and names.
 */
#include "bench.h"
#include <errno.h>
#include <time.h>

static const struct { const char *name; const struct workload *list; } groups[] = {
	{"integer", integer}, {"memory", memory}, {"floating", floating}, {"vector", vector},
	{"text", text}, {"calls", calls}, {"threads", threads}, {"processes", processes},
};

enum { GROUPS = sizeof groups / sizeof *groups };

static long scale = 100;
static const char *current;
static double wall[2], cpu[2];

static double now(clockid_t clock)
{
	struct timespec t;

	return clock_gettime(clock, &t) ? 0 : t.tv_sec + t.tv_nsec * 1e-9;
}

static void stamp(int i)
{
	wall[i] = now(CLOCK_MONOTONIC);
	cpu[i] = now(CLOCK_PROCESS_CPUTIME_ID);
}

void bench_start(void) { stamp(0); }
void bench_stop(void) { stamp(1); }
long work(long long n) { return (long)(n * scale / 100); }

void need(int fact, const char *call)
{
	if (fact)
		return;
	printf("%s - %s: %s\n", current, call, strerror(errno));
	exit(3);
}

static void run(const struct workload *w)
{
	u64 checksum;

	current = w->name;
	wall[1] = 0;
	bench_start();
	checksum = w->run();
	if (wall[1] == 0)
		bench_stop();
	printf("%s %.6f %016llx %.6f\n", w->name, wall[1] - wall[0], (unsigned long long)checksum, cpu[1] - cpu[0]);
	fflush(stdout);
}

static int wanted(const char *name, char **names)
{
	if (!*names)
		return 1;
	while (*names)
		if (!strcmp(*names++, name))
			return 1;
	return 0;
}

int main(int argc, char **argv)
{
	const struct workload *w;
	int g, list = 0, done = 0;

	for (argv++; *argv && **argv == '-'; argv++) {
		list |= !strcmp(*argv, "-l");
		if (!strcmp(*argv, "-s") && argv[1])
			scale = atol(*++argv);
	}
	for (g = 0; g < GROUPS; g++)
		for (w = groups[g].list; w->name; w++)
			if (wanted(w->name, argv)) {
				done++;
				if (list)
					printf("%s %s\n", groups[g].name, w->name);
				else
					run(w);
			}
	(void)argc;
	return done == 0;
}
