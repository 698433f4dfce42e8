/* What a grandchild sees of memory that was written before it was made read-only, inaccessible, or moved. */
#include "check.h"
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 1 << 16, MANY = 1 << 20 };

static char *filled(size_t size, int byte)
{
	char *p = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	need(p != MAP_FAILED);
	memset(p, byte, size);
	return p;
}

static int holds(const char *p, size_t size, int byte)
{
	for (size_t i = 0; i < size; i++)
		if (p[i] != byte)
			return 0;
	return 1;
}

/* generations calls what in a child of a child of a child. */
static void generations(void (*what)(void))
{
	int status;
	pid_t pid;

	fflush(stdout);
	for (int i = 0; i < 3; i++) {
		need((pid = fork()) >= 0);
		if (pid == 0)
			continue;
		need(waitpid(pid, &status, 0) == pid);
		if (i == 0)
			check(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		else
			_exit(status != 0);
		return;
	}
	what();
	fflush(stdout);
	_exit(0);
}

static char *small, *large, *hidden, *moved;

static void look(void)
{
	check(holds(small, SIZE, 1));
	check(holds(large, MANY, 2));
	check(mprotect(hidden, SIZE, PROT_READ) == 0);
	check(holds(hidden, SIZE, 3));
	check(holds(moved, SIZE, 4));
	check(mprotect(small, SIZE, PROT_READ | PROT_WRITE) == 0);
	small[0] = 9;
	check(holds(small + 1, SIZE - 1, 1));
}

int main(void)
{
	char *place = filled(SIZE, 0);

	small = filled(SIZE, 1);
	large = filled(MANY, 2);
	hidden = filled(SIZE, 3);
	moved = filled(SIZE, 4);
	need(mprotect(small, SIZE, PROT_READ) == 0);
	need(mprotect(large, MANY, PROT_READ) == 0);
	need(mprotect(hidden, SIZE, PROT_NONE) == 0);
	need(mprotect(moved, SIZE, PROT_READ) == 0);
	moved = mremap(moved, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, place);
	need(moved == place);
	generations(look);
	check(small[0] == 1);
	return failures != 0;
}
