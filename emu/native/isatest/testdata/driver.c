// driver.c runs cases of the differential tests in a Linux process, see package isatest. It is compiled for each
// architecture and run by qemu-user, or by a real machine.
//
// A case begins by the return from a signal handler, which loads all registers, and ends in a signal, whose handler finds all
// registers in its context: the trap behind the case's instructions, or a fault.
//
// Standard input: struct header, code (count * stride bytes), then count cases: slots registers of 8 bytes, and MEMORY bytes.
// Standard output: count results: signal, si_code, si_addr, pc, slots registers, and PAGE bytes. All in the byte order here.
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#define CODE ((unsigned char *)0x30000000)
#define PAGE 4096
#define DATA ((unsigned char *)0x20001000)
#define MEMORY 512
#ifdef __or1k__
#define BEFORE 4096 // pages have 8192 bytes: cases keep off those before DATA
#else
#define BEFORE 0
#endif

struct header {
	uint32_t count, stride;
};

struct result {
	uint64_t sig, code, addr, pc;
};

static void get(ucontext_t *uc, uint64_t *slot, uint64_t *pc);
static void set(ucontext_t *uc, const uint64_t *slot, uint64_t pc);

#if defined(__aarch64__)
enum { SLOTS = 31 + 1 + 3 + 64 }; // x0-x30 sp pstate fpcr fpsr v0-v31, low half first

static struct fpsimd_context *fpsimd(ucontext_t *uc) { return (void *)uc->uc_mcontext.__reserved; }

static void get(ucontext_t *uc, uint64_t *slot, uint64_t *pc)
{
	memcpy(slot, uc->uc_mcontext.regs, 31 * 8);
	slot[31] = uc->uc_mcontext.sp;
	slot[32] = uc->uc_mcontext.pstate & 0xf0000000;
	slot[33] = fpsimd(uc)->fpcr;
	slot[34] = fpsimd(uc)->fpsr;
	for (int i = 0; i < 32; i++) {
		slot[35 + 2 * i] = (uint64_t)fpsimd(uc)->vregs[i];
		slot[36 + 2 * i] = (uint64_t)(fpsimd(uc)->vregs[i] >> 64);
	}
	*pc = uc->uc_mcontext.pc;
}

static void set(ucontext_t *uc, const uint64_t *slot, uint64_t pc)
{
	memcpy(uc->uc_mcontext.regs, slot, 31 * 8);
	uc->uc_mcontext.sp = slot[31];
	uc->uc_mcontext.pstate = slot[32];
	fpsimd(uc)->fpcr = slot[33];
	fpsimd(uc)->fpsr = slot[34];
	for (int i = 0; i < 32; i++)
		fpsimd(uc)->vregs[i] = slot[35 + 2 * i] | (__uint128_t)slot[36 + 2 * i] << 64;
	uc->uc_mcontext.pc = pc;
}
#endif

#if defined(__mips__)
enum { SLOTS = 31 + 2 + 32 + 1 }; // r1-r31 hi lo f0-f31 fcsr

#if __mips_fpr == 32
#define FLOAT 0xffffffffull // a register is half of a pair
#else
#define FLOAT ~0ull // a program for both has whole registers, too
#endif

// qemu does not have FCSR in the context: it is read first and set last, and no code between uses floating point.
static void get(ucontext_t *uc, uint64_t *slot, uint64_t *pc)
{
	mcontext_t *m = &uc->uc_mcontext;
	unsigned fcsr;
	__asm__ volatile("cfc1 %0,$31" : "=r"(fcsr));
	for (int i = 0; i < 31; i++)
		slot[i] = (unsigned long)m->gregs[i + 1];
	slot[31] = (unsigned long)m->mdhi;
	slot[32] = (unsigned long)m->mdlo;
	memcpy(slot + 33, &m->fpregs, 32 * 8);
	for (int i = 0; i < 32; i++)
		slot[33 + i] &= FLOAT;
	slot[65] = fcsr;
	__asm__ volatile("ctc1 $0,$31");
	*pc = (unsigned long)m->pc;
}

