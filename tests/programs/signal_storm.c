/* A storm of signals between threads and processes. Every real-time signal is handled once, and no handler disturbs the
 * floating-point registers of what it interrupts.
 */
#include "check.h"
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 3, THREADS = 3, EACH = 150 };

static struct shared {
	atomic_int ready, handled[PROCESSES], wrong, done;
	pid_t pid[PROCESSES];
} *all;
static int self;
static pthread_t threads[THREADS];
static atomic_int started;

/* work is some arithmetic whose result shows a register that has changed meanwhile. */
static double work(double x)
{
	double a = x, b = x / 3, c = x * 0.5, d = 1 + x;

	for (int i = 0; i < 40; i++) {
		a = a * 0.75 + b;
		b = b * 0.5 + c;
		c = c * 0.25 + d;
		d = d * 0.875 + 0.125;
	}
	return a + b + c + d;
}

static volatile double sink;

static void handler(int sig)
{
	sink = work(sig + atomic_fetch_add(&all->handled[self], 1));
}

/* send queues a signal, however full the queue is: to the process if there is no such thread. */
static void send(int round, int to)
{
	union sigval v = {.sival_int = round};

	while (to == self ? pthread_kill(threads[round % THREADS], SIGRTMIN + 2) : sigqueue(all->pid[to], SIGRTMIN + 3, v))
		sched_yield();
}

static void *thread(void *arg)
{
	double want = work(1.5);

	atomic_fetch_add(&started, 1);
	while (atomic_load(&started) < THREADS + 1)
		sched_yield();
	for (int i = 0; i < EACH; i++) {
		send(i, i % PROCESSES);
		if (work(1.5) != want)
			atomic_fetch_add(&all->wrong, 1);
	}
	while (atomic_load(&all->handled[self]) < THREADS * EACH) /* a thread takes its signals with it */
		sched_yield();
	return NULL;
}

/* process runs the threads of one process, until all signals that are meant for it have come. */
static void process(void)
{
	for (int i = 0; i < THREADS; i++)
		need(pthread_create(&threads[i], NULL, thread, NULL) == 0);
	all->pid[self] = getpid();
	atomic_fetch_add(&all->ready, 1);
	while (atomic_load(&all->ready) < PROCESSES)
		sched_yield();
	atomic_fetch_add(&started, 1);
	for (int i = 0; i < THREADS; i++)
		need(pthread_join(threads[i], NULL) == 0);
	atomic_fetch_add(&all->done, 1);
	while (atomic_load(&all->done) < PROCESSES)
		sched_yield();
}

int main(void)
{
	struct sigaction sa = {.sa_handler = handler, .sa_flags = SA_RESTART};
	pid_t child[PROCESSES];
	int status, good = 1;

	all = mmap(NULL, sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	need(all != MAP_FAILED);
	need(sigaction(SIGRTMIN + 2, &sa, NULL) == 0 && sigaction(SIGRTMIN + 3, &sa, NULL) == 0);
	for (self = 1; self < PROCESSES; self++) {
		child[self] = fork();
		need(child[self] >= 0);
		if (child[self] == 0) {
			process();
			_exit(0);
		}
	}
	self = 0;
	process();
	for (int i = 1; i < PROCESSES; i++) {
		while (waitpid(child[i], &status, 0) == -1 && errno == EINTR)
			;
		good = good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	}
	check(good);
	for (int i = 0; i < PROCESSES; i++)
		check(atomic_load(&all->handled[i]) == THREADS * EACH);
	check(atomic_load(&all->wrong) == 0);
	return result();
}
