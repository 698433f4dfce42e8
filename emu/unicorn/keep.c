//go:build unicorn

#include "run.h"
#include <string.h>

// The code that libunicorn has translated outlives its process: what it was translated from is kept beside it, and the next
// process of the machine uses it where it has the same bytes at the same place.

static int find(mr_machine *m, uint64_t page) {
    for (int i = 0; i < m->kept; i++) {
        if (m->kept_page[i] == page) {
            return i;
        }
    }
    return -1;
}

static uint8_t *copy_of(mr_machine *m, int i) { return m->copies + ((uint64_t)i << 12); }

// mr_keep remembers what a page holds whose code is about to be translated.
void mr_keep(mr_machine *m, uint64_t page) {
    int i = find(m, page);
    if (i < 0) {
        m->translations++;
        if (m->kept == MR_KEPT_PAGES) {
            m->lost = 1;
            return;
        }
        i = m->kept++;
        m->kept_page[i] = page;
    }
    memcpy(copy_of(m, i), m->base + (page << 12), 1 << 12);
}

// mr_same says whether a page still holds what it held.
bool mr_same(mr_machine *m, uint64_t page) {
    int i = find(m, page);
    return i >= 0 && !memcmp(copy_of(m, i), m->base + (page << 12), 1 << 12);
}

// mr_drop forgets a page whose translations are gone.
void mr_drop(mr_machine *m, uint64_t page) {
    int i = find(m, page), last = m->kept - 1;
    if (i < 0) {
        return;
    }
    if (i != last) {
        m->kept_page[i] = m->kept_page[last];
        memcpy(copy_of(m, i), copy_of(m, last), 1 << 12);
    }
    m->kept = last;
}

// mr_reset readies the machine for another process. It says whether that can be: not if there are translations of pages that
// are not kept, or so many that the buffer for them fills up.
bool mr_reset(mr_machine *m) {
    mr_changed(m, 0, m->pages);
    return !m->lost && m->translations <= (m->chains ? MR_KEPT_PAGES / 2 : MR_KEPT_PAGES * 2);
}
