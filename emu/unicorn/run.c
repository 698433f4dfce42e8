//go:build unicorn

#include "run.h"
#include <string.h>

// deny records a fault. The exact address is read from the engine after the run; until then the page must do.
static bool deny(mr_machine *m, uint64_t addr, int access, int event) {
    m->event = event;
    m->addr = addr;
    m->access = access;
    return false;
}

static int access_of(uc_mem_type type) {
    switch (type) {
    case UC_MEM_WRITE:
        return UC_PROT_WRITE;
    case UC_MEM_FETCH:
        return UC_PROT_EXEC;
    default:
        return UC_PROT_READ;
    }
}

static void remember(mr_machine *m, uint64_t page, uint8_t what) {
    m->state[page] |= what;
    m->chunks[page >> MR_CHUNK_SHIFT] |= what;
}

// prot_of is what the window's page table says of a page.
static uint32_t prot_of(mr_machine *m, uint64_t page) {
    uint8_t chunk = m->chunk_prot[page >> MR_TABLE_SHIFT];
    return (chunk == MR_MIXED ? m->prot[page] : chunk) & UC_PROT_ALL;
}

// fill is libunicorn's question what a guest page is. The bits of the window's page table are those of UC_PROT.
//
// A page is never writable and executable in the TLB at once: libunicorn notices only the first of several stores to a
// page of translated code. So a fetch takes the right to write away, and a store to such a page is an event.
static bool fill(uc_engine *uc, uint64_t addr, uc_mem_type type, uc_tlb_entry *entry, void *user) {
    mr_machine *m = user;
    uint64_t page = addr >> 12;
    int access = access_of(type);
    entry->paddr = addr;
    if (page == m->private_page) {
        entry->paddr = m->private_frame;
        entry->perms = m->private_open ? UC_PROT_ALL : m->private_prot;
        return entry->perms & access ? true : deny(m, addr, access, MR_FAULT);
    }
    if (page >= m->pages) {
        return deny(m, addr, access, MR_FAULT);
    }
    if (m->invalidating || page == m->step_page) {
        entry->perms = m->invalidating ? UC_PROT_EXEC : prot_of(m, page);
        return entry->perms & access ? true : deny(m, addr, access, MR_FAULT);
    }
    uint32_t perms = prot_of(m, page);
    if (!(perms & access)) {
        return deny(m, addr, access, MR_FAULT);
    }
    if (access == UC_PROT_EXEC && !(m->state[page] & MR_TRANSLATED)) {
        if (!(m->state[page] & MR_KEPT)) {
            mr_keep(m, page);
        } else if (!mr_same(m, page)) {
            return deny(m, addr, access, MR_STALE);
        }
        remember(m, page, MR_TRANSLATED);
    }
    if (!(m->state[page] & MR_TRANSLATED)) {
        perms &= ~UC_PROT_EXEC;
    } else if (access == UC_PROT_WRITE) {
        return deny(m, addr, access, MR_CODEWRITE);
    } else {
        perms &= ~UC_PROT_WRITE;
    }
    remember(m, page, MR_FILLED);
    entry->perms = perms;
    return true;
}

static void on_interrupt(uc_engine *uc, uint32_t intno, void *user) {
    mr_machine *m = user;
    m->event = MR_INTR;
    m->intno = intno;
    uc_emu_stop(uc);
}

static void on_syscall(uc_engine *uc, void *user) {
    mr_machine *m = user;
    m->event = MR_SYSCALL;
    uc_emu_stop(uc);
}

static bool on_invalid(uc_engine *uc, void *user) {
    mr_machine *m = user;
    m->event = MR_ILLEGAL;
    return false;
}

static bool stopping(mr_machine *m) { return __atomic_load_n(&m->stop, __ATOMIC_RELAXED); }

