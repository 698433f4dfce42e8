/* The alternate signal stack: what sigaltstack tells, nesting, and SS_AUTODISARM. */
#include "check.h"
#include <setjmp.h>
#include <signal.h>
#include <unistd.h>

#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1U << 31)
#endif

static char first[65536], second[65536];
static int depth, inside, state[3], changed[3];
static sigjmp_buf out;

static int on(const char *stack)
{
	volatile char here;

	return (char *)&here >= stack && (char *)&here < stack + sizeof first;
}

static void handler(int sig)
{
	stack_t now, other = {.ss_sp = second, .ss_size = sizeof second};
	int level = depth++;

	need(sigaltstack(NULL, &now) == 0);
	inside |= on(first) << level | on(second) << (level + 4);
	state[level] = now.ss_flags;
	errno = 0;
	changed[level] = sigaltstack(&other, NULL) == 0 ? 0 : errno;
	if (level == 0)
		raise(SIGUSR1);
}

static void leave(int sig) { siglongjmp(out, 1); }

static void act(void (*with)(int))
{
	/* Frames of handlers without SA_SIGINFO hold no stack on some ABIs. */
	struct sigaction sa = {.sa_handler = with, .sa_flags = SA_ONSTACK | SA_NODEFER | SA_SIGINFO};
	sigset_t none;

	sigemptyset(&none);
	need(sigaction(SIGUSR1, &sa, NULL) == 0);
	need(sigprocmask(SIG_SETMASK, &none, NULL) == 0);
}

static void nested(int flags)
{
	stack_t ss = {.ss_sp = first, .ss_size = sizeof first, .ss_flags = flags}, now;

	depth = inside = 0;
	need(sigaltstack(&ss, NULL) == 0);
	raise(SIGUSR1);
	need(sigaltstack(NULL, &now) == 0);
	check(now.ss_sp == first && now.ss_size == sizeof first && now.ss_flags == flags);
	check(depth == 2);
}

int main(void)
{
	stack_t ss = {.ss_sp = first, .ss_size = 16}, now;

	fails(sigaltstack(&ss, NULL), ENOMEM);
	ss.ss_size = sizeof first;
	ss.ss_flags = 76;
	fails(sigaltstack(&ss, NULL), EINVAL);
	check(sigaltstack(NULL, &now) == 0 && now.ss_flags == SS_DISABLE && now.ss_size == 0);

	act(handler);
	nested(0);
	check(inside == 3); /* both handlers on the one stack, which cannot be changed meanwhile */
	check(state[0] == SS_ONSTACK && state[1] == SS_ONSTACK);
	check(changed[0] == EPERM && changed[1] == EPERM);

	nested(SS_AUTODISARM);
	check(inside == (1 | 2 << 4)); /* the second handler has the stack that the first one has set */
	check(state[0] == SS_DISABLE && state[1] == SS_ONSTACK);
	check(changed[0] == 0 && changed[1] == EPERM);

	act(leave);
	if (sigsetjmp(out, 1) == 0)
		raise(SIGUSR1);
	check(sigaltstack(NULL, &now) == 0 && now.ss_flags == SS_DISABLE); /* nothing has armed it again */
	ss.ss_flags = SS_DISABLE;
	check(sigaltstack(&ss, &now) == 0);
	return result();
}