static void set(ucontext_t *uc, const uint64_t *slot, uint64_t pc)
{
	mcontext_t *m = &uc->uc_mcontext;
	for (int i = 0; i < 31; i++)
		m->gregs[i + 1] = slot[i];
	m->mdhi = slot[31];
	m->mdlo = slot[32];
	memcpy(&m->fpregs, slot + 33, 32 * 8);
	m->pc = pc;
	__asm__ volatile("ctc1 %0,$31" ::"r"((unsigned)slot[65]));
}
#endif

#if defined(__riscv)
enum { SLOTS = 2 + 27 + 32 + 1 }; // x1 x2 x5-x31 (x3 and x4 are this program's) f0-f31 fcsr

static void get(ucontext_t *uc, uint64_t *slot, uint64_t *pc)
{
	for (int i = 0; i < 29; i++)
		slot[i] = uc->uc_mcontext.__gregs[i < 2 ? i + 1 : i + 3];
	for (int i = 0; i < 32; i++)
		slot[29 + i] = uc->uc_mcontext.__fpregs.__d.__f[i];
	slot[61] = uc->uc_mcontext.__fpregs.__d.__fcsr;
	*pc = uc->uc_mcontext.__gregs[0];
}

static void set(ucontext_t *uc, const uint64_t *slot, uint64_t pc)
{
	for (int i = 0; i < 29; i++)
		uc->uc_mcontext.__gregs[i < 2 ? i + 1 : i + 3] = slot[i];
	for (int i = 0; i < 32; i++)
		uc->uc_mcontext.__fpregs.__d.__f[i] = slot[29 + i];
	uc->uc_mcontext.__fpregs.__d.__fcsr = slot[61];
	uc->uc_mcontext.__gregs[0] = pc;
}
#endif

#if defined(__powerpc__)
// r0 r1 r3-r12 r14-r31 (r2 and r13 are this program's) lr ctr cr xer fpscr f0-f31; of 64-bit ones the other halves of the VSX
// registers 0 to 31, vscr, and v0-v31, doubleword 0 first.
#if defined(__powerpc64__)
#ifdef __LITTLE_ENDIAN__
enum { VSCR_WORD = 0, FLIP = 1 };
#else
enum { VSCR_WORD = 3, FLIP = 0 };
#endif
enum { GPRS = 30, FIRST_F = 35, FIRST_H = 67, VSCR = 99, FIRST_V = 100, SLOTS = FIRST_V + 64 };
#define GREGS(uc) ((uc)->uc_mcontext.gp_regs)
#define FREGS(uc) ((uint64_t *)(uc)->uc_mcontext.fp_regs)
#define VREGS(uc) ((uint64_t *)(uc)->uc_mcontext.v_regs)
#else
enum { GPRS = 30, FIRST_F = 35, SLOTS = 67 };
#define GREGS(uc) ((uc)->uc_mcontext.gregs)
#define FREGS(uc) ((uint64_t *)(uc)->uc_mcontext.fpregs.fpregs)
#endif
enum { NIP = 32, CTR = 35, LR = 36, XER = 37, CR = 38 };
static const int special[] = { LR, CTR, CR, XER };

static int number(int slot) { return slot < 2 ? slot : slot < 12 ? slot + 1 : slot + 2; }

static void get(ucontext_t *uc, uint64_t *slot, uint64_t *pc)
{
	for (int i = 0; i < GPRS; i++)
		slot[i] = GREGS(uc)[number(i)];
	for (int i = 0; i < 4; i++)
		slot[GPRS + i] = GREGS(uc)[special[i]];
	memcpy(slot + FIRST_F, FREGS(uc), 32 * 8);
	slot[FIRST_F - 1] = FREGS(uc)[32];
#if defined(__powerpc64__)
	for (int i = 0; i < 64; i++)
		slot[FIRST_V + i] = VREGS(uc)[i ^ FLIP];
	memcpy(slot + FIRST_H, VREGS(uc) + 68, 32 * 8);
	slot[VSCR] = ((uint32_t *)VREGS(uc))[32 * 4 + VSCR_WORD];
#endif
	*pc = GREGS(uc)[NIP];
}