// on_block counts what is about to run. The block at which the budget is spent, or a stop is seen, does not run. Stops are
// asked for by a flag and happen here: uc_emu_stop from another thread leaves the CPU with blocks done twice or not at all.
static void on_block(uc_engine *uc, uint64_t addr, uint32_t size, void *user) {
    mr_machine *m = user;
    m->block = addr;
    m->block_size = size;
    if (stopping(m) && !m->private_open) {
        m->event = MR_STOPPED;
        m->addr = addr;
        uc_emu_stop(uc);
        return;
    }
    if (m->budget <= 0) {
        m->event = MR_BUDGET;
        m->addr = addr;
        uc_emu_stop(uc);
        return;
    }
    uint32_t n = size >> m->block_shift;
    m->budget -= n ? n : 1;
}

uc_err mr_init(mr_machine *m, bool x86_syscall) {
    uc_hook h;
    uc_err e = uc_hook_add(m->uc, &h, UC_HOOK_TLB_FILL, fill, m, 1, 0);
    if (e == UC_ERR_OK) {
        e = uc_hook_add(m->uc, &h, UC_HOOK_INTR, on_interrupt, m, 1, 0);
    }
    if (e == UC_ERR_OK) {
        e = uc_hook_add(m->uc, &h, UC_HOOK_INSN_INVALID, on_invalid, m, 1, 0);
    }
    if (e == UC_ERR_OK) {
        e = uc_hook_add(m->uc, &h, UC_HOOK_BLOCK, on_block, m, 1, 0);
    }
    if (e == UC_ERR_OK && x86_syscall) {
        e = uc_hook_add(m->uc, &h, UC_HOOK_INSN, on_syscall, m, 1, 0, UC_X86_INS_SYSCALL);
    }
    return e;
}

void mr_stop(mr_machine *m) {
    __atomic_store_n(&m->stop, 1, __ATOMIC_SEQ_CST);
}

void mr_load(mr_machine *m, mr_cpu *c) {
    for (int i = 0; i < c->count; i++) {
        uc_reg_read(m->uc, c->ids[i], &c->vals[i]);
    }
}

static void write_cold(mr_machine *m, mr_cpu *c, mr_reg *r) {
    size_t size = r->bytes;
    if (size > 8) {
        uc_reg_write2(m->uc, r->id, c->cold + r->offset, &size);
    } else {
        uc_reg_write(m->uc, r->id, c->cold + r->offset);
    }
}

void mr_flush(mr_machine *m, mr_cpu *c) {
    for (uint32_t dirty = c->dirty; dirty; dirty &= dirty - 1) {
        int i = __builtin_ctz(dirty);
        uc_reg_write(m->uc, c->ids[i], &c->vals[i]);
    }
    c->dirty = 0;
    for (int word = 0; word < MR_COLD / 64; word++) {
        for (uint64_t dirty = c->cold_dirty[word]; dirty; dirty &= dirty - 1) {
            write_cold(m, c, &m->regs[word * 64 + __builtin_ctzll(dirty)]);
        }
        c->cold_dirty[word] = 0;
    }
}

static bool is_dirty(const mr_cpu *c, int i) { return c->cold_dirty[i / 64] >> i % 64 & 1; }

uc_err mr_fetch(mr_machine *m, mr_cpu *c, int from, int to) {
    uc_err e = UC_ERR_OK;
    for (int i = from; i < to && e == UC_ERR_OK; i++) {
        mr_reg *r = &m->regs[i];
        size_t size = r->bytes;
        if (is_dirty(c, i)) {
            continue;
        }
        if (size > 8) {
            e = uc_reg_read2(m->uc, r->id, c->cold + r->offset, &size);
        } else { // libunicorn may want room for 64 bits where there are fewer (fcsr of riscv64)
            memset(c->cold + r->offset, 0, 8);
            e = uc_reg_read(m->uc, r->id, c->cold + r->offset);
        }
    }
    return e;
}

// forget drops the code translated from pages. It must be able to fetch from them, so it flushes the TLB later.
static void forget(mr_machine *m, uint64_t page, uint64_t count) {
    m->invalidating = 1;
    uc_ctl_remove_cache(m->uc, page << 12, (page + count) << 12);
    m->invalidating = 0;
    m->flush = 1;
}

static void flush_tlb(mr_machine *m) {
    if (m->flush) {
        uc_ctl_flush_tlb(m->uc);
        m->flush = 0;
    }
}

