package procfs

import (
	"runtime"
	"slices"
	"strings"
	"testing"

	"muslrun/arch"
	"muslrun/arch/layout"
)

func TestCPUInfoOfEveryFamily(t *testing.T) {
	for _, isa := range []arch.ISA{
		{Name: "i386", Family: arch.X86, Bits: 32}, {Name: "x86_64", Family: arch.X86, Bits: 64},
		{Name: "arm", Family: arch.ARM, Bits: 32}, {Name: "aarch64", Family: arch.AArch64, Bits: 64},
		{Name: "mips32", Family: arch.MIPS, Bits: 32}, {Name: "mips64r6", Family: arch.MIPS, Bits: 64},
		{Name: "powerpc", Family: arch.PowerPC, Bits: 32}, {Name: "riscv64", Family: arch.RISCV, Bits: 64},
		{Name: "s390x", Family: arch.S390, Bits: 64}, {Name: "m68k", Family: arch.M68K, Bits: 32},
		{Name: "microblaze", Family: arch.MicroBlaze, Bits: 32, Order: layout.Big},
		{Name: "or1k", Family: arch.OpenRISC, Bits: 32}, {Name: "sh4", Family: arch.SuperH, Bits: 32},
		{Name: "loongarch64", Family: arch.LoongArch, Bits: 64},
	} {
		text := CPUInfo(&arch.ABI{ISA: &isa, Machine: "armv7l", HWCap: 1<<0 | 1<<8}, 2)
		if len(text) < 50 || strings.Contains(text, "$") || !strings.HasSuffix(text, "\n") {
			t.Errorf("%s: %q", isa.Name, text)
		}
		if strings.Contains(text, ": \n") && isa.Family != arch.LoongArch {
			t.Errorf("%s: something is empty in %q", isa.Name, text)
		}
	}
}

func TestFeatures(t *testing.T) {
	for _, test := range []struct {
		abi  arch.ABI
		want string
	}{
		{arch.ABI{ISA: &arch.ISA{Family: arch.ARM}, Machine: "armv7l", HWCap: 1<<1 | 1<<12 | 1<<19, HWCap2: 1 << 4},
			"Features\t: half neon vfpd32 crc32\n"},
		{arch.ABI{ISA: &arch.ISA{Family: arch.AArch64}, HWCap: 3 | 1<<8}, "Features\t: fp asimd atomics\n"},
		{arch.ABI{ISA: &arch.ISA{Family: arch.RISCV, Bits: 32}, HWCap: 1 | 1<<2 | 1<<3 | 1<<5 | 1<<8 | 1<<12},
			"isa\t\t: rv32imafdc_zicsr_zifencei\n"},
		{arch.ABI{ISA: &arch.ISA{Family: arch.X86, Bits: 32}, HWCap: 1 | 1<<11 | 1<<23 | 1<<26}, "flags\t\t: fpu sep mmx sse2\n"},
	} {
		if got := CPUInfo(&test.abi, 1); !strings.Contains(got, test.want) {
			t.Errorf("%q is not in %q", test.want, got)
		}
	}
}

// TestCPUInfoLikeHost compares the keys with those of an x86 host.
func TestCPUInfoLikeHost(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the host is no x86")
	}
	host := keys(hostText(t, "/proc/cpuinfo"))
	for _, key := range keys(CPUInfo(&arch.ABI{ISA: &arch.ISA{Name: "x86_64", Family: arch.X86, Bits: 64}}, 1)) {
		at := slices.Index(host, key)
		if at < 0 {
			t.Fatalf("%q is not on the host, or before the line above it", key)
		}
		host = host[at+1:]
	}
}

func keys(text string) (out []string) {
	for line := range strings.Lines(text) {
		key, _, _ := strings.Cut(line, ":")
		out = append(out, key)
	}
	return out
}
