/* Who and where: ids, uname, limits, sysinfo, sysconf, host name, priorities, random numbers. */
#include "check.h"
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

static void ids(void)
{
	uid_t r, e, s;
	gid_t groups[64];

	check(getuid() == geteuid() && getgid() == getegid());
	check(getresuid(&r, &e, &s) == 0 && r == e && e == s && r == getuid());
	check(setuid(getuid()) == 0 && setgid(getgid()) == 0 && seteuid(geteuid()) == 0);
	check(getgroups(0, NULL) >= 0 && getgroups(64, groups) >= 0);
	check(getpid() > 0 && getppid() >= 0 && gettid() == getpid());
	check(getpgid(0) == getpgrp() && getsid(0) >= 0);
	fails(getpgid(0x3fffffff), ESRCH);
	check(getpwuid(0) && !strcmp(getpwuid(0)->pw_name, "root") && getpwnam("root")->pw_uid == 0);
	check(getgrgid(0) && !strcmp(getgrgid(0)->gr_name, "root") && !getpwnam("nobody-such"));
}

static void names(void)
{
	struct utsname u;
	char host[65];

	check(uname(&u) == 0 && !strcmp(u.sysname, "Linux") && u.release[0] >= '4');
	check(gethostname(host, sizeof host) == 0 && !strcmp(host, u.nodename) && *u.machine);
	check(prctl(PR_SET_NAME, "renamed") == 0 && prctl(PR_GET_NAME, host) == 0 && !strcmp(host, "renamed"));
}

static void limits(void)
{
	struct rlimit files, l;

	check(getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur >= 256 && files.rlim_cur <= files.rlim_max);
	l = files;
	l.rlim_cur = 100;
	check(setrlimit(RLIMIT_NOFILE, &l) == 0 && getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_cur == 100);
	check(sysconf(_SC_OPEN_MAX) == 100);
	fails(dup2(0, 100), EBADF);
	check(dup2(1, 99) == 99 && close(99) == 0);
	l.rlim_cur = files.rlim_cur;
	check(setrlimit(RLIMIT_NOFILE, &l) == 0);
	check(getrlimit(RLIMIT_STACK, &l) == 0 && l.rlim_cur >= 1 << 20);
	check(getrlimit(RLIMIT_AS, &l) == 0 && l.rlim_cur > 1 << 20);
	l.rlim_cur = 2;
	l.rlim_max = 1;
	fails(setrlimit(RLIMIT_CORE, &l), EINVAL);
	fails(getrlimit(99, &l), EINVAL);
	check(prlimit(0, RLIMIT_NOFILE, NULL, &l) == 0 && l.rlim_cur == files.rlim_cur);
}

static void machine(void)
{
	struct sysinfo info;

	check(sysinfo(&info) == 0 && info.mem_unit > 0 && info.totalram > 0 && info.procs > 0);
	check(info.freeram <= info.totalram);
	check(sysconf(_SC_NPROCESSORS_ONLN) >= 1 && sysconf(_SC_PHYS_PAGES) > 0);
	check(setpriority(PRIO_PROCESS, 0, 15) == 0 && getpriority(PRIO_PROCESS, 0) == 15);
}

static void randomness(void)
{
	unsigned char a[64] = {0}, b[64] = {0};

	check(getrandom(a, 64, 0) == 64 && getrandom(b, 64, GRND_NONBLOCK) == 64 && memcmp(a, b, 64));
	check(getentropy(a, 64) == 0 && memcmp(a, b, 64));
	fails(getentropy(a, 257), EIO);
	fails(getrandom(a, 1, 0xff00), EINVAL);
}

int main(void)
{
	ids();
	names();
	limits();
	machine();
	randomness();
	return result();
}
