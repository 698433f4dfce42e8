//go:build !capstone && !unicorn

package disasm

import "muslrun/arch"

func fromCapstone(*arch.ISA, bool) decoder { return nil }
