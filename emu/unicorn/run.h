// The part of the engine that libunicorn calls back: C functions that record what happened and stop. See doc.go.
#ifndef MUSLRUN_RUN_H
#define MUSLRUN_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <unicorn/unicorn.h>

// Why mr_run came back.
enum mr_event {
    MR_NONE,
    MR_STOPPED,   // somebody set stop
    MR_BUDGET,    // the budget ran out
    MR_INTR,      // exception number intno
    MR_SYSCALL,   // x86's syscall instruction
    MR_FAULT,     // access to addr that the page table forbids
    MR_ILLEGAL,   // libunicorn does not know the instruction
    MR_CODEWRITE, // internal: a store to a page whose code has been translated
    MR_STALE,     // internal: a fetch from a page that a former process had other code in
    MR_ERROR,     // libunicorn failed: error
};

// What the engine remembers of a page.
enum mr_page {
    MR_FILLED = 1,     // the TLB may hold it
    MR_TRANSLATED = 2, // code of it has been translated, and the TLB does not let it be written
    MR_KEPT = 4,       // code of it was translated when it had the bytes that are kept, which it may have still
};

// How many pages of code a machine keeps for its next process.
#define MR_KEPT_PAGES 1024

// emu.ChunkShift and emu.Mixed.
#define MR_TABLE_SHIFT 12
#define MR_MIXED 0x80

// A register that is not hot, and where a task's copy of it is. One of at most 8 bytes takes 8, as a number.
typedef struct mr_reg {
    int id; // for libunicorn
    uint32_t offset;
    uint32_t bytes;
} mr_reg;

// The registers that stay as they are around code of the engine's own: the PC, those that the code changes, and those that
// must have a value meanwhile.
typedef struct mr_bank {
    int base; // gets the bank's address
    int count;
    int ids[8];
    uint8_t set[8]; // to the value in with
    uint64_t with[8];
} mr_bank;

// One guest address space.
typedef struct mr_machine {
    uc_engine *uc;
    const uint8_t *prot; // the window's page table (emu.PageTable)
    const uint8_t *chunk_prot;
    uint64_t pages;      // how many there are
    uint8_t *state;      // mr_page of every page
    uint8_t *chunks;     // the same, or'ed over MR_CHUNK pages
    const uint8_t *base; // where the window begins
    uint64_t fault_slot; // where in *uc the exact address of a fault is; 0 if unknown

    uint64_t private_page;  // a page of the engine's own, outside what guests may map
    uint64_t private_frame; // where it is in libunicorn's physical memory
    uint8_t private_prot;   // what the guest may do with it
    uint8_t private_open;   // the engine is using it: everything is allowed
    uint8_t invalidating;   // fetches are always allowed
    uint8_t flush;          // the TLB must be flushed before the guest runs again
    uint64_t step_page;     // this page may be written and executed at once; ~0 if none

    mr_reg *regs; // registers that are not hot
    mr_bank bank;
    int stop;    // set by any thread
    int pc_reg;  // for libunicorn
    int cpsr_reg; // of arm, whose Thumb bit completes a PC; 0 elsewhere
    uint8_t delay;   // CPU has delay slots
    uint8_t chains;  // libunicorn jumps from page to page without asking what is there: no code can be kept
    uint64_t block;  // what on_block saw last
    uint32_t block_size;
    int block_shift; // log2 of the bytes that count as an instruction

    // The outcome of a run.
    int event;
    int intno;
    int access; // MR_FAULT: bits as in the page table
    int error;
    uint64_t addr;
    int64_t budget;
    uint64_t lost_at;     // with lost_page: a touch of what was cut off a file (bus.c)
    int lost_page;
    uint64_t code_writes; // how often MR_CODEWRITE was handled

    // What the pages held that have been translated: see keep.c.
    uint8_t *copies; // room for MR_KEPT_PAGES pages
    uint64_t kept_page[MR_KEPT_PAGES];
    int kept;         // how many there are
    int translations; // how many there ever were
    int lost;         // some have no copy
} mr_machine;

#define MR_CHUNK_SHIFT 9
#define MR_CHUNK (1ull << MR_CHUNK_SHIFT)
#define MR_HOT 24
#define MR_COLD 256 // registers that are not hot, at most

// The registers of one task that every system call touches, kept where Go reads and writes them without a call.
typedef struct mr_cpu {
    int count;          // of hot registers; [0] is the PC
    int cpsr;           // index of CPSR on arm, -1 elsewhere
    int ids[MR_HOT];    // for libunicorn
    uint64_t vals[MR_HOT];
    uint32_t dirty;     // bit per register that Go has written

    // Copies of the others, made when one is asked for and good until the task runs, and those that Go has written.
    uint64_t cold_dirty[MR_COLD / 64]; // bit per register of mr_machine.regs
    uint8_t cold[];
} mr_cpu;

uc_err mr_init(mr_machine *m, bool x86_syscall);
void mr_run(mr_machine *m, mr_cpu *c, int64_t budget);
void mr_load(mr_machine *m, mr_cpu *c);  // engine to c->vals
void mr_flush(mr_machine *m, mr_cpu *c); // what is dirty in c to the engine
uc_err mr_fetch(mr_machine *m, mr_cpu *c, int from, int to); // of m->regs, but for dirty ones, from the engine
bool mr_stub(mr_machine *m, uint64_t addr);
bool mr_bank_stub(mr_machine *m, uint64_t addr, uint64_t bank); // mr_stub, with m->bank
void mr_leave_delay_slot(mr_machine *m, mr_cpu *c, uint64_t addr);
void mr_stop(mr_machine *m);
void mr_changed(mr_machine *m, uint64_t page, uint64_t count);
void mr_code_changed(mr_machine *m, uint64_t page, uint64_t count);
bool mr_catch_bus(void);
bool mr_mend_sqxbr(void);
void mr_running(mr_machine *m);
void mr_keep(mr_machine *m, uint64_t page);
bool mr_same(mr_machine *m, uint64_t page);
void mr_drop(mr_machine *m, uint64_t page);
bool mr_reset(mr_machine *m);

#endif