// abandon forgets the code of pages, and what they held.
static void abandon(mr_machine *m, uint64_t page, uint64_t count) {
    forget(m, page, count);
    for (uint64_t i = 0; i < count; i++) {
        m->state[page + i] &= ~(MR_TRANSLATED | MR_KEPT);
        mr_drop(m, page + i);
    }
}

// skip_empty is the next chunk, from this one on, of which something is remembered; or one at the end or past it.
static uint64_t skip_empty(mr_machine *m, uint64_t chunk, uint64_t end) {
    while (chunk < end && !m->chunks[chunk]) {
        uint64_t eight = 0;
        if (chunk + 8 <= end) {
            memcpy(&eight, &m->chunks[chunk], 8);
        }
        chunk += chunk + 8 <= end && !eight ? 8 : 1;
    }
    return chunk;
}

// next_page is the next page, from this one on, of which something is remembered; end if there is none.
static uint64_t next_page(mr_machine *m, uint64_t page, uint64_t end) {
    uint64_t chunks = (end + MR_CHUNK - 1) >> MR_CHUNK_SHIFT;
    while (page < end && !m->state[page]) {
        page++;
        if (!(page & (MR_CHUNK - 1)) || !m->chunks[page >> MR_CHUNK_SHIFT]) {
            uint64_t chunk = skip_empty(m, page >> MR_CHUNK_SHIFT, chunks);
            page = chunk << MR_CHUNK_SHIFT > page ? chunk << MR_CHUNK_SHIFT : page;
        }
    }
    return page < end ? page : end;
}

// last_page is the end of a range of pages, cut to the window.
static uint64_t last_page(mr_machine *m, uint64_t page, uint64_t count) {
    return page + count < m->pages ? page + count : m->pages;
}

// abandon_run abandons the translated pages from page on, up to end, and gives the first behind them.
static uint64_t abandon_run(mr_machine *m, uint64_t page, uint64_t end) {
    uint64_t run = page;
    while (page < end && m->state[page] & MR_TRANSLATED) {
        page++;
    }
    abandon(m, run, page - run);
    return page;
}

// mr_changed forgets the protections of pages. Code stays translated: it is looked at when it is fetched again.
void mr_changed(mr_machine *m, uint64_t page, uint64_t count) {
    uint64_t end = last_page(m, page, count);
    for (page = next_page(m, page, end); page < end; page = next_page(m, page + 1, end)) {
        if (m->chains && m->state[page] & MR_TRANSLATED) {
            abandon_run(m, page, end);
        }
        m->state[page] = m->state[page] & (MR_TRANSLATED | MR_KEPT) ? MR_KEPT : 0;
        m->flush = 1;
    }
}

// mr_code_changed forgets the code of pages.
void mr_code_changed(mr_machine *m, uint64_t page, uint64_t count) {
    uint64_t end = last_page(m, page, count);
    for (page = next_page(m, page, end); page < end; page = next_page(m, page, end)) {
        page = m->state[page] & MR_TRANSLATED ? abandon_run(m, page, end) : page + 1;
    }
}

// current_pc is where to go on, in the form that uc_emu_start wants.
static uint64_t current_pc(mr_machine *m) {
    uint64_t pc = 0;
    uint32_t cpsr = 0;
    uc_reg_read(m->uc, m->pc_reg, &pc);
    if (m->cpsr_reg) {
        uc_reg_read(m->uc, m->cpsr_reg, &cpsr);
        pc |= cpsr >> 5 & 1;
    }
    return pc;
}

// address drops the Thumb bit of a PC.
static uint64_t address(mr_machine *m, uint64_t pc) {
    return m->cpsr_reg ? pc & ~1ull : pc;
}

// data makes a page of translated code a page of data.
static void data(mr_machine *m, uint64_t page) {
    m->code_writes++;
    abandon(m, page, 1);
    flush_tlb(m);
    m->event = MR_NONE;
}

// refresh forgets code of a former process, and lets a fetch from its page try again. Nothing of the block has run.
static uc_err refresh(mr_machine *m, uc_err e) {
    if (m->event != MR_STALE) {
        return e;
    }
    abandon(m, m->addr >> 12, 1);
    flush_tlb(m);
    m->event = MR_NONE;
    return UC_ERR_OK;
}

