/* Names of files: hard and symbolic links, rename, unlink, realpath.
 *
 * files: yes
 */
#include "check.h"
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static struct stat st;

static void make(const char *path)
{
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	need(fd >= 0 && write(fd, path, strlen(path)) > 0 && close(fd) == 0);
}

static void hard(void)
{
	ino_t inode;

	make("one");
	check(link("one", "two") == 0 && stat("one", &st) == 0 && st.st_nlink == 2);
	inode = st.st_ino;
	check(stat("two", &st) == 0 && st.st_ino == inode);
	fails(link("one", "two"), EEXIST);
	fails(link("absent", "three"), ENOENT);
	fails(link("dir", "dirlink"), EPERM);
	check(unlink("one") == 0 && stat("two", &st) == 0 && st.st_nlink == 1);
	fails(unlink("one"), ENOENT);
	fails(unlink("dir"), EISDIR);
}

static void symbolic(void)
{
	char target[64] = "";

	check(symlink("two", "sym") == 0 && readlink("sym", target, sizeof target) == 3);
	check(!strncmp(target, "two", 3) && readlink("sym", target, 2) == 2);
	check(lstat("sym", &st) == 0 && S_ISLNK(st.st_mode) && st.st_size == 3);
	check(stat("sym", &st) == 0 && S_ISREG(st.st_mode));
	check(symlink("nowhere", "dangling") == 0 && lstat("dangling", &st) == 0);
	fails(stat("dangling", &st), ENOENT);
	fails(readlink("two", target, 9), EINVAL);
	check(symlink("dir", "dirsym") == 0 && stat("dirsym/.", &st) == 0 && S_ISDIR(st.st_mode));
	check(symlink("loopb", "loopa") == 0 && symlink("loopa", "loopb") == 0);
	fails(stat("loopa", &st), ELOOP);
	check(linkat(AT_FDCWD, "sym", AT_FDCWD, "followed", AT_SYMLINK_FOLLOW) == 0);
	check(lstat("followed", &st) == 0 && S_ISREG(st.st_mode));
}

static void renaming(void)
{
	make("from");
	make("onto");
	check(rename("from", "onto") == 0 && stat("onto", &st) == 0 && st.st_size == 4);
	fails(rename("from", "elsewhere"), ENOENT);
	check(rename("onto", "onto") == 0 && rename("onto", "dir/moved") == 0);
	check(stat("dir/moved", &st) == 0);
	fails(rename("two", "dir"), EISDIR);
	fails(rename("dir/moved", "dir"), ENOTEMPTY);
	fails(rename("dir", "two"), ENOTDIR);
	fails(rename("dir", "dir/inside"), EINVAL);
	check(mkdir("full", 0700) == 0);
	make("full/file");
	fails(rename("dir", "full"), ENOTEMPTY);
	check(unlink("full/file") == 0 && rename("dir", "full") == 0);
	check(stat("full/moved", &st) == 0 && rename("full", "dir") == 0);
}

static void resolving(void)
{
	char here[PATH_MAX], *path;

	need(getcwd(here, sizeof here));
	path = realpath("dirsym/../dirsym/moved", NULL);
	check(path && !strncmp(path, here, strlen(here)) && !strcmp(path + strlen(here), "/dir/moved"));
	free(path);
	check(realpath("dangling", NULL) == NULL && errno == ENOENT);
	check(realpath("loopa", NULL) == NULL && errno == ELOOP);
}

/* An open file outlives its name. */
static void unlinked(void)
{
	char text[8];
	int fd = open("two", O_RDWR);

	need(fd >= 0);
	check(unlink("two") == 0 && unlink("followed") == 0);
	check(fstat(fd, &st) == 0 && st.st_nlink == 0 && pread(fd, text, 3, 0) == 3);
	check(write(fd, "xyz", 3) == 3 && pread(fd, text, 8, 0) == 3 && !memcmp(text, "xyz", 3));
	close(fd);
}

int main(void)
{
	static const char *const left[] = {"sym", "dangling", "dirsym", "loopa", "loopb", "dir/moved"};
	unsigned i;

	need(mkdir("dir", 0700) == 0);
	hard();
	symbolic();
	renaming();
	resolving();
	unlinked();
	for (i = 0; i < sizeof left / sizeof *left; i++)
		need(unlink(left[i]) == 0);
	check(rmdir("dir") == 0);
	return result();
}
