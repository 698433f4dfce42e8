/* Flushing and stopping the two directions of a pseudo terminal, from both of its ends (ioctl_tty(2)). */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static int master, slave;
static char text[100];

static int says(int fd, const char *what)
{
	return write(fd, what, strlen(what)) == (ssize_t)strlen(what);
}

/* arrives waits until n bytes can be read at fd. */
static int arrives(int fd, int n)
{
	int there = 0;

	for (int i = 0; i < 1000 && there < n; i++) {
		if (ioctl(fd, FIONREAD, &there) != 0)
			return 0;
		poll(NULL, 0, 5);
	}
	return there == n;
}

static int empty(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 50) == 0;
}

static int writable(int fd, int wait)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};

	return poll(&p, 1, wait);
}

/* What the slave wrote is the master's input; once it has arrived, the slave cannot take it back. */
static void shown(void)
{
	check(says(slave, "abcdef") && arrives(master, 6));
	check(tcflush(slave, TCIFLUSH) == 0 && tcflush(slave, TCOFLUSH) == 0 && tcflush(slave, TCIOFLUSH) == 0);
	check(read(master, text, 2) == 2 && memcmp(text, "ab", 2) == 0);
	check(tcflush(master, TCOFLUSH) == 0);
	check(read(master, text, 2) == 2 && memcmp(text, "cd", 2) == 0);
	check(tcflush(master, TCIFLUSH) == 0 && empty(master));
	check(says(slave, "ABC") && arrives(master, 3) && read(master, text, 100) == 3 && memcmp(text, "ABC", 3) == 0);
	check(says(slave, "gone") && arrives(master, 4) && tcflush(master, TCIOFLUSH) == 0 && empty(master));
}

/* What the master wrote is the slave's input. */
static void typed(void)
{
	check(says(master, "abc") && arrives(slave, 3));
	check(tcflush(master, TCIOFLUSH) == 0 && arrives(slave, 3));
	check(tcflush(slave, TCOFLUSH) == 0 && arrives(slave, 3));
	check(tcflush(slave, TCIFLUSH) == 0 && empty(slave));
}

/* Stopping the master's output stops what is typed. */
static void stopped(void)
{
	check(tcflow(master, TCOOFF) == 0 && writable(master, 0) == 0);
	fails(write(master, "x", 1), EAGAIN);
	check(says(slave, "y") && read(master, text, 100) == 1);
	check(tcflow(master, TCOON) == 0 && writable(master, 1000) == 1);
	check(says(master, "z") && arrives(slave, 1) && read(slave, text, 100) == 1 && text[0] == 'z');
	/* TCIOFF and TCION have the master send its stop and start characters. */
	check(tcflow(master, TCIOFF) == 0 && arrives(slave, 1) && read(slave, text, 100) == 1 && text[0] == 19);
	check(tcflow(master, TCION) == 0 && arrives(slave, 1) && read(slave, text, 100) == 1 && text[0] == 17);
}

int main(void)
{
	struct termios modes;

	need(openpty(&master, &slave, NULL, NULL, NULL) == 0);
	need(tcgetattr(slave, &modes) == 0);
	cfmakeraw(&modes);
	need(tcsetattr(slave, TCSANOW, &modes) == 0);
	need(fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK) == 0);
	fails(tcflush(master, 99), EINVAL);
	fails(tcflow(master, 99), EINVAL);
	shown();
	typed();
	stopped();
	return result();
}
