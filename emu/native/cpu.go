package native

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"muslrun/emu"
	"muslrun/emu/native/interp"
	"muslrun/emu/native/ir"
)

// cpu implements emu.CPU.
type cpu struct {
	m         *machine
	state     *ir.State
	runner    runner
	stepper   *interp.Runner
	space     *space
	interrupt atomic.Bool
	mode      uint32 // of what is in State.Jumps
	nowhere   uint64 // what the code of an empty entry there is: the guest may well jump to NoPC
	counting  bool
	recent    [recent]memory
	singles   []single // by address; nil until one is executed
}

// recent is how many entries a CPU remembers.
const recent = 64

// memory is what a CPU remembers: a translation, while the machine's generation is the same.
type memory struct {
	generation uint64
	t          *translation
}

func newCPU(m *machine) (*cpu, error) {
	state, err := newState()
	if err != nil {
		return nil, err
	}
	c := &cpu{m: m, state: state}
	state.WindowBase, state.WindowSize = uint64(m.window.Base()), m.window.Size()
	state.Poll = 1
	c.clearJumps()
	m.store.front.Reset(state)
	c.stepper = interp.NewRunner(state, m.window)
	state.WindowSize += slack
	return c, nil
}

// slack is added to a window's size where executors compare bases with it: an address that a small displacement brings back
// into the window is good, and one that is past it lies in the guard.
const slack = 1 << 16

// states has States that no CPU uses. They are never given back to the host: an Interrupt may come late.
var states struct {
	sync.Mutex
	free []*ir.State
}

// newState takes a State and clears it.
func newState() (*ir.State, error) {
	states.Lock()
	defer states.Unlock()
	if n := len(states.free); n > 0 {
		s := states.free[n-1]
		states.free = states.free[:n-1]
		*s = ir.State{}
		return s, nil
	}
	block, err := unix.Mmap(-1, 0, int(ir.StateSize), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		return nil, fmt.Errorf("cannot allocate a CPU's state: %w", err)
	}
	return (*ir.State)(unsafe.Pointer(&block[0])), nil
}

func freeState(s *ir.State) {
	states.Lock()
	defer states.Unlock()
	states.free = append(states.free, s)
}

// Close implements emu.CPU.
func (c *cpu) Close() {
	c.m.mu.Lock()
	delete(c.m.cpus, c)
	c.m.exit(c)
	c.m.mu.Unlock()
	freeState(c.state)
}

// Interrupt implements emu.CPU.
func (c *cpu) Interrupt() {
	c.interrupt.Store(true)
	c.poke()
}

func (c *cpu) poke() { atomic.StoreUint32(&c.state.Poll, 1) }

func (c *cpu) clearJumps() {
	for i := range c.state.Jumps {
		e := &c.state.Jumps[i]
		atomic.StoreUint64(&e.PC, ir.NoPC)
		atomic.StoreUint64(&e.Code, c.nowhere)
	}
}

// enter makes s the space that c executes in. The caller holds the machine's lock.
func (c *cpu) enter(s *space) {
	c.space = s
	s.users++
	c.state.Links = uint64(uintptr(unsafe.Pointer(&s.table[0])))
	c.runner = s.epoch.backend.newRunner(c)
	c.clearJumps()
}

// Run implements emu.CPU.
func (c *cpu) Run(budget uint64) emu.Stop {
	c.m.gate.RLock()
	defer c.m.gate.RUnlock()
	c.state.Budget = int64(min(budget, 1<<62))
	if counting := budget > 0; counting != c.counting {
		c.counting = counting
		c.clearJumps()
	}
	for {
		if stop, done := c.turn(); done {
			if c.counting {
				stop.Spent = budget - uint64(max(c.state.Budget, 0))
			}
			return stop
		}
	}
}

// turn executes until code is left, and answers what the kernel need not know.
func (c *cpu) turn() (stop emu.Stop, done bool) {
	s := c.state
	if atomic.SwapUint32(&s.Poll, 0) != 0 {
		if c.interrupt.Swap(false) {
			return emu.Stop{Kind: emu.Interrupted}, true
		}
		c.m.pass()
		c.m.hear()
	}
	if c.counting && s.Budget > 0 && s.Budget < short && c.step() {
		return c.left()
	}
	t, missing, err := c.lookup()
	switch {
	case err != nil:
		return emu.Stop{Kind: emu.EngineError, Err: err}, true
	case t == nil:
		return emu.Stop{Kind: emu.Fault, Access: emu.Fetch, Addr: missing, Precise: true}, true
	}
	c.execute(t)
	return c.left()
}

// glance is how long a loop on a restless page runs before its code is looked at again: nothing tells when it is written.
const glance = 5 * time.Millisecond

// execute runs t. One that is not remembered is not installed either, so that no change of its code would end it; a budget
// does.
func (c *cpu) execute(t *translation) {
	if c.slot(t.pc).t != t && !c.counting {
		defer time.AfterFunc(glance, c.poke).Stop()
	}
	c.runner.run(t)
}

