// Package unicorn runs guests on libunicorn, the CPU emulator taken out of QEMU. It is muslrun's first engine, and the one
// that the native engine is compared with. It needs the build tag "unicorn", cgo, and libunicorn 2.1.1 or newer; in other
// builds New gives an engine that supports nothing. limits.md lists what it cannot do.
//
// # The model
//
// A machine is one uc_engine at work on one guest window. libunicorn sees the window as a single region of physical memory
// with every right, and works in virtual-TLB mode: whenever its TLB has no entry for a page, it asks our C hook (fill in
// run.c) what the page is, and the hook answers from the window's page table. So mapping, unmapping and protecting memory
// costs libunicorn nothing but, at times, a TLB flush and the loss of some translated code, and there is no limit to the
// number of mappings. A refused entry is a fault, and faults of this kind are exact: libunicorn restores the CPU to the
// instruction that made the access. The hook is told only the page; the rest of the address is found in the uc_engine
// (see faultSlot).
//
// No callback reaches Go. Hooks record what happened and stop the engine; mr_run comes back, and stop.go turns the record
// into an emu.Stop by the tables of the ISA (spec: one Go file per family, mostly data).
//
// One task runs at a time, because libunicorn's guest atomics are not atomic between engines. The right to run is a token
// (machine.turn). Whoever wants it and does not get it asks the holder to leave: at once for short work (Pause, a register
// of another task), after a slice of 2 ms for another Run. The registers of the task that ran last stay in the engine; they
// are saved to its context when another task enters.
//
// Every task keeps its hot registers (PC, SP, those of the calling convention) in memory that C and Go share. A system call
// is one cgo call: write what changed, run, read the hot registers. When another register is asked for, its whole group
// (integer, or floating point and vectors) is copied to that memory by one more call; what is written waits there for the
// next run. So a signal frame costs two calls, not one for each register. Some registers cannot be reached by any call (FPU
// of MIPS and m68k, AltiVec, access registers of s390x); for those a bank of engine code runs in the guest CPU (bank.go).
//
// The engine has one page of its own, outside what guests can map, for such code, and for x86's descriptor table.
//
// # User mode
//
// libunicorn starts CPUs in their most privileged mode. There a hostile guest could reach physical memory behind the page
// table's back, and so make the host process fault. The boot hook of every spec brings the CPU to user mode the way a kernel
// does, by instructions in the private page or by a status register. Registers that could lead out of it have write masks.
//
// # Code that changes
//
// libunicorn notices a store to a page of translated code only the first time after a translation. So the hook never gives a
// page to the TLB as writable and executable at once. A fetch takes the right to write away; a store to such a page is an
// event that drops its code and takes the right to execute away (code_write). A store to its own page is stepped over alone,
// every address behind it being an exit.
//
// # Code that stays
//
// A machine outlives its process (emu.Pool): opening one takes most of a millisecond, and translating a program again takes
// longer. keep.c has a copy of each page of code as it was when its translation began. When mappings change, and when the
// next process comes, nothing is thrown away; a fetch from a page that is not in the TLB compares it with the copy, and
// drops its code if it differs. libunicorn asks for every block that begins on another page than the one that jumps to it,
// and for both pages of a block that crosses, so no old code can run. On m68k it does not ask; there, code is dropped.
//
// # Stopping
//
// Another thread stops a run by a flag, which the block hook looks at before every block; the block does not run then, and
// the CPU stands exactly between two blocks. uc_emu_stop from another thread needs no hook, but with 2.1.1 it now and then
// leaves the CPU with a block done twice or not at all: threads that count under a mutex lose count. The hook also counts
// instructions for budgets. It costs about a tenth.
//
// # Measured
//
// With 2.1.1 on a noisy machine of two cores, median of short runs:
//
//	virtual TLB and one region of 2^39 bytes, against ordinary regions   same speed (sieve loops, riscv64 and x86_64)
//	faults: PC, address and access, load, store, fetch, across pages     exact on all 16 ISAs and byte orders
//	a system call from Go, with a result written and 7 registers read    0.5 to 1.1 us
//	a fault, from Go                                                     0.5 to 0.9 us (MIPS 2 us: delay slots)
//	a switch between two tasks, with a system call                       0.6 to 1.5 us (powerpc 16 us)
//	mmap + first store + munmap, host calls included                     10 to 15 us
//	opening a machine                                                    0.35 to 0.9 ms (arm 3.5 ms)
//	memory of a machine, before code is translated                       2.1 MiB (arm 2.3, s390x 2.5)
//	a countdown loop, two instructions                                   2 to 6 ns
//
// uc_ctl_flush_tb writes to all of the translation buffer, hence its modest size, and hence no use of it: a machine that has
// translated much is closed at the end of its process. A machine of arm leaks about 200 KiB in libunicorn when it is closed.
package unicorn
