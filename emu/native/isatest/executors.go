package isatest

import (
	"runtime"
	"unsafe"

	"muslrun/emu"
	"muslrun/emu/native/amd64"
	"muslrun/emu/native/interp"
	"muslrun/emu/native/ir"
	"muslrun/emu/native/opt"
)

// Executor runs a region on a State until it is left.
type Executor func(s *ir.State, r *ir.Region)

// Interpreter executes by package interp.
func (i *ISA) Interpreter(s *ir.State, w *emu.Window) Executor {
	runner := interp.NewRunner(s, w)
	return func(_ *ir.State, r *ir.Region) { runner.Run(interp.Compile(r, i.Front.Helpers, false)) }
}

// Optimized is the interpreter behind the passes of package opt.
func (i *ISA) Optimized(s *ir.State, w *emu.Window) Executor {
	run, passes := i.Interpreter(s, w), opt.New()
	return func(s *ir.State, r *ir.Region) {
		passes.Run(r)
		run(s, r)
	}
}

// arenaSize is room for the code of one region.
const arenaSize = 4 << 20

// Generated executes machine code, made behind the passes of package opt. It panics where the host has no such back-end: ask
// amd64.Supported first.
func (i *ISA) Generated(s *ir.State, w *emu.Window) Executor {
	arena, err := amd64.NewArena(i.Front, arenaSize)
	if err != nil {
		panic(err)
	}
	compiler, passes, links := amd64.NewCompiler(i.Front), opt.New(), make([]uint32, 1<<16)
	s.WindowBase, s.WindowSize = uint64(w.Base()), w.Size()
	s.CodeBase, s.Links = uint64(arena.Base()), uint64(uintptr(unsafe.Pointer(unsafe.SliceData(links))))
	for k := range s.Jumps {
		s.Jumps[k] = ir.JumpEntry{PC: ir.NoPC, Code: uint64(arena.Lookup())}
	}
	return func(s *ir.State, r *ir.Region) {
		passes.Run(r)
		code, err := compiler.Compile(r, amd64.Options{})
		if err != nil {
			panic(err)
		}
		arena.Reset()
		offset, err := arena.Install(code, 0)
		if err != nil {
			panic(err)
		}
		arena.Run(s, offset, evaluator{i})
		runtime.KeepAlive(links) // to which only s points
		switch kind := ir.ExitKind(s.Exit); {
		case kind == ir.ExitFault:
			code.Fault(s, arena.Base()+uintptr(offset))
		case kind == ir.ExitLookup && s.Code > 0:
			s.PC = code.Links[s.Code-1]
		}
	}
}

// evaluator does what generated code leaves to Go.
type evaluator struct{ isa *ISA }

func (e evaluator) Outcall(s *ir.State) (ir.ExitKind, int64) {
	insn, policy := amd64.Outcall(s)
	if insn.Op == ir.Helper {
		return e.isa.Front.Helpers[ir.HelperIndex(insn.Imm)](s, insn.Imm>>16)
	}
	interp.Eval(&insn, policy, s, &s.In, &s.Out)
	return ir.ExitLookup, 0
}
