package enginetest

import (
	"encoding/hex"
	"fmt"
	"strings"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// target is the guest code of one ISA, and the registers that play in it.
type target struct {
	addr, val, count, jump string
	float                  [2]string
	code                   map[string]snippet
}

// snippet is a piece of code: where the interesting instruction is in it, and a line for each instruction, with its bytes
// and its assembly.
type snippet struct {
	at   uint64
	text string
}

// targets is by name of the ISA. The bytes are in the order that reference gives.
var targets = map[string]target{
	"x86_64":   x86_64Code,
	"i386":     i386Code,
	"aarch64":  aarch64Code,
	"arm":      armCode,
	"riscv64":  riscv64Code,
	"riscv32":  riscv32Code,
	"mips32":   mips32Code,
	"mips32r6": mips32r6Code,
	"mips64":   mips32Code,
	"mips64r6": mips32r6Code,
	"powerpc":  powerpcCode,
	"s390x":    s390xCode,
	"m68k":     m68kCode,
}

// reference is the order of code in the tables.
var reference = map[arch.Family]layout.Order{
	arch.X86: layout.Little, arch.AArch64: layout.Little, arch.ARM: layout.Little, arch.RISCV: layout.Little,
	arch.MIPS: layout.Big, arch.PowerPC: layout.Big, arch.S390: layout.Big, arch.M68K: layout.Big,
}

// bytes gives a snippet as it lies in memory.
func (s snippet) bytes(isa *arch.ISA) []byte {
	var out []byte
	for line := range strings.Lines(strings.TrimSpace(s.text)) {
		first, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		b, err := hex.DecodeString(first)
		if err != nil {
			panic(fmt.Sprintf("snippet line %q: %v", line, err))
		}
		out = append(out, b...)
	}
	if reference[isa.Family] != isa.CodeOrder {
		swapWords(out)
	}
	return out
}

func swapWords(b []byte) {
	for ; len(b) >= 4; b = b[4:] {
		b[0], b[1], b[2], b[3] = b[3], b[2], b[1], b[0]
	}
}

// word reads four bytes as the guest's own load would.
func word(isa *arch.ISA, b []byte) (v uint64) {
	for i := range 4 {
		shift := 8 * i
		if isa.Order == layout.Big {
			shift = 24 - shift
		}
		v |= uint64(b[i]) << shift
	}
	return v
}
