package native

import (
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"muslrun/arch"
	"muslrun/emu"
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// machine implements emu.Machine.
type machine struct {
	store  *store
	abi    *arch.ABI
	window *emu.Window
	places []place // of registers, by arch.Reg

	// gate is held for reading while a CPU executes guest code or translates it, for writing during a pause.
	gate    sync.RWMutex
	pausing atomic.Int32
	paused  atomic.Bool

	mu         sync.Mutex
	cpus       map[*cpu]bool
	space      *space
	old        []*space // of earlier epochs, while CPUs are in them
	translator *isa.Translator
	writes     map[uint64]int // by page: how often code was found to be written
	// generation changes when something is dropped: what CPUs remember of an older one is not good any more.
	generation  atomic.Uint64
	told, heard atomic.Uint64 // see tell and hear
}

// restless is how often a page's code may be written before it is only executed after a look at it, each time.
const restless = 16

func newMachine(s *store, abi *arch.ABI, w *emu.Window) *machine {
	m := &machine{store: s, abi: abi, window: w, cpus: map[*cpu]bool{}, writes: map[uint64]int{}}
	m.places = placesOf(s.front, abi.ISA.Regs)
	m.translator = isa.NewTranslator(s.front, m)
	s.enroll(m)
	return m
}

// Fetch implements isa.Memory. A page from which code is taken is guarded against writes first.
func (m *machine) Fetch(addr uint64, buf []byte) int {
	m.guard(addr)
	if last := addr + uint64(len(buf)) - 1; last>>emu.PageShift != addr>>emu.PageShift {
		m.guard(last)
	}
	return copy(buf, fetchable(m.window, addr, uint64(len(buf))))
}

func (m *machine) guard(addr uint64) {
	if m.window.Prot(addr)&(emu.ProtWrite|emu.ProtExec) == emu.ProtWrite|emu.ProtExec && !m.restless(addr>>emu.PageShift) {
		m.window.GuardCode(addr)
	}
}

func (m *machine) restless(page uint64) bool { return m.writes[page] >= restless }

// NewCPU implements emu.Machine.
func (m *machine) NewCPU() (emu.CPU, error) {
	c, err := newCPU(m)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cpus[c] = true
	return c, nil
}

// Pause implements emu.Machine.
func (m *machine) Pause() {
	m.pausing.Add(1)
	m.poke()
	m.gate.Lock()
	m.paused.Store(true)
}

// Resume implements emu.Machine.
func (m *machine) Resume() {
	m.paused.Store(false)
	m.pausing.Add(-1)
	m.gate.Unlock()
}

// poke makes every CPU leave guest code soon.
func (m *machine) poke() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for c := range m.cpus {
		c.poke()
	}
}

// pass lets those who wait for a pause have it. The caller holds the gate for reading.
func (m *machine) pass() {
	for m.pausing.Load() > 0 {
		m.gate.RUnlock()
		runtime.Gosched()
		m.gate.RLock()
	}
}

// MappingChanged implements emu.Machine.
func (m *machine) MappingChanged(addr, size uint64) {
	if m.drop(addr, size) && !m.paused.Load() {
		m.Pause()
		m.Resume()
	}
}

// CodeChanged implements emu.Machine.
func (m *machine) CodeChanged(addr, size uint64) {
	addr = min(addr, m.window.Size())
	size = min(size, m.window.Size()-addr)
	m.tell(addr, size)
	if m.drop(addr, size) && !m.paused.Load() {
		m.Pause()
		m.Resume()
	}
	for at, ok := m.window.Find(addr, size, emu.ProtCode); ok; at, ok = m.window.Find(at, addr+size-at, emu.ProtCode) {
		m.window.UnguardCode(at)
	}
}

// spaces are all that code is executed in.
func (m *machine) spaces() []*space {
	if m.space == nil {
		return m.old
	}
	return append(slices.Clip(m.old), m.space)
}

// drop forgets the translations of a range. It reports whether there were any.
func (m *machine) drop(addr, size uint64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	dropped := false
	for _, s := range m.spaces() {
		dropped = s.drop(addr, size) || dropped
	}
	if dropped {
		m.forget()
	}
	return dropped
}

// forget makes CPUs look again for what they remember, and leave the region that they are in: it may be a loop whose code
// another has just changed. The caller holds mu.
func (m *machine) forget() {
	m.generation.Add(1)
	for c := range m.cpus {
		c.clearJumps()
		c.poke()
	}
}

