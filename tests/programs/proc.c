/* /proc/self, as musl and ordinary programs read it.
 *
 * run: argument
 */
#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static char text[65536];

static ssize_t slurp(const char *path)
{
	int fd = open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, text, sizeof text - 1);
	text[n < 0 ? 0 : n] = 0;
	close(fd);
	return n;
}

static void links(void)
{
	char path[PATH_MAX] = "", here[PATH_MAX];
	struct stat a, b;
	int fd;

	check(readlink("/proc/self/exe", path, sizeof path) > 0 && path[0] == '/' && strstr(path, "proc"));
	memset(path, 0, sizeof path);
	check(readlink("/proc/self/cwd", path, sizeof path) > 0 && getcwd(here, sizeof here));
	check(!strcmp(path, here) && stat("/proc/self/exe", &a) == 0 && S_ISREG(a.st_mode));
	need((fd = open("/dev/null", O_RDONLY)) >= 0);
	sprintf(path, "/proc/self/fd/%d", fd);
	check(readlink(path, here, sizeof here) == 9 && !memcmp(here, "/dev/null", 9));
	check(stat(path, &a) == 0 && fstat(fd, &b) == 0 && a.st_rdev == b.st_rdev);
	close(fd);
	check(lstat(path, &a) == -1 && errno == ENOENT);
	memset(path, 0, sizeof path);
	check(readlink("/proc/self", path, sizeof path) > 0 && atoi(path) == getpid());
}

static void texts(void)
{
	check(slurp("/proc/self/cmdline") > 6 && strstr(text, "proc") && !strcmp(text + strlen(text) + 1, "argument"));
	check(slurp("/proc/self/comm") > 0 && !strncmp(text, "proc", 4));
	check(slurp("/proc/self/environ") > 0);
	check(slurp("/proc/self/maps") > 0 && strstr(text, " r-xp ") && strstr(text, "[stack]"));
	check(slurp("/proc/self/status") > 0 && strstr(text, "Name:\tproc") && strstr(text, "VmSize:"));
	check(slurp("/proc/self/stat") > 0 && atoi(text) == getpid() && strstr(text, "(proc"));
	check(slurp("/proc/self/auxv") > 0);
	check(slurp("/proc/self/limits") > 0 && strstr(text, "Max open files"));
	check(slurp("/proc/cpuinfo") >= 0 && slurp("/proc/meminfo") > 0 && strstr(text, "MemTotal:"));
	check(slurp("/proc/uptime") > 0 && slurp("/proc/loadavg") > 0 && slurp("/proc/stat") > 0);
	check(slurp("/proc/version") > 0 && !strncmp(text, "Linux version", 13));
	check(slurp("/proc/mounts") > 0 && strstr(text, "/proc"));
	check(slurp("/proc/filesystems") > 0 && strstr(text, "proc"));
	check(slurp("/proc/sys/kernel/ostype") == 6 && !strcmp(text, "Linux\n"));
	fails(slurp("/proc/absent"), ENOENT);
	fails(open("/proc/self/maps", O_RDONLY | O_DIRECTORY), ENOTDIR);
}

static void listing(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *e;
	int own = 0, standard = 0;

	need(dir);
	while ((e = readdir(dir))) {
		own += atoi(e->d_name) == dirfd(dir) && e->d_name[0] != '.';
		standard += e->d_name[0] >= '0' && e->d_name[0] <= '2' && !e->d_name[1];
	}
	check(own == 1 && standard == 3);
	closedir(dir);
	need((dir = opendir("/proc/self/task")) != NULL);
	own = 0;
	while ((e = readdir(dir)))
		own += atoi(e->d_name) == getpid();
	check(own == 1);
	closedir(dir);
}

int main(void)
{
	links();
	texts();
	listing();
	return result();
}
