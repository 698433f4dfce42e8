/* Three hundred processes that live at one time, each with memory of its own.
 *
 * long: yes
 */
#include "check.h"
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { count = 300 };

/* child waits for the end of the pipe, and tells what it finds in its memory. */
static void child(int end, int *own, int i)
{
	char byte;
	int good;

	good = *own == i && read(end, &byte, 1) == 0 && *own == i;
	_exit(good ? i % 200 : 255);
}

int main(void)
{
	int p[2], live = 0, right = 0, status, *own;
	static pid_t pids[count];

	own = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	need(own != MAP_FAILED && pipe(p) == 0);
	for (int i = 0; i < count; i++) {
		*own = i;
		pids[i] = fork();
		if (pids[i] == 0) {
			close(p[1]);
			child(p[0], own, i);
		}
		live += pids[i] > 0;
	}
	check(live == count);
	close(p[1]);
	for (int i = 0; i < count; i++)
		right += waitpid(pids[i], &status, 0) == pids[i] && WIFEXITED(status) && WEXITSTATUS(status) == i % 200;
	check(right == count);
	return result();
}
