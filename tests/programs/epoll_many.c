/* epoll_wait(2) gives as many events as are ready and asked for, each once.
 */
#include "check.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FILES = 1500 };

static struct epoll_event events[2 * FILES];

/* once reports that the first n events name n different files. */
static int once(int n)
{
	static char seen[FILES];

	memset(seen, 0, sizeof seen);
	for (int i = 0; i < n; i++) {
		if (events[i].data.u32 >= FILES || seen[events[i].data.u32]++ || events[i].events != EPOLLIN)
			return 0;
	}
	return 1;
}

int main(void)
{
	struct rlimit limit;
	int ep = epoll_create1(0), fd, n, left = FILES;

	need(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	limit.rlim_cur = limit.rlim_max;
	need(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	if (limit.rlim_cur < FILES + 10)
		absent("enough descriptors");
	need((fd = eventfd(1, 0)) >= 0);
	for (int i = 0; i < FILES; i++) {
		struct epoll_event ev = {.events = EPOLLIN, .data.u32 = i};
		int other = dup(fd);

		if (epoll_ctl(ep, EPOLL_CTL_ADD, other, &ev) != 0)
			need(!"added");
	}
	check((n = epoll_wait(ep, events, 2 * FILES, 0)) == FILES && once(n));
	check((n = epoll_wait(ep, events, FILES, -1)) == FILES && once(n));
	check((n = epoll_wait(ep, events, 1200, 0)) == 1200 && once(n));
	for (int i = 0; i < 3 && left > 0; i++, left -= n) /* the others have their turn next */
		n = epoll_wait(ep, events, 500, 0);
	check(left == 0);
	fails(epoll_wait(ep, events, 0, 0), EINVAL);
	fails(epoll_wait(ep, events, -1, 0), EINVAL);
	return result();
}
