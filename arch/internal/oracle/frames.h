/* Signal frames: what each architecture's kernel/signal.c declares around the structures of the headers for user space.
 * One variable for each structure; its name is the structure's in the recorded facts. */
typedef __SIZE_TYPE__ size_t;
#include <asm/types.h>
#include <linux/posix_types.h>
#include <linux/types.h>
#include <linux/signal.h>
#include <asm/sigcontext.h>

/* The kernel's own sigset_t, which has 64 signals on every architecture but mips; the headers for user space give an older,
 * shorter one on some. */
typedef struct {
#ifdef __mips__
	unsigned long sig[16 / sizeof(long)];
#else
	unsigned long sig[8 / sizeof(long)];
#endif
} frame_sigset_t;
#define sigset_t frame_sigset_t

/* siginfo_t as a run of bytes. */
struct info {
	char bytes[sizeof(siginfo_t)] __attribute__((aligned(__alignof__(siginfo_t))));
};

#if defined(__x86_64__)
#include <asm/ucontext.h>
struct {
	unsigned long long pretcode;
	struct ucontext uc;
	struct info info;
} rt_sigframe;
struct _fpstate_64 state;

#elif defined(__i386__)
#include <asm/ucontext.h>
struct {
	__u32 pretcode;
	int sig;
	__u32 pinfo, puc;
	struct info info;
	struct ucontext uc;
	char retcode[8];
} rt_sigframe;
struct {
	__u32 pretcode;
	int sig;
	struct sigcontext sc;
	struct _fpstate_32 unused;
	unsigned int extramask[1];
	char retcode[8];
} sigframe;
struct _fpstate_32 state;

#elif defined(__aarch64__)
#include <asm/ucontext.h>
struct {
	struct info info;
	struct ucontext uc;
	struct {
		__u64 fp, lr;
	} record;
} rt_sigframe;
struct fpsimd_context state;

#elif defined(__arm__)
struct sig_frame {
	struct {
		unsigned long uc_flags;
		void *uc_link;
		stack_t uc_stack;
		struct sigcontext uc_mcontext;
		sigset_t uc_sigmask;
		int unused[32 - sizeof(sigset_t) / sizeof(int)];
		unsigned long uc_regspace[128] __attribute__((aligned(8)));
	} uc;
	unsigned long retcode[4];
} sigframe;
struct {
	struct info info;
	struct sig_frame sig;
} rt_sigframe;
struct {
	unsigned long magic, size;
	struct {
		unsigned long long fpregs[32];
		unsigned long fpscr;
	} ufp;
	struct {
		unsigned long fpexc, fpinst, fpinst2;
	} ufp_exc;
} __attribute__((aligned(8))) state;

#elif defined(__mips__)
#include <asm/ucontext.h>
struct {
	__u32 ass[4], pad[2];
	struct info info;
	struct ucontext uc;
} rt_sigframe;
#if _MIPS_SIM == _ABIO32
struct {
	__u32 ass[4], pad[2];
	struct sigcontext sc;
	sigset_t mask;
} sigframe;
#endif

#elif defined(__powerpc64__)
#include <asm/ucontext.h>
struct {
	struct {
		unsigned long backchain;
		char frame[120];
	} caller;
	struct {
		struct ucontext uc;
		unsigned long unused[2];
		unsigned int tramp[7];
		void *pinfo, *puc;
		struct info info;
		char abigap[512];
	} __attribute__((aligned(16))) f;
} rt_sigframe;

#elif defined(__powerpc__)
#include <asm/ucontext.h>
struct {
	struct {
		unsigned long backchain;
		char frame[76];
	} caller;
	struct {
		struct info info;
		struct ucontext uc;
		int abigap[56];
	} f;
} rt_sigframe;
struct {
	struct {
		unsigned long backchain;
		char frame[60];
	} caller;
	struct {
		struct sigcontext sctx;
		struct mcontext mctx;
		int abigap[56];
	} f;
} sigframe;

#elif defined(__riscv) || defined(__loongarch__)
#include <asm/ucontext.h>
struct {
	struct info info;
	struct ucontext uc;
#ifdef __loongarch__
	struct sctx_info fpu_info;
	struct fpu_context fpu;
	struct sctx_info end __attribute__((aligned(16)));
#endif
} rt_sigframe;

#elif defined(__s390x__)
#include <asm/ucontext.h>
struct {
	char callee_used_stack[160];
	__u16 svc_insn;
	struct info info;
	struct ucontext_extended uc;
} rt_sigframe;
struct {
	char callee_used_stack[160];
	struct sigcontext sc;
	_sigregs sregs;
	int signo;
	_sigregs_ext sregs_ext;
	__u16 svc_insn;
} sigframe;

#elif defined(__m68k__)
struct {
	void *pretcode;
	int sig;
	void *pinfo, *puc;
	char retcode[8];
	struct info info;
	struct {
		unsigned long uc_flags;
		void *uc_link;
		stack_t uc_stack;
		struct {
			int version;
			int gregs[18];
			struct {
				int f_fpcntl[3];
				int f_fpregs[8 * 3];
			} fpregs;
		} uc_mcontext;
		unsigned long uc_filler[80];
		sigset_t uc_sigmask;
	} uc;
} rt_sigframe;
struct {
	void *pretcode;
	int sig, code;
	void *psc;
	char retcode[8];
	unsigned long extramask[1];
	struct sigcontext sc;
} sigframe;

#else /* sh, or1k, microblaze: ucontext is asm-generic's */
#include <asm-generic/ucontext.h>
struct {
	struct info info;
	struct ucontext uc;
#if defined(__microblaze__)
	unsigned long tramp[2];
#else
	unsigned char retcode[16];
#endif
} rt_sigframe;
#ifdef __sh__
struct {
	struct sigcontext sc;
	unsigned long extramask[1];
	__u16 retcode[8];
} sigframe;
#endif
#endif
