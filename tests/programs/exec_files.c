/* execve(2), execveat(2), fexecve(3): which files run, how they are named, and which errors the others give.
 *
 * files: yes
 */
#include "check.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *const environment[] = {"KEEP=1", NULL};

/* child prints what it was started with, and forgets numbers that differ from run to run. */
static int child(int argc, char **argv)
{
	printf("child: argc %d", argc);
	for (int i = 0; i < argc; i++)
		printf(" [%s]", argv[i]);
	printf(" KEEP=%s\n", getenv("KEEP") ? getenv("KEEP") : "");
	return 40;
}

/* runs gives the exit status of what execveat starts, or minus errno. */
static int runs(int dir, const char *path, char *const *argv, int flags)
{
	int status;
	pid_t pid;

	fflush(stdout);
	if ((pid = fork()) == 0) {
		syscall(SYS_execveat, dir, path, argv, environment, flags);
		_exit(100 + errno % 100);
	}
	need(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int put(const char *name, const char *text, int mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fchmod(fd, mode) == 0);
	return close(fd);
}

static void copy(const char *to)
{
	char buf[65536];
	ssize_t n;
	int in = open("/proc/self/exe", O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0700);

	need(in >= 0 && out >= 0);
	while ((n = read(in, buf, sizeof buf)) > 0)
		need(write(out, buf, n) == n);
	need(close(in) == 0 && close(out) == 0);
}

static char *const word[] = {"child", "one", NULL};

static void named(void)
{
	int fd = open("program", O_RDONLY | O_CLOEXEC), dir = open(".", O_DIRECTORY), path = open("program", O_PATH);
	char *none[] = {NULL};

	check(runs(AT_FDCWD, "./program", word, 0) == 40);
	check(runs(dir, "program", word, 0) == 40);
	check(runs(fd, "", word, AT_EMPTY_PATH) == 40);
	check(runs(path, "", word, AT_EMPTY_PATH) == 40);
	check(runs(fd, "", word, 0) == 100 + ENOENT);
	check(runs(AT_FDCWD, "", word, 0) == 100 + ENOENT);
	check(runs(dir, "", word, AT_EMPTY_PATH) == 100 + EACCES);
	check(runs(fd, "x", word, 0) == 100 + ENOTDIR);
	check(runs(99, "program", word, 0) == 100 + EBADF);
	check(runs(AT_FDCWD, "program", word, 0x8000) == 100 + EINVAL);
	need(symlink("program", "link") == 0);
	check(runs(AT_FDCWD, "link", word, 0) == 40);
	check(runs(AT_FDCWD, "link", word, AT_SYMLINK_NOFOLLOW) == 100 + ELOOP);
	check(runs(AT_FDCWD, "./program", none, 0) == 40);
	check(runs(AT_FDCWD, "./program", NULL, 0) == 40);
	close(fd), close(dir), close(path);
}

static void scripts(void)
{
	char deep[64];
	int fd, closing;

	put("script", "#!./program  a  b \t\nrest\n", 0700);
	put("bare", "#! ./program", 0700);
	put("nothing", "#!\n", 0700);
	put("lost", "#!/no/such/file\n", 0700);
	check(runs(AT_FDCWD, "./script", word, 0) == 40);
	check(runs(AT_FDCWD, "./bare", word, 0) == 40);
	check(runs(AT_FDCWD, "./nothing", word, 0) == 100 + ENOEXEC);
	check(runs(AT_FDCWD, "./lost", word, 0) == 100 + ENOENT);
	fd = open("script", O_RDONLY), closing = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	dup2(fd, 50);
	check(runs(50, "", word, AT_EMPTY_PATH) == 40);
	check(runs(closing, "", word, AT_EMPTY_PATH) == 100 + ENOENT);
	put("deep0", "#!./program\n", 0700);
	for (int i = 1; i < 7; i++) {
		char name[8] = {'d', 'e', 'e', 'p', '0' + i};

		snprintf(deep, sizeof deep, "#!./deep%d %d\n", i - 1, i);
		put(name, deep, 0700);
	}
	check(runs(AT_FDCWD, "./deep3", word, 0) == 40);
	check(runs(AT_FDCWD, "./deep6", word, 0) == 100 + ELOOP);
}

static void refused(void)
{
	int fd;

	put("empty", "", 0700);
	put("text", "not a program at all, but long enough to be looked at\n", 0700);
	put("plain", "#!./program\n", 0600);
	check(runs(AT_FDCWD, "./empty", word, 0) == 100 + ENOEXEC);
	check(runs(AT_FDCWD, "./text", word, 0) == 100 + ENOEXEC);
	check(runs(AT_FDCWD, "./plain", word, 0) == 100 + EACCES);
	check(runs(AT_FDCWD, ".", word, 0) == 100 + EACCES);
	check(runs(AT_FDCWD, "./program/x", word, 0) == 100 + ENOTDIR);
	check(runs(AT_FDCWD, (char *)8, word, 0) == 100 + EFAULT);
	check(runs(AT_FDCWD, "./program", (char *const *)8, 0) == 100 + EFAULT);
	fd = open("program", O_WRONLY | O_APPEND);
	check(runs(AT_FDCWD, "./program", word, 0) == 100 + ETXTBSY);
	close(fd);
	check(runs(AT_FDCWD, "./program", word, 0) == 40);
	fails(open("program", O_RDONLY | O_TRUNC | O_CREAT | O_EXCL), EEXIST);
}

static void sizes(void)
{
	static char big[(128 << 10) + 1];
	static char *many[200];
	char *one[] = {"child", big, NULL};

	memset(big, 'x', sizeof big - 1);
	check(runs(AT_FDCWD, "./program", one, 0) == 100 + E2BIG);
	for (int i = 0; i < 199; i++)
		many[i] = big + 1;
	check(runs(AT_FDCWD, "./program", many, 0) == 100 + E2BIG);
}

int main(int argc, char **argv)
{
	if (getenv("KEEP"))
		return child(argc, argv);
	copy("program");
	named();
	scripts();
	refused();
	sizes();
	return result();
}