// lookup finds what to execute at State.PC.
func (c *cpu) lookup() (*translation, uint64, error) {
	c.state.PC = c.m.store.front.Untag(c.state.PC)
	mode := c.m.store.front.Mode(c.state)
	if mode != c.mode {
		c.mode = mode
		c.clearJumps()
	}
	key := entry{c.state.PC, mode, c.counting}
	slot := c.slot(key.pc)
	if slot.t != nil && slot.generation == c.m.generation.Load() && slot.t.entry == key {
		return slot.t, 0, nil
	}
	return c.m.find(c, key)
}

func (c *cpu) slot(pc uint64) *memory { return &c.recent[(pc>>1^pc>>9)%recent] }

// remember spares the next lookup of t, which is installed in c's space. The caller holds the machine's lock.
func (c *cpu) remember(t *translation) { *c.slot(t.pc) = memory{c.m.generation.Load(), t} }

// left decides what follows from the way that code was left.
func (c *cpu) left() (stop emu.Stop, done bool) {
	s := c.state
	switch ir.ExitKind(s.Exit) {
	case ir.ExitLookup:
		c.follow()
		return stop, false
	case ir.ExitPoll:
		return stop, false
	case ir.ExitFlush:
		c.m.flush(c.m.store.front.Untag(s.FaultAddr), uint64(s.Code))
		return stop, false
	case ir.ExitBudget:
		return c.spend()
	case ir.ExitFault:
		return c.fault()
	}
	if s.Exit >= uint32(len(stops)) || ir.ExitKind(s.Exit) < ir.ExitSystemCall {
		return emu.Stop{Kind: emu.EngineError, Err: fmt.Errorf("code at %#x was left in an unknown way: %d", s.PC, s.Exit)}, true
	}
	kind := stops[s.Exit]
	return emu.Stop{Kind: kind, Code: s.Code, Addr: c.m.store.front.Untag(s.FaultAddr), Access: emu.Access(s.FaultAccess), Precise: true,
		TrapSize: c.m.trapSize(kind)}, true
}

// stops are the exits that the kernel sees.
var stops = [...]emu.Kind{
	ir.ExitSystemCall: emu.SystemCall, ir.ExitIllegal: emu.IllegalInsn, ir.ExitBreakpoint: emu.Breakpoint,
	ir.ExitArithmetic: emu.Arithmetic, ir.ExitBusError: emu.BusError, ir.ExitTrap: emu.Trap,
}

func (m *machine) trapSize(kind emu.Kind) uint8 {
	if kind == emu.SystemCall {
		return uint8(m.abi.Convention.TrapSize)
	}
	return 0
}

// follow makes the next jump of the same kind find its way without us.
func (c *cpu) follow() {
	link := uint32(c.state.Code)
	if link > 0 {
		link--
		c.state.PC = c.m.store.target(c.space.epoch, link)
	}
	from := c.space
	t, _, err := c.lookup()
	if t == nil || err != nil || t.offset == 0 || c.space != from {
		return // the next turn finds it, or reports
	}
	c.m.connect(c, link, t)
}

// connect leads a link of c's space, or indirect jumps of c if it is 0, to t.
func (m *machine) connect(c *cpu, link uint32, t *translation) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c.space.here[t.entry] != t {
		return
	}
	if link > 0 {
		c.space.connect(link, t)
		return
	}
	e := &c.state.Jumps[t.pc/uint64(m.store.front.Align)%ir.JumpEntries]
	e.Code = c.state.CodeBase + uint64(t.offset)
	atomic.StoreUint64(&e.PC, t.pc)
}

// fault is an access that failed. One to a page that is guarded for its code is repeated. One that the page table allows
// is tried by the interpreter, which does not check bases apart from displacements.
func (c *cpu) fault() (stop emu.Stop, done bool) {
	s := c.state
	access := emu.Access(s.FaultAccess)
	switch {
	case c.tagged():
		return stop, false
	case access == emu.Write && c.m.written(s.FaultAddr):
		return stop, false
	case s.Code == 0 && c.m.window.Accessible(s.FaultAddr, 1, emu.Prot(access)) == 1 && c.step():
		if ir.ExitKind(s.Exit) != ir.ExitFault {
			return c.left()
		}
	}
	if c.m.window.Accessible(s.FaultAddr, 1, emu.Prot(access)) == 1 { // the mapping is good: the host has no memory for it
		return emu.Stop{Kind: emu.BusError, Code: emu.PastEnd, Addr: s.FaultAddr, Access: access, Precise: true}, true
	}
	return emu.Stop{Kind: emu.Fault, Access: access, Addr: s.FaultAddr, Precise: true}, true
}

// tagged reports whether a fault's address has a tag that the task has not used before. From now on it may.
func (c *cpu) tagged() bool {
	s := c.state
	if s.Tags != 0 || c.m.store.front.Untag(s.FaultAddr) == s.FaultAddr {
		return false
	}
	s.Tags = 1
	return true
}

// spend executes what the budget still allows, an instruction at a time: blocks are only counted as a whole.
func (c *cpu) spend() (stop emu.Stop, done bool) {
	s := c.state
	if s.Budget <= 0 {
		return emu.Stop{Kind: emu.BudgetSpent}, true
	}
	if !c.step() {
		return stop, false // the next turn reports what is wrong there
	}
	if ir.ExitKind(s.Exit) == ir.ExitBudget {
		return emu.Stop{Kind: emu.BudgetSpent}, true
	}
	return c.left()
}
