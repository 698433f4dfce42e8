//go:build unicorn

#include "run.h"
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>

// A guest can map a file of the host that somebody else then cuts. A touch of what was cut is a SIGBUS in the middle of
// libunicorn, out of which there is no way back to the guest's instruction. So the page gets memory of its own, zeros, and
// the run ends at the next block. The kernel then takes the page away and gives the guest its SIGBUS.

static __thread mr_machine *running; // whose guest code this thread runs
static struct sigaction former;      // Go's

static bool in_window(mr_machine *m, uint64_t at) {
    return m && at >= (uint64_t)m->base && at - (uint64_t)m->base < m->pages << 12;
}

static void on_bus(int signal, siginfo_t *info, void *context) {
    mr_machine *m = running;
    uint64_t at = (uint64_t)info->si_addr;
    int saved = errno;
    if (info->si_code == BUS_ADRERR && in_window(m, at) &&
        mmap((void *)(at & ~0xfffull), 1 << 12, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
            MAP_FAILED) {
        m->lost_at = at - (uint64_t)m->base;
        m->lost_page = 1;
        mr_stop(m);
        errno = saved;
        return;
    }
    former.sa_sigaction(signal, info, context);
}

// mr_catch_bus takes SIGBUS from Go's runtime, which gets all that are none of ours. It is called once.
bool mr_catch_bus(void) {
    if (sigaction(SIGBUS, NULL, &former) || !(former.sa_flags & SA_SIGINFO)) {
        return false;
    }
    struct sigaction ours = former;
    ours.sa_sigaction = on_bus;
    return !sigaction(SIGBUS, &ours, NULL);
}

void mr_running(mr_machine *m) { running = m; }
