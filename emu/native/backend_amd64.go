//go:build linux && amd64

package native

import (
	"errors"
	"sort"
	"sync"

	"muslrun/emu/native/amd64"
	"muslrun/emu/native/interp"
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
	"muslrun/emu/native/opt"
)

// arenaSize is the room for code of one epoch. Memory is used as code comes in.
const arenaSize = 256 << 20

// machineCode is the backend for hosts that are amd64.
type machineCode struct {
	front     *isa.Frontend
	arena     *amd64.Arena
	compiler  *amd64.Compiler
	optimizer *opt.Optimizer

	mu   sync.RWMutex
	code []placed // by ascending offset
}

// placed is the code of a region in the arena.
type placed struct {
	offset, size uint32
	first        uint32 // number of its first link
	code         *amd64.Code
}

// bestBackend is the fastest one that the host allows.
func bestBackend(front *isa.Frontend) (backend, error) {
	if !amd64.Executes() {
		return newInterpreter(front)
	}
	if b, err := newMachineCode(front); err == nil {
		return b, nil
	}
	return newInterpreter(front) // the host forbids executable memory
}

func newMachineCode(front *isa.Frontend) (backend, error) {
	arena, err := amd64.NewArena(front, arenaSize)
	if err != nil {
		return nil, err
	}
	return &machineCode{front: front, arena: arena, compiler: amd64.NewCompiler(front), optimizer: opt.New()}, nil
}

// install implements backend. The store's lock is held.
func (b *machineCode) install(r *ir.Region, counting bool, first uint32) (installed, error) {
	b.optimizer.Run(r)
	code, err := b.compiler.Compile(r, amd64.Options{Count: counting})
	if err != nil {
		return installed{}, err
	}
	return b.place(code, first)
}

// place puts code into the arena.
func (b *machineCode) place(code *amd64.Code, first uint32) (installed, error) {
	offset, err := b.arena.Install(code, first)
	if errors.Is(err, amd64.ErrFull) {
		err = errFull
	}
	if err != nil {
		return installed{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.code = append(b.code, placed{offset, uint32(len(code.Text)), first, code})
	code.Text = nil
	return installed{offset: offset, targets: code.Links}, nil
}

// variant implements keeper.
func (b *machineCode) variant() string { return amd64.Variant }

// keep implements keeper.
func (b *machineCode) keep(data []byte, i installed) []byte {
	p := b.at(i.offset)
	code := *p.code
	code.Text = b.arena.Original(p.code, p.offset, p.size, p.first)
	return code.Append(data)
}

// restore implements keeper.
func (b *machineCode) restore(data []byte, first uint32) (installed, error) {
	code, err := amd64.ReadCode(data)
	if err != nil {
		return installed{}, err
	}
	return b.place(code, first)
}

func (b *machineCode) newRunner(c *cpu) runner {
	c.state.CodeBase, c.nowhere = uint64(b.arena.Base()), uint64(b.arena.Lookup())
	return &codeRunner{b, c.state}
}

func (b *machineCode) empty() (backend, error) { return newMachineCode(b.front) }

func (b *machineCode) close() { _ = b.arena.Close() }

// codeRunner executes machine code on one State.
type codeRunner struct {
	b *machineCode
	s *ir.State
}

func (r *codeRunner) run(t *translation) {
	r.b.arena.Run(r.s, t.offset, r)
	if ir.ExitKind(r.s.Exit) == ir.ExitFault {
		p := r.b.at(uint32(r.s.FaultHost - r.s.CodeBase))
		p.code.Fault(r.s, uintptr(r.s.CodeBase)+uintptr(p.offset))
	}
}

// at finds the code that an offset of the arena is in.
func (b *machineCode) at(offset uint32) placed {
	b.mu.RLock()
	defer b.mu.RUnlock()
	i := sort.Search(len(b.code), func(i int) bool { return b.code[i].offset > offset })
	return b.code[i-1]
}

// Outcall implements amd64.Evaluator.
func (r *codeRunner) Outcall(s *ir.State) (ir.ExitKind, int64) {
	insn, policy := amd64.Outcall(s)
	if insn.Op == ir.Helper {
		return r.b.front.Helpers[ir.HelperIndex(insn.Imm)](s, insn.Imm>>16)
	}
	interp.Eval(&insn, policy, s, &s.In, &s.Out)
	return ir.ExitLookup, 0
}
