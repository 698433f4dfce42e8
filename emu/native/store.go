package native

import (
	"bytes"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"muslrun/emu"
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// entry is what a translation is looked up by.
type entry struct {
	pc       uint64
	mode     uint32
	counting bool
}

// translation is a region that can be executed. It belongs to no process: it is good wherever the guest code is the same.
type translation struct {
	entry
	code []ir.Snippet
	installed
}

// installed is what a backend has made of a region.
type installed struct {
	offset  uint32   // where the code begins, as a link's entry says it; 0 if the backend has no links
	targets []uint64 // guest addresses of the exits to other regions, by link number from the first on
	program any      // the backend's
}

// backend makes regions executable and executes them.
type backend interface {
	// install makes a region executable. Its exits to other regions get the link numbers from first on. errFull means that
	// there is no room left.
	install(r *ir.Region, counting bool, first uint32) (installed, error)
	// newRunner makes what executes for one CPU.
	newRunner(c *cpu) runner
	// empty makes a backend of the same kind without any code.
	empty() (backend, error)
	// close frees the code. No CPU executes it any more.
	close()
}

// runner executes on one CPU's State until something happens.
type runner interface {
	// run begins with t and comes back with State.Exit, State.PC and what belongs to the exit.
	run(t *translation)
}

// errFull is a backend's answer when its room is used up.
var errFull = errors.New("no room for more code")

// store has the translations of one instruction set.
type store struct {
	front *isa.Frontend

	mu      sync.Mutex // of epochs, and of the archive
	epoch   atomic.Pointer[epoch]
	archive archive

	members  sync.Mutex
	machines map[*machine]bool // that use the store
}

// epoch is the life of a backend's code. When the room is used up the store begins a new one; the old is freed when no
// space refers to it.
type epoch struct {
	backend backend
	found   map[entry][]*translation
	targets []uint64 // guest addresses, by link number
	users   int      // spaces
}

func newStore(front *isa.Frontend, b backend) *store {
	s := &store{front: front, machines: map[*machine]bool{}}
	s.epoch.Store(newEpoch(b))
	return s
}

// newEpoch begins with link 0, which nobody has.
func newEpoch(b backend) *epoch {
	return &epoch{backend: b, found: map[entry][]*translation{}, targets: []uint64{ir.NoPC}}
}

func (s *store) enroll(m *machine) {
	s.members.Lock()
	defer s.members.Unlock()
	s.machines[m] = true
}

func (s *store) dismiss(m *machine) {
	s.members.Lock()
	defer s.members.Unlock()
	delete(s.machines, m)
}

// others are the machines besides m.
func (s *store) others(m *machine) []*machine {
	s.members.Lock()
	defer s.members.Unlock()
	list := make([]*machine, 0, len(s.machines))
	for other := range s.machines {
		if other != m {
			list = append(list, other)
		}
	}
	return list
}

// join gives the present epoch to a new space.
func (s *store) join() *epoch {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.epoch.Load()
	e.users++
	return e
}

// leave ends a space's use of an epoch.
func (s *store) leave(e *epoch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.users--; e.users == 0 && e != s.epoch.Load() {
		e.backend.close()
	}
}

// renew begins a new epoch, unless another has done so since old.
func (s *store) renew(old *epoch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.epoch.Load() != old {
		return nil
	}
	b, err := old.backend.empty()
	if err != nil {
		return err
	}
	s.epoch.Store(newEpoch(b))
	s.archive.fresh = nil
	if old.users == 0 {
		old.backend.close()
	}
	return nil
}

// find gives a translation made from the code that w holds, or nil.
func (s *store) find(e *epoch, key entry, w *emu.Window) *translation {
	s.mu.Lock()
	list := e.found[key]
	s.mu.Unlock()
	for _, t := range list {
		if t.holds(w) {
			return t
		}
	}
	return s.recall(e, key, w)
}

// add makes a region executable. If its code is likely to be met again by the next run of muslrun, it is archived.
func (s *store) add(e *epoch, r *ir.Region, counting, lasting bool) (*translation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &translation{entry: entry{r.PC, r.Mode, counting}, code: r.Code}
	err := s.install(e, t, func(first uint32) (installed, error) { return e.backend.install(r, counting, first) })
	if err != nil {
		return nil, err
	}
	if lasting && s.archive.file != nil && e == s.epoch.Load() {
		s.archive.fresh = append(s.archive.fresh, t)
	}
	return t, nil
}

// install has build give a translation its code, with links from first on, and adds it to those that can be found. The caller
// holds mu.
func (s *store) install(e *epoch, t *translation, build func(first uint32) (installed, error)) (err error) {
	if len(e.targets) > maxLinks-maxTargets {
		return errFull
	}
	if t.installed, err = build(uint32(len(e.targets))); err != nil {
		return err
	}
	e.targets = append(e.targets, t.targets...)
	e.found[t.entry] = append(slices.Clone(e.found[t.entry]), t) // a new slice: find reads the old one without the lock
	return nil
}

// maxTargets bounds the links of a region, by far.
const maxTargets = 1 << 16

// target is where a link leads.
func (s *store) target(e *epoch, link uint32) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return e.targets[link]
}

// holds reports whether the code that t was made from is in w.
func (t *translation) holds(w *emu.Window) bool { return holds(w, t.code) }

// holds reports whether code is in w.
func holds(w *emu.Window, code []ir.Snippet) bool {
	for _, c := range code {
		if !bytes.Equal(fetchable(w, c.Addr, uint64(len(c.Bytes))), c.Bytes) {
			return false
		}
	}
	return true
}

// fetchable is the executable bytes from addr on, n at most.
func fetchable(w *emu.Window, addr, n uint64) []byte {
	return w.Bytes(addr, w.Accessible(addr, n, emu.ProtExec))
}
