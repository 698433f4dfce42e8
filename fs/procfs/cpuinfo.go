package procfs

import (
	"strconv"
	"strings"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// cpuText is what /proc/cpuinfo looks like on the machines of a family (c_show of the kernel's arch/<family>/kernel).
//
//	$N processor number   $C number of processors   $M model, of models by ISA   $F features, of the HWCAPs
//	$I levels of the ISA, by its name
//	$E "little" or "big"  $m uname's machine        $v the digit in it
type cpuText struct {
	head, each, tail string
	models           map[string]string
	levels           map[string]string
	features         []string // by bit of AT_HWCAP; "" has no name
	features2        []string // by bit of AT_HWCAP2
}

// CPUInfo is the text of /proc/cpuinfo for an ABI. It tells of the features that AT_HWCAP does, and of no host.
func CPUInfo(a *arch.ABI, cpus int) string {
	t := cpuTexts[a.ISA.Family]
	var b strings.Builder
	b.WriteString(t.fill(t.head, a, cpus, 0))
	for n := range cpus {
		b.WriteString(t.fill(t.each, a, cpus, n))
	}
	b.WriteString(t.fill(t.tail, a, cpus, 0))
	return b.String()
}

func (t *cpuText) fill(text string, a *arch.ABI, cpus, n int) string {
	endian := "little"
	if a.ISA.Order == layout.Big {
		endian = "big"
	}
	digit := strings.IndexFunc(a.Machine, func(r rune) bool { return '1' <= r && r <= '9' })
	version := ""
	if digit >= 0 {
		version = a.Machine[digit : digit+1]
	}
	return strings.NewReplacer("$N", strconv.Itoa(n), "$C", strconv.Itoa(cpus), "$M", t.models[a.ISA.Name],
		"$I", t.levels[a.ISA.Name], "$F", t.featureNames(a), "$E", endian, "$m", a.Machine, "$v", version,
	).Replace(text)
}

func (t *cpuText) featureNames(a *arch.ABI) string {
	if a.ISA.Family == arch.RISCV {
		return riscvISA(a)
	}
	names := append(named(t.features, a.HWCap), named(t.features2, a.HWCap2)...)
	if a.ISA.Family == arch.X86 && a.ISA.Bits == 64 {
		names = append(names, "syscall", "nx", "lm", "rep_good", "nopl", "cpuid")
	}
	return strings.Join(names, " ")
}

// named gives the names of the bits that are set.
func named(names []string, bits uint64) []string {
	var out []string
	for i, name := range names {
		if bits>>i&1 != 0 && name != "" {
			out = append(out, name)
		}
	}
	return out
}

// riscvISA is the ISA string: single letters in their order, each a bit of AT_HWCAP counted from a.
func riscvISA(a *arch.ABI) string {
	isa := "rv" + strconv.Itoa(a.ISA.Bits)
	for _, letter := range "imafdqcbvh" {
		if a.HWCap>>(letter-'a')&1 != 0 {
			isa += string(letter)
		}
	}
	return isa + "_zicsr_zifencei"
}