static void set(ucontext_t *uc, const uint64_t *slot, uint64_t pc)
{
	for (int i = 0; i < GPRS; i++)
		GREGS(uc)[number(i)] = slot[i];
	for (int i = 0; i < 4; i++)
		GREGS(uc)[special[i]] = slot[GPRS + i];
	memcpy(FREGS(uc), slot + FIRST_F, 32 * 8);
	FREGS(uc)[32] = slot[FIRST_F - 1];
#if defined(__powerpc64__)
	for (int i = 0; i < 64; i++)
		VREGS(uc)[i ^ FLIP] = slot[FIRST_V + i];
	memcpy(VREGS(uc) + 68, slot + FIRST_H, 32 * 8);
	((uint32_t *)VREGS(uc))[32 * 4 + VSCR_WORD] = slot[VSCR];
#endif
	GREGS(uc)[NIP] = pc;
}
#endif

#if defined(__sh__)
enum { SLOTS = 15 + 6 + 32 }; // r0-r13 r15 (r14 is 0) pr gbr mach macl fpul fpscr, fr0-fr15, xf0-xf15

// qemu-user 7.2 has a pointer of the host in its ucontext, so that what follows lies 8 bytes farther than Linux has it.
static mcontext_t *context(ucontext_t *uc) { return (void *)((char *)&uc->uc_mcontext + 8); }

// It leaves the second bank of floating-point registers out of the context.
static void bank(float *values, int save)
{
	unsigned old;
	__asm__ volatile ("sts fpscr, %0\n\tlds %1, fpscr" : "=&r"(old) : "r"(0) : "memory");
	__asm__ volatile ("frchg");
	if (save)
		__asm__ volatile ("add #64, %0\n\t"
			"fmov.s fr15,@-%0\n\tfmov.s fr14,@-%0\n\tfmov.s fr13,@-%0\n\tfmov.s fr12,@-%0\n\t"
			"fmov.s fr11,@-%0\n\tfmov.s fr10,@-%0\n\tfmov.s fr9,@-%0\n\tfmov.s fr8,@-%0\n\t"
			"fmov.s fr7,@-%0\n\tfmov.s fr6,@-%0\n\tfmov.s fr5,@-%0\n\tfmov.s fr4,@-%0\n\t"
			"fmov.s fr3,@-%0\n\tfmov.s fr2,@-%0\n\tfmov.s fr1,@-%0\n\tfmov.s fr0,@-%0" : "+r"(values) :: "memory");
	else
		__asm__ volatile (
			"fmov.s @%0+,fr0\n\tfmov.s @%0+,fr1\n\tfmov.s @%0+,fr2\n\tfmov.s @%0+,fr3\n\t"
			"fmov.s @%0+,fr4\n\tfmov.s @%0+,fr5\n\tfmov.s @%0+,fr6\n\tfmov.s @%0+,fr7\n\t"
			"fmov.s @%0+,fr8\n\tfmov.s @%0+,fr9\n\tfmov.s @%0+,fr10\n\tfmov.s @%0+,fr11\n\t"
			"fmov.s @%0+,fr12\n\tfmov.s @%0+,fr13\n\tfmov.s @%0+,fr14\n\tfmov.s @%0+,fr15" : "+r"(values) :: "memory");
	__asm__ volatile ("frchg\n\tlds %0, fpscr" :: "r"(old) : "memory");
}

static void get(ucontext_t *uc, uint64_t *slot, uint64_t *pc)
{
	mcontext_t *m = context(uc);
	float xf[16];
	for (int i = 0; i < 15; i++)
		slot[i] = m->gregs[i < 14 ? i : 15];
	const unsigned long control[] = { m->pr, m->gbr, m->mach, m->macl, m->fpul, m->fpscr };
	for (int i = 0; i < 6; i++)
		slot[15 + i] = control[i];
	bank(xf, 1);
	for (int i = 0; i < 16; i++) {
		uint32_t bits;
		memcpy(&bits, &xf[i], 4);
		slot[21 + i] = m->fpregs[i];
		slot[37 + i] = bits;
	}
	*pc = m->pc;
}

