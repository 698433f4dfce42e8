/* Pseudo terminals: the master, the slave's lock and names, the line discipline, packet mode, and hang-ups.
 */
#include "check.h"
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif

static char text[8192];

/* gets reads what there is, soon, and compares it. */
static int gets_text(int fd, const char *want)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	size_t n = 0, size = strlen(want);

	while (n < size && poll(&p, 1, 5000) == 1) {
		ssize_t got = read(fd, text + n, sizeof text - 1 - n);
		if (got <= 0)
			break;
		n += got;
	}
	text[n] = 0;
	if (strcmp(text, want) == 0 && poll(&p, 1, 0) == 0)
		return 1;
	printf("read \"%s\"\n", text);
	return 0;
}

static int types(int fd, const char *keys)
{
	return write(fd, keys, strlen(keys)) == (ssize_t)strlen(keys);
}

static void names(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave, locked = -1, number = -1;
	char *name, own[32];
	struct stat st, fst;

	need(master >= 0);
	check(isatty(master));
	check(ioctl(master, TIOCGPTN, &number) == 0 && number >= 0);
	check((name = ptsname(master)) != NULL);
	snprintf(own, sizeof own, "/dev/pts/%d", number);
	check(strcmp(name, own) == 0);
	check(stat(name, &st) == 0 && S_ISCHR(st.st_mode) && st.st_uid == getuid());
	check((st.st_mode & 0707) == 0600);
	fails(open(name, O_RDWR | O_NOCTTY), EIO);
	check(ioctl(master, TIOCGPTLCK, &locked) == 0 && locked == 1);
	check(grantpt(master) == 0 && unlockpt(master) == 0);
	check(ioctl(master, TIOCGPTLCK, &locked) == 0 && locked == 0);
	check((slave = open(name, O_RDWR | O_NOCTTY)) >= 0 && isatty(slave));
	check(fstat(slave, &fst) == 0 && fst.st_rdev == st.st_rdev && fst.st_ino == st.st_ino);
	check(ttyname(slave) && strcmp(ttyname(slave), name) == 0);
	fails(ioctl(slave, TIOCGPTN, &number), ENOTTY);
	fails(ioctl(slave, TIOCSPTLCK, &locked), ENOTTY);
	check(close(slave) == 0);
	check((slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)) >= 0);
	check(fcntl(slave, F_GETFD) == FD_CLOEXEC && (fcntl(slave, F_GETFL) & O_ACCMODE) == O_RDWR);
	check(ttyname(slave) && strcmp(ttyname(slave), name) == 0);
	check(lseek(slave, 0, SEEK_SET) == -1 && close(slave) == 0);
	check(close(master) == 0);
	fails(open(own, O_RDWR | O_NOCTTY), ENOENT);
}

static void lines(void)
{
	int master, slave, waiting = -1;
	struct winsize size = {.ws_row = 10, .ws_col = 20}, now = {0};
	struct termios modes;

	need(openpty(&master, &slave, NULL, NULL, &size) == 0);
	check(ioctl(slave, TIOCGWINSZ, &now) == 0 && now.ws_row == 10 && now.ws_col == 20);
	check(tcgetattr(slave, &modes) == 0);
	check(modes.c_iflag == (ICRNL | IXON) && modes.c_oflag == (OPOST | ONLCR));
	check(modes.c_lflag == (ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN));
	check(modes.c_cc[VINTR] == 3 && modes.c_cc[VQUIT] == 28 && modes.c_cc[VERASE] == 127 && modes.c_cc[VKILL] == 21);
	check(modes.c_cc[VEOF] == 4 && modes.c_cc[VSUSP] == 26 && modes.c_cc[VSTART] == 17 && modes.c_cc[VSTOP] == 19);
	check(modes.c_cc[VMIN] == 1 && modes.c_cc[VTIME] == 0 && cfgetospeed(&modes) == B38400);

	check(types(master, "abd\177c\r"));
	check(gets_text(master, "abd\b \bc\r\n"));
	check(ioctl(slave, FIONREAD, &waiting) == 0 && waiting == 4);
	check(gets_text(slave, "abc\n"));
	check(types(slave, "one\ntwo\n") && gets_text(master, "one\r\ntwo\r\n"));
	check(types(master, "xy\025ok\n") && gets_text(slave, "ok\n") && gets_text(master, "xy\b \b\b \bok\r\n"));
	/* Two lines are two reads; a read takes a part of one. */
	check(types(master, "first\nsecond\n"));
	check(read(slave, text, 3) == 3 && read(slave, text, 100) == 3 && read(slave, text, 100) == 7);
	check(gets_text(master, "first\r\nsecond\r\n"));
	/* The end of file. */
	check(types(master, "end\004") && read(slave, text, 100) == 3);
	check(types(master, "\004") && read(slave, text, 100) == 0);
	check(gets_text(master, "end"));

	modes.c_lflag &= ~(ICANON | ECHO);
	modes.c_oflag &= ~OPOST;
	check(tcsetattr(slave, TCSAFLUSH, &modes) == 0);
	check(types(master, "raw") && gets_text(slave, "raw") && types(slave, "a\n") && gets_text(master, "a\n"));
	check(fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK) == 0);
	fails(read(slave, text, 1), EAGAIN);
	check(fcntl(slave, F_SETFL, O_RDWR) == 0);
	modes.c_cc[VMIN] = 0;
	modes.c_cc[VTIME] = 1;
	check(tcsetattr(slave, TCSANOW, &modes) == 0 && read(slave, text, 1) == 0);
	modes.c_cc[VTIME] = 0;
	check(tcsetattr(slave, TCSANOW, &modes) == 0 && read(slave, text, 1) == 0);
	modes.c_cc[VMIN] = 3;
	check(tcsetattr(slave, TCSANOW, &modes) == 0 && types(master, "12"));
	struct pollfd p = {.fd = slave, .events = POLLIN};
	check(poll(&p, 1, 50) == 0 && types(master, "3") && poll(&p, 1, 5000) == 1);
	check(read(slave, text, 100) == 3);
	check(types(master, "gone") && tcflush(slave, TCIFLUSH) == 0 && ioctl(slave, FIONREAD, &waiting) == 0 && waiting == 0);
	fails(tcflush(slave, 99), EINVAL);
	fails(tcflow(slave, 99), EINVAL);
	check(tcdrain(slave) == 0);
	close(master), close(slave);
}