// step runs the instruction at pc with its page both writable and executable, and makes every address behind it an exit.
static uc_err step(mr_machine *m, uint64_t pc, uint64_t page) {
    uint64_t exits[16], none = 0;
    for (int i = 0; i < 16; i++) {
        exits[i] = address(m, pc) + 1 + i;
    }
    uc_ctl_set_exits(m->uc, exits, 16);
    m->step_page = page;
    uc_err e = uc_emu_start(m->uc, pc, 0, 0, 0);
    m->step_page = ~0ull;
    uc_ctl_set_exits(m->uc, &none, 0);
    forget(m, page, 1);
    flush_tlb(m);
    return e;
}

// code_write handles a store at pc to a page of translated code. If the instruction lies on that page itself, it cannot just
// run again: the page would have to be code and data at once. It is stepped over instead.
static uc_err code_write(mr_machine *m, uint64_t pc) {
    uint64_t page = m->addr >> 12;
    data(m, page);
    if (pc >> 12 != page && (pc + 15) >> 12 != page) {
        return UC_ERR_OK;
    }
    uc_err e = step(m, pc, page);
    for (int i = 0; i < 2 && m->event == MR_CODEWRITE && current_pc(m) == pc; i++) {
        data(m, m->addr >> 12); // the store reaches into another page of code
        e = step(m, pc, page);
    }
    uint64_t now = current_pc(m);
    if (m->event == MR_ILLEGAL && now > pc && now <= pc + 16) {
        m->event = MR_NONE; // how some CPUs tell of an exit
    }
    if (m->event == MR_CODEWRITE) {
        m->event = MR_NONE; // of a later instruction, which will run again
    }
    if (m->event != MR_NONE) {
        return e;
    }
    if (m->delay && now == pc) { // MIPS does not say where an exit is
        now += 4;
        uc_reg_write(m->uc, m->pc_reg, &now);
    }
    return UC_ERR_OK;
}

// in_mid_block says whether a fetch failed when libunicorn looked ahead for the rest of a block: the PC is at its start then,
// and nothing of it has run.
static bool in_mid_block(mr_machine *m, uint64_t pc) {
    return m->event == MR_FAULT && m->access == UC_PROT_EXEC && pc >> 12 != m->addr >> 12 && address(m, pc) < m->addr;
}

// approach runs the beginning of a block that reaches into a page which must not be fetched. Every address around the
// boundary, other than pc, is an exit, so that in the end an instruction that crosses it, or the first behind it, starts a
// block, and its fault is exact.
static uc_err approach(mr_machine *m, uint64_t pc) {
    uint64_t exits[16], none = 0, page = m->addr & ~0xfffull;
    int n = 0;
    for (uint64_t at = page - 15; at <= page; at++) {
        if (at != address(m, pc)) {
            exits[n++] = at;
        }
    }
    uc_ctl_set_exits(m->uc, exits, n);
    m->event = MR_NONE;
    uc_err e = uc_emu_start(m->uc, pc, 0, 0, 0);
    uc_ctl_set_exits(m->uc, &none, 0);
    uint64_t now = current_pc(m);
    if (m->event == MR_ILLEGAL && now > pc && now <= page) {
        m->event = MR_NONE; // how some CPUs tell of an exit
    }
    return m->event == MR_NONE ? UC_ERR_OK : e;
}

// settle says whether a run that ended without an event is over.
static bool settle(mr_machine *m, uc_err e) {
    if (m->event != MR_NONE) {
        return true;
    }
    if (stopping(m)) {
        m->event = MR_STOPPED;
        m->addr = address(m, current_pc(m));
        return true;
    }
    if (e != UC_ERR_OK) {
        m->event = MR_ERROR;
        m->error = e;
        return true;
    }
    return false; // a stale stop, or an instruction that halts the processor: go on
}

