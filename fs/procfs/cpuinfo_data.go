package procfs

import (
	"strings"

	"muslrun/arch"
)

// list splits feature names; "-" stands for a bit without one.
func list(names string) []string {
	out := strings.Fields(names)
	for i, name := range out {
		if name == "-" {
			out[i] = ""
		}
	}
	return out
}

var cpuTexts = map[arch.Family]*cpuText{
	arch.X86: {
		each: `processor	: $N
vendor_id	: AuthenticAMD
cpu family	: 15
model		: 107
model name	: $M
stepping	: 1
cpu MHz		: 1000.000
cache size	: 512 KB
physical id	: 0
siblings	: $C
core id		: $N
cpu cores	: $C
apicid		: $N
initial apicid	: $N
fpu		: yes
fpu_exception	: yes
cpuid level	: 13
wp		: yes
flags		: $F
bugs		:
bogomips	: 2000.00
clflush size	: 64
cache_alignment	: 64
address sizes	: 40 bits physical, 48 bits virtual
power management:

`,
		models: map[string]string{"i386": "muslrun virtual i686 CPU", "x86_64": "muslrun virtual x86-64 CPU"},
		// CPUID.1:EDX (asm/cpufeatures.h).
		features: list(`fpu vme de pse tsc msr pae mce cx8 apic - sep mtrr pge mca cmov pat pse36 pn clflush - dts acpi mmx
			fxsr sse sse2 ss ht tm ia64 pbe`),
	},
	arch.ARM: {
		each: `processor	: $N
model name	: ARMv$v Processor rev 0 ($m)
BogoMIPS	: 100.00
Features	: $F
CPU implementer	: 0x41
CPU architecture: $v
CPU variant	: 0x0
CPU part	: 0xc0f
CPU revision	: 0

`,
		tail: `Hardware	: muslrun
Revision	: 0000
Serial		: 0000000000000000
`,
		features: list(`swp half thumb 26bit fastmult fpa vfp edsp java iwmmxt crunch thumbee neon vfpv3 vfpv3d16 tls vfpv4
			idiva idivt vfpd32 lpae evtstrm`),
		features2: list("aes pmull sha1 sha2 crc32"),
	},
	arch.AArch64: {
		each: `processor	: $N
BogoMIPS	: 100.00
Features	: $F
CPU implementer	: 0x41
CPU architecture: 8
CPU variant	: 0x0
CPU part	: 0xd08
CPU revision	: 3

`,
		features: list(`fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm jscvt fcma lrcpc dcpop
			sha3 sm3 sm4 asimddp sha512 sve asimdfhm dit uscat ilrcpc flagm ssbs sb paca pacg`),
	},
	arch.MIPS: {
		head: `system type		: muslrun
machine			: Unknown
`,
		each: `processor		: $N
cpu model		: $M
BogoMIPS		: 100.00
wait instruction	: yes
microsecond timers	: yes
tlb_entries		: 64
extra interrupt vector	: yes
hardware watchpoint	: no
isa			: $I
ASEs implemented	:
shadow register sets	: 1
kscratch registers	: 0
package			: 0
core			: $N
VCED exceptions		: not available
VCEI exceptions		: not available

`,
		models: map[string]string{
			"mips32": "MIPS 24Kc V0.0  FPU V0.0", "mips32r6": "MIPS M6201 V0.0  FPU V0.0",
			"mips64": "MIPS 5KE V0.0  FPU V0.0", "mips64r6": "MIPS I6400 V0.0  FPU V0.0",
		},
		levels: map[string]string{
			"mips32": "mips1 mips2 mips32r1 mips32r2", "mips32r6": "mips32r6",
			"mips64":   "mips1 mips2 mips3 mips4 mips5 mips32r1 mips32r2 mips64r1 mips64r2",
			"mips64r6": "mips32r6 mips64r6",
		},
	},
	arch.PowerPC: {
		each: `processor	: $N
cpu		: $M
clock		: 1000.000000MHz

`,
		tail: `timebase	: 512000000
platform	: muslrun
model		: muslrun
machine		: muslrun
`,
		models: map[string]string{"powerpc": "7447A, altivec supported", "powerpc64": "POWER8 (raw), altivec supported"},
	},
	arch.RISCV: {
		each: `processor	: $N
hart		: $N
isa		: $F
mmu		: sv39

`,
	},
	arch.S390: {
		head: `vendor_id       : IBM/S390
# processors    : $C
bogomips per cpu: 3241.00
max thread id   : 0
features	: $F 
`,
		each: `processor $N: version = 00,  identification = 000000,  machine = 2964
`,
		// asm/elf.h
		features: list(`esan3 zarch stfle msa ldisp eimm dfp edat etf3eh highgprs te vx vxd vxe gs vxe2 vxp sort dflt vxp2
			nnpa pcimio sie`),
	},
	arch.M68K: {
		each: `CPU:		68040
MMU:		68040
FPU:		68040
Clocking:	100.0MHz
BogoMips:	66.66
Calibration:	333312 loops
`,
	},
	arch.MicroBlaze: {
		each: `CPU-Family:	MicroBlaze
FPGA-Arch:	muslrun
CPU-Ver:	10.0.a, $E endian
CPU-MHz:	100.00
BogoMips:	50.00
`,
	},
	arch.OpenRISC: {
		each: `processor		: $N
cpu architecture	: OpenRISC 1000 (1.1-rev0)
cpu implementation id	: 0x1
cpu version		: 0x0
frequency		: 100000000
bogomips		: 200.00

`,
	},
	arch.SuperH: {
		each: `machine		: muslrun
processor	: $N
cpu family	: sh4
cpu type	: SH7751R
cut		: unknown
cpu flags	: $F
cache type	: split (harvard)
bogomips	: 100.00

`,
		features: list("fpu p2flush mmuassoc dsp perfctr ptea llsc l2 op32 pteaex"),
	},
	arch.LoongArch: {
		head: `system type		: muslrun

`,
		each: `processor		: $N
package			: 0
core			: $N
global_id		: $N
CPU Family		: Loongson-64bit
Model Name		: muslrun virtual LoongArch CPU
CPU Revision		: 0x10
FPU Revision		: 0x00
CPU MHz			: 1000.00
BogoMIPS		: 2000.00
Address Sizes		: 48 bits physical, 48 bits virtual
ISA			: loongarch32 loongarch64
Features		: $F
Hardware Watchpoint	: no

`,
		features: list(`cpucfg lam ual fpu lsx lasx crc32 complex crypto lvz lbt_x86 lbt_arm lbt_mips ptw`),
	},
}
