//go:build capstone || unicorn

package capstone

// #cgo pkg-config: capstone
// #include <capstone/capstone.h>
import "C"

import (
	"sync"
	"unsafe"
)

// Architectures and modes.
const (
	ARCH_ARM   = int(C.CS_ARCH_ARM)
	ARCH_ARM64 = int(C.CS_ARCH_ARM64)
	ARCH_MIPS  = int(C.CS_ARCH_MIPS)
	ARCH_X86   = int(C.CS_ARCH_X86)
	ARCH_PPC   = int(C.CS_ARCH_PPC)
	ARCH_SYSZ  = int(C.CS_ARCH_SYSZ)
	ARCH_M68K  = int(C.CS_ARCH_M68K)
	ARCH_RISCV = int(C.CS_ARCH_RISCV)
	ARCH_SH    = int(C.CS_ARCH_SH)

	MODE_ARM        = int(C.CS_MODE_ARM)
	MODE_THUMB      = int(C.CS_MODE_THUMB)
	MODE_32         = int(C.CS_MODE_32)
	MODE_64         = int(C.CS_MODE_64)
	MODE_MIPS32     = int(C.CS_MODE_MIPS32)
	MODE_MIPS64     = int(C.CS_MODE_MIPS64)
	MODE_MIPS32R6   = int(C.CS_MODE_MIPS32R6)
	MODE_RISCV32    = int(C.CS_MODE_RISCV32)
	MODE_RISCV64    = int(C.CS_MODE_RISCV64)
	MODE_RISCVC     = int(C.CS_MODE_RISCVC)
	MODE_M68K_040   = int(C.CS_MODE_M68K_040)
	MODE_SH4        = int(C.CS_MODE_SH4)
	MODE_SHFPU      = int(C.CS_MODE_SHFPU)
	MODE_BIG_ENDIAN = 1 << 31
)

// Engine disassembles one kind of code. Its methods are safe for concurrent use.
type Engine struct {
	mu     sync.Mutex
	handle C.csh
}

// Errno is an error code of libcapstone.
type Errno int

func (e Errno) Error() string { return C.GoString(C.cs_strerror(C.cs_err(e))) }

// Instruction is one disassembled instruction.
type Instruction struct {
	Address  uint64
	Size     uint
	Mnemonic string
	OpStr    string
}

// New opens an engine.
func New(arch, mode int) (*Engine, error) {
	e := &Engine{}
	if err := C.cs_open(C.cs_arch(arch), C.cs_mode(uint32(mode)), &e.handle); err != C.CS_ERR_OK {
		return nil, Errno(err)
	}
	return e, nil
}

// Close frees the engine.
func (e *Engine) Close() error {
	if err := C.cs_close(&e.handle); err != C.CS_ERR_OK {
		return Errno(err)
	}
	return nil
}

// Disasm disassembles at most count instructions of input, all of them if count is 0. It stops at the first that is none.
func (e *Engine) Disasm(input []byte, address uint64, count uint64) ([]Instruction, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list *C.cs_insn
	code := (*C.uint8_t)(unsafe.SliceData(input))
	n := C.cs_disasm(e.handle, code, C.size_t(len(input)), C.uint64_t(address), C.size_t(count), &list)
	if n == 0 {
		return nil, Errno(C.cs_errno(e.handle))
	}
	defer C.cs_free(list, n)
	out := make([]Instruction, n)
	for i, insn := range unsafe.Slice(list, n) {
		out[i] = Instruction{
			Address: uint64(insn.address), Size: uint(insn.size),
			Mnemonic: C.GoString(&insn.mnemonic[0]), OpStr: C.GoString(&insn.op_str[0]),
		}
	}
	return out, nil
}