void mr_run(mr_machine *m, mr_cpu *c, int64_t budget) {
    mr_running(m);
    mr_flush(m, c);
    flush_tlb(m);
    m->budget = budget ? budget : INT64_MAX;
    uint64_t pc = c->vals[0];
    if (c->cpsr >= 0) {
        pc |= c->vals[c->cpsr] >> 5 & 1;
    }
    uc_err e = UC_ERR_OK;
    for (;;) {
        m->event = MR_NONE;
        if (settle(m, e)) {
            break;
        }
        e = uc_emu_start(m->uc, pc, 0, 0, 0);
        if (m->event == MR_CODEWRITE) {
            e = code_write(m, current_pc(m));
        }
        e = refresh(m, e);
        uint64_t now = current_pc(m);
        if (in_mid_block(m, now)) {
            e = approach(m, now);
            if (in_mid_block(m, current_pc(m)) && current_pc(m) == now) {
                break; // it crosses the boundary itself
            }
            if (m->event == MR_CODEWRITE || in_mid_block(m, current_pc(m))) {
                m->event = MR_NONE; // will come again
                e = UC_ERR_OK;
            }
            e = refresh(m, e);
        }
        if (settle(m, e)) {
            break;
        }
        pc = current_pc(m);
    }
    if (m->event == MR_FAULT && m->fault_slot) {
        uint64_t exact = *(uint64_t *)((char *)m->uc + m->fault_slot);
        if (exact >> 12 == m->addr >> 12) {
            m->addr = exact;
        }
    }
    mr_load(m, c);
    if ((m->event == MR_BUDGET || m->event == MR_STOPPED) && c->vals[0] != m->addr) {
        c->vals[0] = m->addr;
        c->dirty |= 1;
    }
    mr_running(NULL);
}

// mr_stub runs engine code in the private page until it traps.
bool mr_stub(mr_machine *m, uint64_t addr) {
    m->private_open = 1;
    m->flush |= m->private_prot != 0; // otherwise the TLB has nothing of the page
    flush_tlb(m);
    m->event = MR_NONE;
    m->budget = INT64_MAX;
    uc_err e;
    do {
        e = uc_emu_start(m->uc, addr, 0, 0, 0);
        addr = current_pc(m);
    } while (e == UC_ERR_OK && m->event == MR_NONE);
    m->private_open = 0;
    m->flush = 1;
    return m->event == MR_INTR || m->event == MR_SYSCALL;
}

bool mr_bank_stub(mr_machine *m, uint64_t addr, uint64_t bank) {
    mr_bank *b = &m->bank;
    uint64_t old[8] = {0};
    for (int i = 0; i < b->count; i++) {
        uc_reg_read(m->uc, b->ids[i], &old[i]);
        if (b->set[i]) {
            uc_reg_write(m->uc, b->ids[i], &b->with[i]);
        }
    }
    uc_reg_write(m->uc, b->base, &bank);
    bool done = mr_stub(m, addr);
    for (int i = 0; i < b->count; i++) {
        uc_reg_write(m->uc, b->ids[i], &old[i]);
    }
    return done;
}

// mr_leave_delay_slot puts the PC back to a jump if the CPU stands in its delay slot, a state that no register shows: a NOP
// of the engine's own runs in the slot's place. If that takes the jump, the CPU stood there. The jump can run again.
void mr_leave_delay_slot(mr_machine *m, mr_cpu *c, uint64_t addr) {
    mr_machine old = *m;
    uint64_t pc = c->vals[0];
    m->private_open = 1;
    uint64_t now = addr;
    do {
        m->event = MR_NONE;
        m->budget = 1; // for the NOP's block; the one behind the jump does not run
        uc_emu_start(m->uc, addr, 0, 0, 0);
        now = current_pc(m);
    } while (m->event == MR_NONE && now == addr); // a stale stop
    bool jumped = m->event != MR_INTR;
    m->private_open = 0;
    m->flush = 1;
    m->event = old.event;
    m->addr = old.addr;
    m->intno = old.intno;
    m->access = old.access;
    m->budget = old.budget;
    m->block = old.block;
    m->block_size = old.block_size;
    c->vals[0] = pc - (jumped ? 4 : 0);
    c->dirty |= 1;
}
