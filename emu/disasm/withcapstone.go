//go:build capstone || unicorn

package disasm

import (
	"strings"
	"sync"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/emu/disasm/capstone"
)

// fromCapstone finds Capstone's decoder; nil where it has none.
func fromCapstone(isa *arch.ISA, thumb bool) decoder {
	cs, mode, ok := capstoneMode(isa)
	if !ok {
		return nil
	}
	if thumb {
		mode |= capstone.MODE_THUMB
	}
	e := opened(cs, mode)
	if e == nil {
		return nil
	}
	return func(code []byte, pc uint64) (string, int) {
		insns, err := e.Disasm(code, pc, 1)
		if err != nil || len(insns) == 0 {
			return "", 0
		}
		return strings.TrimSpace(insns[0].Mnemonic + " " + insns[0].OpStr), int(insns[0].Size)
	}
}

// capstoneMode says what an ISA is to Capstone.
func capstoneMode(isa *arch.ISA) (cs, mode int, ok bool) {
	wide := isa.Bits == 64
	switch isa.Family {
	case arch.X86:
		cs, mode = capstone.ARCH_X86, pick(wide, capstone.MODE_64, capstone.MODE_32)
	case arch.ARM:
		cs, mode = capstone.ARCH_ARM, capstone.MODE_ARM
	case arch.AArch64:
		cs = capstone.ARCH_ARM64
	case arch.MIPS:
		cs, mode = capstone.ARCH_MIPS, pick(wide, capstone.MODE_MIPS64, capstone.MODE_MIPS32)
		if strings.HasSuffix(isa.Name, "r6") {
			mode |= capstone.MODE_MIPS32R6
		}
	case arch.PowerPC:
		cs, mode = capstone.ARCH_PPC, pick(wide, capstone.MODE_64, capstone.MODE_32)
	case arch.RISCV:
		cs, mode = capstone.ARCH_RISCV, pick(wide, capstone.MODE_RISCV64, capstone.MODE_RISCV32)|capstone.MODE_RISCVC
	case arch.S390:
		cs = capstone.ARCH_SYSZ
	case arch.M68K:
		cs, mode = capstone.ARCH_M68K, capstone.MODE_M68K_040
	case arch.SuperH:
		cs, mode = capstone.ARCH_SH, capstone.MODE_SH4|capstone.MODE_SHFPU
	default:
		return 0, 0, false
	}
	if isa.CodeOrder == layout.Big {
		mode |= capstone.MODE_BIG_ENDIAN
	}
	return cs, mode, true
}

func pick(wide bool, a, b int) int {
	if wide {
		return a
	}
	return b
}

type openKey struct{ arch, mode int }

var engines struct {
	sync.Mutex
	open map[openKey]*capstone.Engine
}

// opened keeps one engine of a kind for the life of the process; nil if this Capstone lacks it.
func opened(cs, mode int) *capstone.Engine {
	engines.Lock()
	defer engines.Unlock()
	key := openKey{cs, mode}
	e, ok := engines.open[key]
	if !ok {
		if engines.open == nil {
			engines.open = map[openKey]*capstone.Engine{}
		}
		e, _ = capstone.New(cs, mode)
		engines.open[key] = e
	}
	return e
}
