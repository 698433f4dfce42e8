/* Reading and writing in every way: offsets, vectors, appending, sparse files, copies.
 *
 * files: yes
 */
#include "check.h"
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int fd;
static char buffer[256];

static int content_is(const char *text)
{
	ssize_t n = pread(fd, buffer, sizeof buffer, 0);

	return n == (ssize_t)strlen(text) && !memcmp(buffer, text, n);
}

static void offsets(void)
{
	check(write(fd, "hello world", 11) == 11 && lseek(fd, 0, SEEK_CUR) == 11);
	check(pwrite(fd, "W", 1, 6) == 1 && lseek(fd, 0, SEEK_CUR) == 11);
	check(pread(fd, buffer, 5, 6) == 5 && !memcmp(buffer, "World", 5));
	check(lseek(fd, -5, SEEK_END) == 6 && read(fd, buffer, 100) == 5);
	check(read(fd, buffer, 1) == 0);
	fails(lseek(fd, -1, SEEK_SET), EINVAL);
	fails(lseek(fd, 0, 99), EINVAL);
	fails(pread(fd, buffer, 1, -1), EINVAL);
	check(lseek(fd, 0, SEEK_SET) == 0);
	fails(read(fd, (void *)8, 4096), EFAULT);
	check(lseek(fd, 0x123456789, SEEK_SET) == 0x123456789 && read(fd, buffer, 1) == 0);
}

static void vectors(void)
{
	char a[4], b[8];
	struct iovec out[] = {{"vec", 3}, {"", 0}, {"tored", 5}}, in[] = {{a, 4}, {b, 8}};

	check(ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0);
	check(writev(fd, out, 3) == 8 && content_is("vectored"));
	check(lseek(fd, 0, SEEK_SET) == 0 && readv(fd, in, 2) == 8 && !memcmp(a, "vect", 4));
	check(pwritev(fd, out, 1, 4) == 3 && preadv(fd, in, 1, 3) == 4 && !memcmp(a, "tvec", 4));
	fails(writev(fd, out, -1), EINVAL);
	check(writev(fd, out, 0) == 0);
}

static void appending(void)
{
	int again = open("io", O_WRONLY | O_APPEND);

	check(ftruncate(fd, 3) == 0 && lseek(again, 0, SEEK_SET) == 0);
	check(write(again, "+tail", 5) == 5 && content_is("vec+tail"));
	check(lseek(again, 0, SEEK_CUR) == 8);
	check(fcntl(again, F_SETFL, 0) == 0 && lseek(again, 0, SEEK_SET) == 0);
	check(write(again, "V", 1) == 1 && content_is("Vec+tail"));
	close(again);
}

static void sparse(void)
{
	struct stat st;

	check(ftruncate(fd, 0) == 0 && pwrite(fd, "end", 3, 1 << 20) == 3);
	check(fstat(fd, &st) == 0 && st.st_size == (1 << 20) + 3);
	check(st.st_blocks * 512 < 1 << 20);
	check(pread(fd, buffer, 4, 1000) == 4 && !memcmp(buffer, "\0\0\0\0", 4));
	check(lseek(fd, 1 << 20, SEEK_DATA) == 1 << 20 && lseek(fd, 1 << 20, SEEK_HOLE) == (1 << 20) + 3);
	fails(lseek(fd, 1 << 21, SEEK_DATA), ENXIO);
	check(truncate("io", 5) == 0 && fstat(fd, &st) == 0 && st.st_size == 5);
	fails(ftruncate(fd, -1), EINVAL);
	fails(truncate("absent", 1), ENOENT);
	check(posix_fallocate(fd, 0, 4096) == 0 && fstat(fd, &st) == 0 && st.st_size == 4096);
	check(fsync(fd) == 0 && fdatasync(fd) == 0 && posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM) == 0);
}

static void copies(void)
{
	off_t offset = 2;
	int to = open("copy", O_CREAT | O_RDWR | O_TRUNC, 0600);

	check(ftruncate(fd, 0) == 0 && pwrite(fd, "0123456789", 10, 0) == 10);
	check(sendfile(to, fd, &offset, 4) == 4 && offset == 6);
	check(pread(to, buffer, 9, 0) == 4 && !memcmp(buffer, "2345", 4));
	check(lseek(fd, 8, SEEK_SET) == 8 && sendfile(to, fd, NULL, 100) == 2);
	offset = 0;
	check(copy_file_range(fd, &offset, to, NULL, 3, 0) == 3 && offset == 3);
	check(pread(to, buffer, 99, 0) == 9 && !memcmp(buffer, "234589012", 9));
	close(to);
	unlink("copy");
}

int main(void)
{
	need((fd = open("io", O_CREAT | O_RDWR | O_TRUNC, 0600)) >= 0);
	offsets();
	vectors();
	appending();
	sparse();
	copies();
	close(fd);
	unlink("io");
	return result();
}
