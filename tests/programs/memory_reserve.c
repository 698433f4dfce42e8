/* Address space that is reserved, not used: more of it than there is memory. */
#include "check.h"
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	size_t size = sizeof(void *) == 8 ? (size_t)1 << 36 : (size_t)1 << 29;
	int status;
	char *p = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	need(p != MAP_FAILED);
	check(mprotect(p + size - 65536, 65536, PROT_READ | PROT_WRITE) == 0 && mprotect(p, 65536, PROT_READ | PROT_WRITE) == 0);
	p[size - 1] = 5, p[0] = 6;
	if (fork() == 0) {
		p[0]++;
		_exit(p[size - 1] + p[0]);
	}
	check(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 12);
	check(p[0] == 6 && munmap(p, size) == 0);
	return result();
}
