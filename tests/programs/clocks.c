/* Clocks and sleeping. */
#include "check.h"
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

static int64_t now(clockid_t clock)
{
	struct timespec t;

	need(clock_gettime(clock, &t) == 0 && t.tv_nsec >= 0 && t.tv_nsec < 1000000000);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void reading(void)
{
	static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW,
		CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME, CLOCK_TAI,
		CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID};
	struct timespec t, resolution;
	clockid_t init;
	int64_t before, backwards = 0;
	unsigned i;
	int k;

	for (i = 0; i < sizeof clocks / sizeof *clocks; i++) {
		before = now(clocks[i]);
		for (k = 0; k < 50; k++)
			backwards += now(clocks[i]) < before;
		need(clock_getres(clocks[i], &resolution) == 0);
		need(resolution.tv_sec == 0 && resolution.tv_nsec > 0);
	}
	check(backwards == 0);
	check(clock_getres(CLOCK_MONOTONIC, NULL) == 0);
	check(clock_getcpuclockid(1, &init) == 0 && clock_gettime(init, &t) == 0);
	check(clock_getcpuclockid(0x7ffffff, &init) == ESRCH);
	fails(clock_gettime(999, &t), EINVAL);
	fails(clock_getres(999, &t), EINVAL);
}

static void agreeing(void)
{
	struct timeval tv;
	struct timespec ts;
	int64_t real = now(CLOCK_REALTIME) / 1000000000;

	check(gettimeofday(&tv, NULL) == 0 && tv.tv_sec >= real && tv.tv_sec <= real + 5);
	check(time(NULL) >= real && time(NULL) <= real + 5);
	check(timespec_get(&ts, TIME_UTC) == TIME_UTC && ts.tv_sec >= real && ts.tv_sec <= real + 5);
	check(real > 1700000000 && real < 4000000000);
}

static void sleeping(void)
{
	struct timespec wait = {0, 20000000}, bad = {0, 1000000000}, until;
	int64_t start = now(CLOCK_MONOTONIC);

	check(nanosleep(&wait, NULL) == 0 && now(CLOCK_MONOTONIC) - start >= 20000000);
	fails(nanosleep(&bad, NULL), EINVAL);
	start = now(CLOCK_MONOTONIC);
	until.tv_sec = (start + 30000000) / 1000000000;
	until.tv_nsec = (start + 30000000) % 1000000000;
	check(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == 0);
	check(now(CLOCK_MONOTONIC) - start >= 30000000 && now(CLOCK_MONOTONIC) - start < 5000000000);
	check(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == 0);
	check(clock_nanosleep(999, 0, &wait, NULL) == EINVAL);
	check(usleep(1000) == 0 && sleep(0) == 0);
}

static void accounting(void)
{
	struct rusage usage;
	struct tms tms;
	volatile unsigned spin = 0;
	int64_t start = now(CLOCK_PROCESS_CPUTIME_ID);

	while (spin < 2000000)
		spin++;
	check(now(CLOCK_PROCESS_CPUTIME_ID) > start);
	check(getrusage(RUSAGE_SELF, &usage) == 0 && usage.ru_utime.tv_usec < 1000000);
	check(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec < 1000);
	check(getrusage(RUSAGE_CHILDREN, &usage) == 0 && usage.ru_utime.tv_sec == 0);
	fails(getrusage(99, &usage), EINVAL);
	check(times(&tms) != (clock_t)-1 && tms.tms_cutime == 0);
	check(clock() != (clock_t)-1);
}

int main(void)
{
	reading();
	agreeing();
	sleeping();
	accounting();
	return result();
}
