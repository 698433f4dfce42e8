/* Threads that wait for the same children: each child is one thread's alone.
 */
#include "check.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 40, THREADS = 3 };

static pthread_barrier_t start;
static int pipes[2];
static int found[THREADS], sum[THREADS], ended[THREADS];

/* bury waits until there is no child left. */
static void *bury(void *arg)
{
	int me = (int)(intptr_t)arg, status;

	pthread_barrier_wait(&start);
	while (waitpid(-1, &status, 0) > 0) {
		found[me]++;
		sum[me] += WEXITSTATUS(status);
	}
	ended[me] = errno;
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];
	int children = 0, codes = 0;
	char byte;

	need(pipe(pipes) == 0 && pthread_barrier_init(&start, NULL, THREADS + 1) == 0);
	for (int i = 1; i <= CHILDREN; i++) {
		if (fork() == 0) {
			close(pipes[1]);
			read(pipes[0], &byte, 1); /* until the parent closes its end */
			_exit(i);
		}
	}
	for (int i = 0; i < THREADS; i++)
		need(pthread_create(&threads[i], NULL, bury, (void *)(intptr_t)i) == 0);
	pthread_barrier_wait(&start);
	close(pipes[1]);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		children += found[i];
		codes += sum[i];
		if (ended[i] != ECHILD)
			need(!"ended by ECHILD");
	}
	check(children == CHILDREN && codes == CHILDREN * (CHILDREN + 1) / 2);
	fails(waitpid(-1, NULL, 0), ECHILD);
	return result();
}