static void set(ucontext_t *uc, const uint64_t *slot, uint64_t pc)
{
	mcontext_t *m = context(uc);
	float xf[16];
	for (int i = 0; i < 15; i++)
		m->gregs[i < 14 ? i : 15] = slot[i];
	m->gregs[14] = 0;
	m->pr = slot[15];
	m->gbr = slot[16];
	m->mach = slot[17];
	m->macl = slot[18];
	m->fpul = slot[19];
	m->fpscr = slot[20];
	for (int i = 0; i < 16; i++) {
		uint32_t bits = slot[37 + i];
		m->fpregs[i] = slot[21 + i];
		memcpy(&xf[i], &bits, 4);
	}
	bank(xf, 0);
	m->pc = pc;
}
#endif

#if defined(__or1k__)
enum { SLOTS = 30 + 1 }; // r1-r9 r11-r31 (r0 is 0, r10 this program's) sr

static int number(int slot) { return slot < 9 ? slot + 1 : slot + 2; }

static void get(ucontext_t *uc, uint64_t *slot, uint64_t *pc)
{
	for (int i = 0; i < 30; i++)
		slot[i] = uc->uc_mcontext.regs.gpr[number(i)];
	slot[30] = (uc->uc_mcontext.regs.sr & 0xe00) | 0x8000;
	*pc = uc->uc_mcontext.regs.pc;
}

static void set(ucontext_t *uc, const uint64_t *slot, uint64_t pc)
{
	for (int i = 0; i < 30; i++)
		uc->uc_mcontext.regs.gpr[number(i)] = slot[i];
	uc->uc_mcontext.regs.sr = (uc->uc_mcontext.regs.sr & ~0xe00) | (slot[30] & 0xe00);
	uc->uc_mcontext.regs.pc = pc;
}
#endif

static struct header header;
static long current = -1;

static void all(ssize_t (*io)(), int fd, void *buf, size_t n)
{
	for (size_t done = 0; done < n;) {
		ssize_t k = io(fd, (char *)buf + done, n - done);
		if (k <= 0)
			_exit(3);
		done += k;
	}
}

static void report(int sig, siginfo_t *si, ucontext_t *uc)
{
	static struct {
		struct result r;
		uint64_t slot[SLOTS];
		unsigned char page[PAGE];
	} out;
	out.r = (struct result){ .sig = sig == SIGBUS ? 7 : sig, .code = (int64_t)si->si_code, .addr = (uintptr_t)si->si_addr };
	get(uc, out.slot, &out.r.pc);
	memcpy(out.page, DATA, PAGE);
	all((ssize_t (*)())write, 1, &out, sizeof out);
}

static void next(ucontext_t *uc)
{
	static struct {
		uint64_t slot[SLOTS];
		unsigned char memory[MEMORY];
	} in;
	all((ssize_t (*)())read, 0, &in, sizeof in);
	for (int i = 0; i < PAGE; i += MEMORY)
		memcpy(DATA + i, in.memory, MEMORY);
	set(uc, in.slot, (uintptr_t)CODE + current * header.stride);
}

static void handler(int sig, siginfo_t *si, void *uc)
{
	if (current >= 0)
		report(sig, si, uc);
	if (++current == header.count)
		_exit(0);
	next(uc);
}

int main(void)
{
	static unsigned char stack[65536];
	const int fixed = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
	const int signals[] = { SIGTRAP, SIGILL, SIGSEGV, SIGBUS, SIGFPE };
	all((ssize_t (*)())read, 0, &header, sizeof header);
	size_t size = (size_t)header.count * header.stride;
	if (mmap(CODE, size, PROT_READ | PROT_WRITE, fixed, -1, 0) != CODE || mmap(DATA - BEFORE, PAGE + BEFORE, PROT_READ | PROT_WRITE, fixed, -1, 0) != DATA - BEFORE)
		return 1;
	all((ssize_t (*)())read, 0, CODE, size);
	mprotect(CODE, size, PROT_READ | PROT_EXEC);
	sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = sizeof stack }, 0);
	struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &sa, 0);
	raise(SIGTRAP);
	return 2;
}
