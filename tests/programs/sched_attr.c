/* sched_getattr and sched_setattr. */
#include "check.h"
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
	uint32_t low, high;
	uint64_t more;
} a;

static int get(unsigned size) { return syscall(SYS_sched_getattr, 0, &a, size, 0); }
static int set(void) { return syscall(SYS_sched_setattr, 0, &a, 0); }

int main(void)
{
	int nice = getpriority(PRIO_PROCESS, 0);

	check(get(48) == 0 && a.size == 48 && a.policy == SCHED_OTHER && a.nice == nice && a.priority == 0);
	check(a.flags == 0);
	fails(get(47), EINVAL);
	fails(get(5000), EINVAL);
	fails((int)syscall(SYS_sched_getattr, 0, NULL, 48, 0), EINVAL);
	fails((int)syscall(SYS_sched_getattr, -1, &a, 48, 0), EINVAL);
	fails((int)syscall(SYS_sched_getattr, 0, &a, 48, 1), EINVAL);

	a = (struct attr){.size = 48, .policy = SCHED_BATCH, .nice = nice < 19 ? nice + 1 : nice, .flags = 1};
	nice = a.nice;
	check(set() == 0);
	check(syscall(SYS_sched_getscheduler, 0) == (SCHED_BATCH | 0x40000000));
	check(get(48) == 0 && a.policy == SCHED_BATCH && a.nice == nice && a.flags == 1);
	check(getpriority(PRIO_PROCESS, 0) == nice);
	a.policy = 4;
	fails(set(), EINVAL);
	a.policy = SCHED_BATCH, a.flags = 1 << 20;
	fails(set(), EINVAL);
	a.flags = 1, a.size = 20;
	fails(set(), E2BIG);
	check(a.size >= 48);
	a.size = sizeof a, a.more = 1;
	fails(set(), E2BIG);
	return result();
}
