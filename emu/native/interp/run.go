package interp

import (
	"runtime/debug"
	"sync/atomic"
	"unsafe"

	"muslrun/emu"
	"muslrun/emu/native/ir"
)

// Runner executes Programs on one State. It is not safe for concurrent use; other threads have their own.
type Runner struct {
	s      *ir.State
	table  emu.PageTable // the window's
	base   [4]unsafe.Pointer
	helper []ir.HelperFunc
	mask   uint64 // of addresses
	policy ir.NaNPolicy
	next   int // block

	// The access to memory under way, for a fault that the page table did not foresee.
	pc     uint64
	addr   uint64
	access emu.Access

	overflow []ir.Word // temporaries for which State.Spill has no room
	in       [5]ir.Word
	out      [2]ir.Word
}

// NewRunner makes a Runner of a task with state s in the address space w. It sets the window's place in s.
func NewRunner(s *ir.State, w *emu.Window) *Runner {
	s.WindowBase, s.WindowSize = uint64(w.Base()), w.Size()
	r := &Runner{s: s, table: *w.PageTable()}
	r.base[inState>>30] = unsafe.Pointer(s)
	return r
}

// Run executes p from its entry until it is left. State then has PC and Exit, and what belongs to the exit. ExitLookup leads
// to the region at State.PC.
func (r *Runner) Run(p *Program) {
	r.base[inConsts>>30] = unsafe.Pointer(unsafe.SliceData(p.consts))
	r.helper, r.mask, r.policy = p.helpers, p.addrMask, p.policy
	if p.slots > junk {
		r.makeRoom(p.slots - junk)
	}
	defer r.catch(debug.SetPanicOnFault(true))
	for next := 0; next >= 0; {
		next = r.block(p, &p.blocks[next])
	}
}

func (r *Runner) makeRoom(n int) {
	if len(r.overflow) < n {
		r.overflow = make([]ir.Word, n)
		r.base[inOverflow>>30] = unsafe.Pointer(unsafe.SliceData(r.overflow))
	}
}

// catch turns a fault of the host at an access to guest memory into an exit.
func (r *Runner) catch(before bool) {
	debug.SetPanicOnFault(before)
	trouble := recover()
	if trouble == nil {
		return
	}
	fault, ok := trouble.(interface{ Addr() uintptr })
	if !ok {
		panic(trouble)
	}
	at := uint64(fault.Addr()) - r.s.WindowBase
	if at >= r.s.WindowSize {
		panic(trouble)
	}
	r.fault(r.pc, max(at, r.addr), r.access)
}

// fault leaves by a failed access.
func (r *Runner) fault(pc, addr uint64, access emu.Access) bool {
	r.s.FaultAddr, r.s.FaultAccess = addr, uint64(access)
	return r.leave(ir.ExitFault, 0, pc)
}

// leave sets what State says of an exit. It reports true, for steps to return.
func (r *Runner) leave(kind ir.ExitKind, code int64, pc uint64) bool {
	r.s.Exit, r.s.Code, r.s.PC = uint32(kind), code, pc
	return true
}

// left is no block: the region has been left.
const left = -1

// block executes a block and returns the next one, or left.
func (r *Runner) block(p *Program, b *block) int {
	if b.poll && atomic.LoadUint32(&r.s.Poll) != 0 {
		r.leave(ir.ExitPoll, 0, b.pc)
		return left
	}
	if p.counting {
		if r.s.Budget < b.count {
			r.leave(ir.ExitBudget, 0, b.pc)
			return left
		}
		r.s.Budget -= b.count
	}
	for i := range b.steps {
		if st := &b.steps[i]; st.run(r, st) {
			return left
		}
	}
	return r.next
}

func (r *Runner) at(o operand) unsafe.Pointer { return unsafe.Add(r.base[o>>30], o&offsetMask) }

// int and word read operands; setInt and setWord write results.
func (r *Runner) int(o operand) uint64       { return *(*uint64)(r.at(o)) }
func (r *Runner) setInt(o operand, v uint64) { *(*uint64)(r.at(o)) = v }

func (r *Runner) word(o operand) ir.Word {
	if o&isVec != 0 {
		return *(*ir.Word)(r.at(o))
	}
	return ir.Word{Lo: r.int(o)}
}

func (r *Runner) setWord(o operand, w ir.Word) {
	if o&isVec != 0 {
		*(*ir.Word)(r.at(o)) = w
		return
	}
	r.setInt(o, w.Lo)
}

// evaluate executes an operation by its evaluator.
func evaluate(r *Runner, st *step) bool {
	for k := range st.inputs {
		r.in[k] = r.word(st.args[k])
	}
	c := call{s: r.s, imm: st.imm, aux: st.aux, op: st.op, size: st.size, cond: st.cond, policy: r.policy}
	evaluators[st.op](c, &r.in, &r.out)
	r.setWord(st.dst[0], r.out[0])
	r.setWord(st.dst[1], r.out[1])
	return false
}
