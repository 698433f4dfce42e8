/* Extended attributes.
 *
 * files: yes
 */
#include "check.h"
#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

int main(void)
{
	char value[16], names[64];
	int fd;

	need((fd = open("attributed", O_CREAT | O_RDWR | O_TRUNC, 0600)) >= 0);
	if (setxattr("attributed", "user.first", "one", 3, 0) && errno == ENOTSUP) {
		unlink("attributed");
		absent("this file system has no extended attributes");
	}
	check(getxattr("attributed", "user.first", value, 16) == 3 && !memcmp(value, "one", 3));
	check(getxattr("attributed", "user.first", NULL, 0) == 3);
	fails(getxattr("attributed", "user.first", value, 2), ERANGE);
	fails(getxattr("attributed", "user.none", value, 2), ENODATA);
	fails(setxattr("attributed", "user.first", "x", 1, XATTR_CREATE), EEXIST);
	fails(setxattr("attributed", "user.none", "x", 1, XATTR_REPLACE), ENODATA);
	check(fsetxattr(fd, "user.second", "", 0, 0) == 0 && fgetxattr(fd, "user.second", value, 16) == 0);
	check(listxattr("attributed", names, sizeof names) == 23);
	check(memmem(names, 23, "user.first", 11) && memmem(names, 23, "user.second", 12));
	fails(flistxattr(fd, names, 5), ERANGE);
	check(removexattr("attributed", "user.first") == 0 && flistxattr(fd, names, 64) == 12);
	fails(fremovexattr(fd, "user.first"), ENODATA);
	fails(setxattr("attributed", "nonsense", "x", 1, 0), EOPNOTSUPP);
	fails(getxattr("absent", "user.first", value, 1), ENOENT);
	close(fd);
	unlink("attributed");
	return result();
}
