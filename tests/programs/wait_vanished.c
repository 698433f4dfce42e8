/* Children that vanish when they end, while their parent waits and handles SIGCHLD: wait says ECHILD, never EINTR.
 */
#include "check.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t told;

static void count(int sig)
{
	(void)sig;
	told++;
}

/* vanish is how many of n waits for a child that ends meanwhile say that there is none. */
static int vanish(int n)
{
	int gone = 0, status;

	for (int i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			usleep(1000);
			_exit(1);
		}
		gone += wait(&status) == -1 && errno == ECHILD;
	}
	return gone;
}

int main(void)
{
	struct sigaction act = {.sa_handler = count, .sa_flags = SA_NOCLDWAIT};

	need(sigaction(SIGCHLD, &act, NULL) == 0);
	check(vanish(50) == 50);
	check(told == 50);
	act.sa_flags |= SA_RESTART;
	need(sigaction(SIGCHLD, &act, NULL) == 0);
	check(vanish(50) == 50);
	act.sa_handler = SIG_IGN;
	need(sigaction(SIGCHLD, &act, NULL) == 0);
	check(vanish(50) == 50 && told == 100);
	return result();
}