static void packets(void)
{
	int master, slave, on = 1, got = -1;
	struct termios modes;

	need(openpty(&master, &slave, NULL, NULL, NULL) == 0);
	check(ioctl(master, TIOCGPKT, &got) == 0 && got == 0);
	check(ioctl(master, TIOCPKT, &on) == 0 && ioctl(master, TIOCGPKT, &got) == 0 && got == 1);
	fails(ioctl(slave, TIOCPKT, &on), ENOTTY);
	check(types(slave, "data") && read(master, text, 100) == 5 && !memcmp(text, "\0data", 5));
	check(tcflush(slave, TCIFLUSH) == 0 && read(master, text, 100) == 1 && text[0] == TIOCPKT_FLUSHREAD);
	check(tcflush(slave, TCOFLUSH) == 0 && read(master, text, 100) == 1 && text[0] == TIOCPKT_FLUSHWRITE);
	check(tcflow(slave, TCOOFF) == 0);
	struct pollfd p = {.fd = master, .events = POLLIN | POLLPRI};
	check(poll(&p, 1, 5000) == 1 && p.revents == (POLLIN | POLLPRI));
	check(read(master, text, 100) == 1 && text[0] == TIOCPKT_STOP);
	check(tcflow(slave, TCOON) == 0 && read(master, text, 100) == 1 && text[0] == TIOCPKT_START);
	check(tcgetattr(slave, &modes) == 0);
	modes.c_iflag &= ~IXON;
	check(tcsetattr(slave, TCSANOW, &modes) == 0 && read(master, text, 100) == 1 && text[0] == TIOCPKT_NOSTOP);
	modes.c_iflag |= IXON;
	check(tcsetattr(slave, TCSANOW, &modes) == 0 && read(master, text, 100) == 1 && text[0] == TIOCPKT_DOSTOP);
	close(master), close(slave);
}

static void hangups(void)
{
	int master, slave, again;
	struct termios modes;
	struct pollfd p = {.events = POLLIN | POLLOUT};
	char name[64];

	need(openpty(&master, &slave, name, NULL, NULL) == 0);
	/* All slaves close: the master reads what is left, then EIO, until one opens again. */
	check(types(slave, "left") && close(slave) == 0);
	check(read(master, text, 100) == 4);
	fails(read(master, text, 100), EIO);
	p.fd = master;
	check(poll(&p, 1, 0) == 1 && (p.revents & POLLHUP));
	check((slave = open(name, O_RDWR | O_NOCTTY)) >= 0);
	check(poll(&p, 1, 0) == 1 && p.revents == POLLOUT);
	check(types(slave, "back") && read(master, text, 100) == 4);
	/* The master closes. */
	check((again = dup(slave)) >= 0 && close(master) == 0);
	check(read(slave, text, 100) == 0 && read(slave, text, 100) == 0);
	fails(write(slave, "x", 1), EIO);
	fails(tcgetattr(slave, &modes), EIO);
	p.fd = slave;
	check(poll(&p, 1, 0) == 1 && p.revents == (POLLIN | POLLOUT | POLLERR | POLLHUP));
	fails(open(name, O_RDWR | O_NOCTTY), ENOENT);
	close(slave), close(again);
}

/* full has a writer wait until somebody reads. */
static void full(void)
{
	int master, slave;
	struct pollfd p = {.events = POLLOUT};
	ssize_t n, total = 0;

	need(openpty(&master, &slave, NULL, NULL, NULL) == 0);
	need(fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK) == 0);
	memset(text, 'x', sizeof text);
	while ((n = write(slave, text, 1000)) > 0 && total < 1 << 20)
		total += n;
	check(n == -1 && total > 1000 && total < 1 << 20);
	p.fd = slave;
	check(poll(&p, 1, 0) == 0);
	while (total > 0 && (n = read(master, text, sizeof text)) > 0)
		total -= n;
	check(total == 0);
	check(poll(&p, 1, 5000) == 1 && p.revents == POLLOUT);
	close(master), close(slave);
}

int main(void)
{
	names();
	lines();
	packets();
	hangups();
	full();
	return result();
}
