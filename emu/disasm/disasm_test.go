package disasm

import (
	"errors"
	"strings"
	"testing"

	"muslrun/arch"
	"muslrun/arch/arm"
	"muslrun/arch/arm64"
	"muslrun/arch/layout"
	"muslrun/arch/loong64"
	"muslrun/arch/m68k"
	"muslrun/arch/mips"
	"muslrun/arch/or1k"
	"muslrun/arch/ppc"
	"muslrun/arch/riscv"
	"muslrun/arch/s390x"
	"muslrun/arch/sh"
	"muslrun/arch/x86"
)

// cases are system call instructions, loads and junk. Both sources must find the size and the mnemonic.
var cases = []struct {
	isa      *arch.ISA
	code     string
	pc       uint64
	mnemonic string // "" for junk
	size     int
	capstone bool // only Capstone knows it
}{
	{x86.X86_64(), "\x0f\x05\x90", 0, "syscall", 2, false},
	{x86.X86_64(), "\x48\x8b\x03", 0, "mov", 3, false},
	{x86.X86_64(), "\x06", 0, "", 1, false},
	{x86.I386(), "\xcd\x80", 0, "int", 2, false},
	{arm64.ISA(layout.Little), "\x01\x00\x00\xd4", 0, "svc", 4, false},
	{arm64.ISA(layout.Big), "\x01\x00\x00\xd4", 0, "svc", 4, false},
	{arm.ISA(layout.Little), "\x01\x20\x81\xe0", 0, "add", 4, false},
	{arm.BE32(), "\xe0\x81\x20\x01", 0, "add", 4, false},
	{arm.ISA(layout.Little), "\x00\xdf", 1, "svc", 2, true},
	{riscv.RV64(), "\x73\x00\x00\x00", 0, "ecall", 4, false},
	{riscv.RV64(), "\x82\x80", 0, "ret|c.jr|jr", 2, false},
	{mips.MIPS32(layout.Big), "\x00\x00\x00\x0c", 0, "syscall", 4, true},
	{mips.MIPS32(layout.Little), "\x0c\x00\x00\x00", 0, "syscall", 4, true},
	{ppc.PowerPC(), "\x44\x00\x00\x02", 0, "sc", 4, false},
	{ppc.PowerPC64(layout.Little), "\x02\x00\x00\x44", 0, "sc", 4, false},
	{s390x.ISA(), "\x0a\x01", 0, "svc", 2, false},
	{m68k.ISA(), "\x4e\x40", 0, "trap", 2, true},
	{sh.ISA(layout.Little), "\x1f\xc3", 0, "trapa", 2, true},
	{loong64.ISA(), "\x00\x00\x2b\x00", 0, "syscall", 4, false},
}

func TestDisassemble(t *testing.T) {
	for _, c := range cases {
		text, size, err := Disassemble(c.isa, []byte(c.code), c.pc)
		if c.capstone && errors.Is(err, ErrNoDisassembler) {
			continue
		}
		mnemonic, _, _ := strings.Cut(text, " ")
		ok := err == nil && strings.Contains("|"+c.mnemonic+"|", "|"+mnemonic+"|")
		if c.mnemonic == "" {
			ok = errors.Is(err, ErrInvalid)
		}
		if !ok || size != c.size {
			t.Errorf("%s % x: %q, %d bytes, %v", c.isa.Name, c.code, text, size, err)
		}
	}
}

// TestGo makes sure that the pure Go source is tested in every build.
func TestGo(t *testing.T) {
	for _, c := range cases {
		decode := fromGo(c.isa)
		if decode == nil || c.capstone {
			continue
		}
		text, size := decode([]byte(c.code), c.pc)
		if c.mnemonic == "" && size == 0 {
			continue
		}
		if mnemonic, _, _ := strings.Cut(text, " "); size != c.size || !strings.Contains("|"+c.mnemonic+"|", "|"+mnemonic+"|") {
			t.Errorf("%s % x: %q, %d bytes", c.isa.Name, c.code, text, size)
		}
	}
}

func TestUnknownISA(t *testing.T) {
	text, size, err := Disassemble(or1k.ISA(), []byte("\x20\x00\x00\x01"), 0)
	if text != ".long 0x20000001" || size != 4 || !errors.Is(err, ErrNoDisassembler) {
		t.Errorf("%q, %d, %v", text, size, err)
	}
	if _, size, err := Disassemble(or1k.ISA(), nil, 0); size != 0 || err == nil {
		t.Errorf("empty code: %d, %v", size, err)
	}
}

// FuzzDisassemble: whatever the bytes are, a listing goes on.
func FuzzDisassemble(f *testing.F) {
	for _, c := range cases {
		f.Add([]byte(c.code))
	}
	f.Fuzz(func(t *testing.T, code []byte) {
		for _, c := range cases {
			if _, size, _ := Disassemble(c.isa, code, c.pc); size > len(code) || size == 0 && len(code) > 0 {
				t.Errorf("%s: size %d of %d bytes", c.isa.Name, size, len(code))
			}
		}
	})
}
