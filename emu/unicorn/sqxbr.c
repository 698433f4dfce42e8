//go:build unicorn

#define _GNU_SOURCE
#include "run.h"
#include <link.h>
#include <string.h>
#include <sys/mman.h>

// libunicorn (2.1.1 as 2.1.4) lists s390x's SQXBR, the square root of 128 bits, with room for half of its result. Translating
// it uses a variable that is not there, which ends the process: any guest could do that. The list is mended in memory. An
// entry is known by its operation code and name; LCXBR, which takes and gives the same operands, has the right preparation.

struct entry { // DisasInsn of libunicorn
    uint16_t opcode, flags;
    uint8_t format, facility, constraints;
    const char *name;
    void *in1, *in2, *prepare, *out, *condition, *operation;
    uint64_t data;
};

struct search {
    struct entry *sqxbr, *lcxbr;
};

// inside says whether an object has size bytes at an address. What only looks like an entry holds any address: all ones
// must not wrap around.
static bool inside(struct dl_phdr_info *object, const void *at, size_t size) {
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &object->dlpi_phdr[i];
        uint64_t start = object->dlpi_addr + p->p_vaddr;
        if (p->p_type == PT_LOAD && p->p_flags & PF_R && (uint64_t)at >= start && size <= p->p_filesz &&
            (uint64_t)at - start <= p->p_filesz - size) {
            return true;
        }
    }
    return false;
}

static bool named(struct dl_phdr_info *object, struct entry *e, const char *name) {
    size_t size = strlen(name) + 1;
    return inside(object, e->name, size) && !memcmp(e->name, name, size);
}

// look searches one object for the entries.
static int look(struct dl_phdr_info *object, size_t size, void *data) {
    struct search *s = data;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &object->dlpi_phdr[i];
        if (p->p_type != PT_LOAD || !(p->p_flags & PF_R) || p->p_flags & PF_X) {
            continue;
        }
        char *at = (char *)(object->dlpi_addr + ((p->p_vaddr + 7) & ~7ull));
        char *end = (char *)(object->dlpi_addr + p->p_vaddr + p->p_filesz);
        for (; at + sizeof(struct entry) <= end; at += 8) {
            struct entry *e = (struct entry *)at;
            if (e->opcode == 0xb316 && named(object, e, "SQXBR")) {
                s->sqxbr = e;
            } else if (e->opcode == 0xb343 && named(object, e, "LCXBR")) {
                s->lcxbr = e;
            }
        }
    }
    return s->sqxbr && s->lcxbr;
}

// mr_mend_sqxbr mends the list. It says whether SQXBR is safe now.
bool mr_mend_sqxbr(void) {
    struct search s = {0};
    dl_iterate_phdr(look, &s);
    if (!s.sqxbr || !s.lcxbr || s.sqxbr->in1 != s.lcxbr->in1 || s.sqxbr->in2 != s.lcxbr->in2 ||
        s.sqxbr->out != s.lcxbr->out) {
        return false;
    }
    if (s.sqxbr->prepare == s.lcxbr->prepare) {
        return true;
    }
    uint64_t start = (uint64_t)s.sqxbr & ~0xfffull, end = ((uint64_t)(s.sqxbr + 1) + 0xfff) & ~0xfffull;
    if (mprotect((void *)start, end - start, PROT_READ | PROT_WRITE)) {
        return false;
    }
    s.sqxbr->prepare = s.lcxbr->prepare;
    return !mprotect((void *)start, end - start, PROT_READ);
}
