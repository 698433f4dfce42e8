/* Threads and atomics. */
#include "bench.h"
#include <errno.h>
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static u64 shared;
static int turn;

static pthread_t start(void *(*run)(void *), void *argument)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, run, argument);
	need(errno == 0, "pthread_create");
	return thread;
}

static void *increment(void *x)
{
	return (char *)x + 1;
}

static u64 create(void)
{
	u64 h = 0;
	long i, n = work(300);
	void *end;

	for (i = 0; i < n; i++) {
		pthread_join(start(increment, (void *)i), &end);
		h += (uintptr_t)end;
	}
	return h;
}

static void *locker(void *rounds)
{
	u32 seed = 1;
	long n;
	int k;

	for (n = (long)rounds; n > 0; n--) {
		pthread_mutex_lock(&mutex);
		shared++;
		pthread_mutex_unlock(&mutex);
		for (k = 0; k < 8; k++)
			random32(&seed);
	}
	return NULL;
}

static u64 contend(int count, long rounds)
{
	pthread_t thread[8];
	int i;

	shared = 0;
	for (i = 0; i < count; i++)
		thread[i] = start(locker, (void *)(rounds / count));
	for (i = 0; i < count; i++)
		pthread_join(thread[i], NULL);
	return shared;
}

static u64 mutex1(void)
{
	shared = 0;
	locker((void *)work(1500000));
	return shared;
}

static u64 mutex2(void) { return contend(2, work(1000000)); }
static u64 mutex4(void) { return contend(4, work(1000000)); }

static void *compute(void *value)
{
	u64 *out = value, h = 0;
	u32 seed = (u32)*out + 1;
	long n;

	for (n = work(30000000) / 4; n > 0; n--) {
		u32 x = random32(&seed);

		h = x & 1 ? h + x : h ^ x >> 3;
	}
	*out = h;
	return NULL;
}

static u64 parallel(int threaded)
{
	u64 out[4] = {1, 2, 3, 4}, h = 0;
	pthread_t thread[4];
	int i;

	for (i = 0; i < 4; i++)
		if (threaded)
			thread[i] = start(compute, &out[i]);
		else
			compute(&out[i]);
	for (i = 0; i < 4; i++) {
		if (threaded)
			pthread_join(thread[i], NULL);
		h = mix(h, out[i]);
	}
	return h;
}

static u64 par1(void) { return parallel(0); }
static u64 par4(void) { return parallel(1); }

static u64 atomics(void)
{
	static u32 sum, next;
	u32 i, n = work(5000000);

	sum = next = 0;
	for (i = 0; i < n; i++) {
		u32 expected = i;

		__atomic_fetch_add(&sum, i, __ATOMIC_SEQ_CST);
		__atomic_compare_exchange_n(&next, &expected, i + 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	}
	return (u64)sum << 32 | next;
}

/* take_turns waits for its own turn and gives the other's, n times. */
static void take_turns(int own, long n)
{
	while (n--) {
		pthread_mutex_lock(&mutex);
		while (turn != own)
			pthread_cond_wait(&turned, &mutex);
		turn = !own;
		pthread_cond_signal(&turned);
		pthread_mutex_unlock(&mutex);
	}
}

static void *pong(void *n)
{
	take_turns(1, (long)n);
	return NULL;
}

static u64 pingpong(void)
{
	long n = work(15000);
	pthread_t other;

	turn = 0;
	other = start(pong, (void *)n);
	take_turns(0, n);
	pthread_join(other, NULL);
	return n;
}

const struct workload threads[] = {{"thr_create", create}, {"mutex1", mutex1}, {"mutex2", mutex2},
	{"mutex4", mutex4}, {"par1", par1}, {"par4", par4}, {"atomics", atomics}, {"pingpong", pingpong}, {0}};
