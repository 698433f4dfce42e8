package disasm

import (
	"encoding/binary"
	"strings"

	"golang.org/x/arch/arm/armasm"
	"golang.org/x/arch/arm64/arm64asm"
	"golang.org/x/arch/loong64/loong64asm"
	"golang.org/x/arch/ppc64/ppc64asm"
	"golang.org/x/arch/riscv64/riscv64asm"
	"golang.org/x/arch/s390x/s390xasm"
	"golang.org/x/arch/x86/x86asm"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// fromGo finds the decoder of golang.org/x/arch.
func fromGo(isa *arch.ISA) decoder {
	d := goDecoder(isa)
	if d == nil {
		return nil
	}
	return func(code []byte, pc uint64) (text string, size int) {
		// The printers of x/arch panic on some operands that their decoders let through. A guest's bytes are junk at times.
		defer func() {
			if recover() != nil {
				text, size = "", 0
			}
		}()
		return d(code, pc)
	}
}

func goDecoder(isa *arch.ISA) decoder {
	if isa.Family == arch.ARM && isa.CodeOrder == layout.Big {
		return swapped(armText)
	}
	switch isa.Family {
	case arch.X86:
		return x86Text(isa.Bits)
	case arch.PowerPC:
		return ppcText(isa)
	}
	return map[arch.Family]decoder{
		arch.ARM: armText, arch.AArch64: arm64Text, arch.RISCV: riscvText, arch.S390: s390Text, arch.LoongArch: loongText,
	}[isa.Family]
}

// swapped gives a little-endian decoder big-endian words.
func swapped(d decoder) decoder {
	return func(code []byte, pc uint64) (string, int) {
		if len(code) < 4 {
			return "", 0
		}
		word := binary.LittleEndian.AppendUint32(nil, binary.BigEndian.Uint32(code))
		return d(word, pc)
	}
}

func lower(text string, size int, err error) (string, int) {
	if err != nil {
		return "", 0
	}
	return strings.ToLower(text), size
}

func x86Text(bits int) decoder {
	return func(code []byte, pc uint64) (string, int) {
		inst, err := x86asm.Decode(code, bits)
		if err != nil {
			return "", 0
		}
		return x86asm.IntelSyntax(inst, pc, nil), inst.Len
	}
}

func ppcText(isa *arch.ISA) decoder {
	order := binary.ByteOrder(binary.BigEndian)
	if isa.CodeOrder == layout.Little {
		order = binary.LittleEndian
	}
	return func(code []byte, pc uint64) (string, int) {
		inst, err := ppc64asm.Decode(code, order)
		if err != nil || inst.Op == 0 {
			return "", 0
		}
		return ppc64asm.GNUSyntax(inst, pc), inst.Len
	}
}

func armText(code []byte, _ uint64) (string, int) {
	inst, err := armasm.Decode(code, armasm.ModeARM)
	return lower(armasm.GNUSyntax(inst), inst.Len, err)
}

func arm64Text(code []byte, _ uint64) (string, int) {
	inst, err := arm64asm.Decode(code)
	return lower(arm64asm.GNUSyntax(inst), 4, err)
}

func riscvText(code []byte, _ uint64) (string, int) {
	inst, err := riscv64asm.Decode(code)
	return lower(riscv64asm.GNUSyntax(inst), inst.Len, err)
}

func s390Text(code []byte, pc uint64) (string, int) {
	inst, err := s390xasm.Decode(code)
	return lower(s390xasm.GNUSyntax(inst, pc), inst.Len, err)
}

func loongText(code []byte, _ uint64) (string, int) {
	inst, err := loong64asm.Decode(code)
	return lower(loong64asm.GNUSyntax(inst), 4, err)
}
