package disasm

import (
	"errors"
	"fmt"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// ErrNoDisassembler: there is none for the ISA in this build.
var ErrNoDisassembler = errors.New("no disassembler")

// ErrInvalid: the bytes are no instruction, or not a whole one.
var ErrInvalid = errors.New("invalid instruction")

// decoder writes the instruction at the start of code, which is not empty. It returns size 0 if there is none.
type decoder func(code []byte, pc uint64) (text string, size int)

// Disassemble writes the instruction at the start of code, which lies at pc in the guest, and tells its size in bytes. With
// an error it writes a data directive, of size 0 only if code is empty. On arm, an odd pc means Thumb state.
func Disassemble(isa *arch.ISA, code []byte, pc uint64) (text string, size int, err error) {
	if len(code) == 0 {
		return "", 0, ErrInvalid
	}
	thumb := isa.Family == arch.ARM && pc&1 != 0
	decode := find(isa, thumb)
	if decode == nil {
		text, size = data(isa, code)
		return text, size, fmt.Errorf("%w for %s", ErrNoDisassembler, isa.Name)
	}
	if thumb {
		pc--
	}
	if text, size = decode(code, pc); size == 0 || size > len(code) {
		text, size = data(isa, code)
		return text, size, ErrInvalid
	}
	return text, size, nil
}

// find prefers Capstone.
func find(isa *arch.ISA, thumb bool) decoder {
	if d := fromCapstone(isa, thumb); d != nil {
		return d
	}
	if thumb {
		return nil
	}
	return fromGo(isa)
}

// smallest is the size of the shortest instruction of the families where that is not 4.
var smallest = map[arch.Family]int{arch.X86: 1, arch.RISCV: 2, arch.S390: 2, arch.M68K: 2, arch.SuperH: 2}

// data writes as much of code as the shortest instruction has.
func data(isa *arch.ISA, code []byte) (string, int) {
	n := smallest[isa.Family]
	if n == 0 {
		n = 4
	}
	n = min(n, len(code))
	directive := [...]string{1: ".byte", 2: ".short", 3: ".byte", 4: ".long"}[n]
	if n == 3 {
		return fmt.Sprintf(".byte %#x, %#x, %#x", code[0], code[1], code[2]), 3
	}
	return fmt.Sprintf("%s 0x%0*x", directive, 2*n, value(isa, code[:n])), n
}

func value(isa *arch.ISA, code []byte) (v uint32) {
	for i, b := range code {
		shift := 8 * i
		if isa.CodeOrder == layout.Big {
			shift = 8 * (len(code) - 1 - i)
		}
		v |= uint32(b) << shift
	}
	return v
}