// written answers a guest's store to a page that is guarded: what was made from it is gone. It reports false if the page is
// not guarded.
func (m *machine) written(addr uint64) bool {
	if !m.window.UnguardCode(addr) {
		return false
	}
	m.drop(addr&^(emu.PageSize-1), emu.PageSize)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.writes[addr>>emu.PageShift]++
	return true
}

// find gives the translation of the code at key.pc for c, made now if need be. It returns nil if there is no code, with the
// address of the byte that cannot be fetched.
func (m *machine) find(c *cpu, key entry) (t *translation, missing uint64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	defer func() {
		if r := recover(); r != nil { // the host took the code's page away: a mapped file has been cut
			fault, ok := r.(interface{ Addr() uintptr })
			if !ok {
				panic(r)
			}
			t, missing, err = nil, uint64(fault.Addr()-m.window.Base()), nil
		}
	}()
	for {
		if err := m.enter(c); err != nil {
			return nil, 0, err
		}
		t, missing, err = m.install(c.space, key)
		if !errors.Is(err, errFull) {
			if t != nil && c.space.here[key] == t {
				c.remember(t)
			}
			return t, missing, err
		}
		if err := m.store.renew(c.space.epoch); err != nil {
			return nil, 0, err
		}
	}
}

// enter moves c to the space of the present epoch.
func (m *machine) enter(c *cpu) error {
	now := m.store.epoch.Load()
	if c.space != nil && c.space.epoch == now {
		return nil
	}
	if m.space == nil || m.space.epoch != now {
		if err := m.renewSpace(); err != nil {
			return err
		}
	}
	m.exit(c)
	c.enter(m.space)
	return nil
}

// renewSpace begins a space for the present epoch.
func (m *machine) renewSpace() error {
	s, err := newSpace(m.store.join())
	if err != nil {
		return err
	}
	if m.space != nil {
		m.old = append(m.old, m.space)
	}
	m.space = s
	m.generation.Add(1)
	for c := range m.cpus {
		c.poke()
	}
	m.closeOld()
	return nil
}

// exit takes c out of its space.
func (m *machine) exit(c *cpu) {
	if c.space != nil {
		c.space.users--
		c.space = nil
		m.closeOld()
	}
}

// closeOld frees the spaces of earlier epochs that no CPU is in.
func (m *machine) closeOld() {
	keep := m.old[:0]
	for _, s := range m.old {
		if s.users > 0 {
			keep = append(keep, s)
			continue
		}
		m.store.leave(s.epoch)
		s.close()
	}
	m.old = keep
}

// install finds or makes a translation, and makes it part of the space unless its code changes all the time.
func (m *machine) install(s *space, key entry) (*translation, uint64, error) {
	if t := s.here[key]; t != nil {
		return t, 0, nil
	}
	t := m.store.find(s.epoch, key, m.window)
	if t == nil {
		r := m.translate(key.pc, key.mode, 0)
		if r == nil {
			return nil, m.translator.Missing(), nil
		}
		var err error
		if t, err = m.store.add(s.epoch, r, key.counting, m.lasting(r)); err != nil {
			return nil, 0, err
		}
	} else if !m.settle(t) {
		return m.install(s, key)
	}
	if m.calm(t) {
		s.add(t)
	}
	return t, 0, nil
}

// settle guards the pages of a translation that was found. It reports false if one has changed meanwhile.
func (m *machine) settle(t *translation) bool {
	t.eachPage(func(page uint64) { m.guard(page << emu.PageShift) })
	return t.holds(m.window)
}

// calm reports whether no page of t is restless.
func (m *machine) calm(t *translation) bool {
	calm := true
	t.eachPage(func(page uint64) { calm = calm && !m.restless(page) })
	return calm
}

// lasting reports whether code is none that the guest makes as it runs, as far as can be seen.
func (m *machine) lasting(r *ir.Region) bool {
	for _, c := range r.Code {
		if m.window.Prot(c.Addr)&(emu.ProtWrite|emu.ProtCode) != 0 {
			return false
		}
	}
	return true
}

// translate makes a region of limit instructions at most, or of the usual size if it is 0; nil if there is no code.
func (m *machine) translate(pc uint64, mode uint32, limit int) *ir.Region {
	m.translator.Limit = limit
	return m.translator.Translate(pc, mode)
}

// Reset implements emu.Reusable.
func (m *machine) Reset() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closeSpaces()
	clear(m.writes)
	m.generation.Add(1)
	return true
}

// Close implements emu.Machine.
func (m *machine) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closeSpaces()
	m.store.dismiss(m)
}

func (m *machine) closeSpaces() {
	if m.space != nil {
		m.old, m.space = append(m.old, m.space), nil
	}
	m.closeOld()
}
