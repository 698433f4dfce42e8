package isatest

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"

	"muslrun/emu"
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// signals that exits become, by Linux's numbers everywhere but on mips (there SIGBUS is another, which a front-end's test maps).
var signals = map[ir.ExitKind]uint64{
	ir.ExitBreakpoint: 5, ir.ExitTrap: 5, ir.ExitIllegal: 4, ir.ExitFault: 11, ir.ExitBusError: 7, ir.ExitArithmetic: 8,
}

// Ours runs cases by an executor of ours.
type Ours struct {
	isa    *ISA
	memory []byte // of state
	state  *ir.State
	window *emu.Window
	run    Executor
	code   []byte
}

// NewOurs makes the memory and state for an executor.
func NewOurs(i *ISA, executor func(s *ir.State, w *emu.Window) Executor) (*Ours, error) {
	w, err := emu.NewWindow(1 << 32)
	if err != nil {
		return nil, err
	}
	if err := w.MapAnonymous(DataAt, PageSize, emu.ProtRead|emu.ProtWrite); err != nil {
		return nil, err
	}
	mem, err := unix.Mmap(-1, 0, int(ir.StateSize), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		return nil, err
	}
	s := (*ir.State)(unsafe.Pointer(unsafe.SliceData(mem)))
	return &Ours{isa: i, memory: mem, state: s, window: w, run: executor(s, w)}, nil
}

// Close frees the memory.
func (o *Ours) Close() {
	_ = o.window.Close()
	_ = unix.Munmap(o.memory)
}

// Fetch implements isa.Memory: the code of the cases.
func (o *Ours) Fetch(addr uint64, buf []byte) int {
	if addr < CodeAt || addr >= CodeAt+uint64(len(o.code)) {
		return 0
	}
	return copy(buf, o.code[addr-CodeAt:])
}

// Run runs cases, one after the other.
func (o *Ours) Run(cases []*Case) ([]*Result, error) {
	o.code = o.isa.layOut(cases)
	size := (uint64(len(o.code)) + PageSize - 1) &^ (PageSize - 1)
	if err := o.window.MapAnonymous(CodeAt, size, emu.ProtRead|emu.ProtWrite); err != nil {
		return nil, err
	}
	copy(o.window.Bytes(CodeAt, size), o.code)
	if err := o.window.Protect(CodeAt, size, emu.ProtRead|emu.ProtExec); err != nil {
		return nil, err
	}
	results := make([]*Result, len(cases))
	for k, c := range cases {
		r, err := o.one(c, CodeAt+uint64(k*Stride))
		if err != nil {
			return nil, fmt.Errorf("case %d, %s (% x): %w", k, c.Name, c.Code, err)
		}
		results[k] = r
	}
	return results, nil
}

func (o *Ours) one(c *Case, pc uint64) (*Result, error) {
	page := o.window.Bytes(DataAt, PageSize)
	for at := 0; at < PageSize; at += Memory {
		copy(page[at:], c.Memory[:])
	}
	clear(o.state.Int[:])
	o.isa.Front.Reset(o.state)
	o.isa.setRegs(o.state, c.Regs)
	o.state.PC = pc
	result, err := o.execute()
	if err != nil {
		return nil, err
	}
	result.PC, result.Page, result.Regs = o.state.PC, append([]byte(nil), page...), o.isa.regs(o.state)
	return result, nil
}

// maxRegions bounds a case: there are no loops in one.
const maxRegions = 64

// execute runs regions until one is left by other than a jump.
func (o *Ours) execute() (*Result, error) {
	for range maxRegions {
		t := isa.NewTranslator(o.isa.Front, o)
		region := t.Translate(o.state.PC, o.isa.Front.Mode(o.state))
		if region == nil {
			return &Result{Signal: 11, Addr: t.Missing()}, nil
		}
		if err := region.Verify(); err != nil {
			return nil, err
		}
		o.run(o.state, region)
		if kind := ir.ExitKind(o.state.Exit); kind != ir.ExitLookup && kind != ir.ExitFlush {
			return &Result{Signal: signals[kind], Addr: o.faultAddr(kind)}, nil
		}
	}
	return nil, fmt.Errorf("no end after %d regions", maxRegions)
}

// faultAddr is what Linux has as si_addr: the address of a fault, or of the instruction.
func (o *Ours) faultAddr(kind ir.ExitKind) uint64 {
	if kind == ir.ExitFault || kind == ir.ExitBusError {
		return o.state.FaultAddr
	}
	return o.state.PC
}

// register finds the words of a global in State, or its view.
func (i *ISA) register(s *ir.State, name string) (words []*uint64, view isa.View) {
	for _, g := range i.Front.Globals {
		if g.Name == name {
			if class, n := g.Value.Global(); class == ir.Vec {
				return []*uint64{&s.Vec[n].Lo, &s.Vec[n].Hi}, isa.View{}
			}
			return []*uint64{s.GlobalWord(g.Value)}, isa.View{}
		}
	}
	view, ok := i.Front.Views[name]
	if !ok {
		panic("isatest: the front-end has no register " + name)
	}
	return nil, view
}

func (i *ISA) setRegs(s *ir.State, regs []uint64) {
	for _, slot := range i.Slots {
		words, view := i.register(s, slot.Name)
		for k := range words[:min(slot.Words, len(words))] {
			*words[k] = regs[k]
		}
		if words == nil {
			view.Set(s, regs[0])
		}
		regs = regs[slot.Words:]
	}
}

func (i *ISA) regs(s *ir.State) []uint64 {
	var regs []uint64
	for _, slot := range i.Slots {
		words, view := i.register(s, slot.Name)
		for _, w := range words[:min(slot.Words, len(words))] {
			regs = append(regs, *w)
		}
		if words == nil {
			regs = append(regs, view.Get(s))
		}
	}
	return regs
}
