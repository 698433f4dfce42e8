/* Directories: making, listing, walking, seeking, the working directory.
 *
 * files: yes
 */
#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 300 };

static void name_of(char *name, int i)
{
	sprintf(name, "d/file%03d", i);
}

static void filling(void)
{
	char name[32];
	int i;

	check(mkdir("d", 0755) == 0);
	fails(mkdir("d", 0755), EEXIST);
	fails(mkdir("absent/d", 0755), ENOENT);
	for (i = 0; i < FILES; i++) {
		name_of(name, i);
		need(close(open(name, O_CREAT | O_WRONLY, 0600)) == 0);
	}
	fails(rmdir("d"), ENOTEMPTY);
	fails(rmdir("d/file000"), ENOTDIR);
	fails(rmdir("d/."), EINVAL);
}

/* listed counts the entries and sums the numbers in their names. */
static int listed(DIR *dir, int *sum)
{
	struct dirent *e;
	int count = 0;

	*sum = 0;
	while ((e = readdir(dir))) {
		count++;
		if (e->d_name[0] != '.')
			*sum += atoi(e->d_name + 4);
	}
	return count;
}

static void listing(void)
{
	DIR *dir = opendir("d");
	struct dirent **names;
	char third[NAME_MAX];
	int sum, i, n;
	long place;

	need(dir);
	check(listed(dir, &sum) == FILES + 2 && sum == FILES * (FILES - 1) / 2);
	rewinddir(dir);
	check(listed(dir, &sum) == FILES + 2);
	rewinddir(dir);
	readdir(dir);
	readdir(dir);
	place = telldir(dir);
	strcpy(third, readdir(dir)->d_name);
	for (i = 0; i < 100; i++)
		readdir(dir);
	seekdir(dir, place);
	check(!strcmp(readdir(dir)->d_name, third));
	check(closedir(dir) == 0);
	check(opendir("absent") == NULL && errno == ENOENT);
	check(opendir("d/file000") == NULL && errno == ENOTDIR);
	need((n = scandir("d", &names, NULL, alphasort)) == FILES + 2);
	printf("%s %s %s %s\n", names[0]->d_name, names[1]->d_name, names[2]->d_name, names[n - 1]->d_name);
	check(names[0]->d_type == DT_DIR && (names[2]->d_type == DT_REG || names[2]->d_type == DT_UNKNOWN));
	while (n--)
		free(names[n]);
	free(names);
}

/* Deleting while listing, as rm -r does, misses no entry. */
static void deleting(void)
{
	DIR *dir = opendir("d");
	struct dirent *e;
	int removed = 0;

	need(dir);
	while ((e = readdir(dir)))
		if (e->d_name[0] == 'f')
			removed += unlinkat(dirfd(dir), e->d_name, 0) == 0;
	check(removed == FILES);
	rewinddir(dir);
	check(listed(dir, &removed) == 2);
	closedir(dir);
}

static int visits, depth;

static int visit(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)path;
	visits += type == FTW_DP || type == FTW_F ? (int)st->st_size * 0 + 1 : 100;
	depth = at->level > depth ? at->level : depth;
	return remove(path);
}

static void walking(void)
{
	char first[PATH_MAX], second[PATH_MAX];
	int back;

	need(mkdir("d/a", 0700) == 0 && mkdir("d/a/b", 0700) == 0 && mkdir("d/c", 0700) == 0);
	need(close(open("d/a/b/f", O_CREAT | O_WRONLY, 0600)) == 0);
	need(getcwd(first, sizeof first) && (back = open(".", O_RDONLY)) >= 0);
	check(chdir("d/a/../a/b") == 0 && getcwd(second, sizeof second));
	check(!strcmp(second + strlen(first), "/d/a/b"));
	check(getcwd(second, 3) == NULL && errno == ERANGE);
	fails(chdir("absent"), ENOENT);
	fails(chdir("f"), ENOTDIR);
	check(fchdir(back) == 0 && getcwd(second, sizeof second) && !strcmp(first, second));
	check(nftw("d", visit, 8, FTW_DEPTH | FTW_PHYS) == 0 && visits == 5 && depth == 3);
	fails(rmdir("d"), ENOENT);
}

int main(void)
{
	filling();
	listing();
	deleting();
	walking();
	return result();
}
