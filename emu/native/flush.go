package native

import (
	"slices"

	"muslrun/emu"
	"muslrun/emu/native/ir"
)

// Code that is written by another way than a guest's store to its own mapping is not noticed: by a second mapping of the same
// memory, by a write to the file behind it, by another process that shares it. Programs that do so flush the cache of code, by
// an instruction (ir.ExitFlush) or by a system call (CodeChanged). What was translated from there is then compared again.

// flush answers a flush of size bytes of code at addr; of all code of the address space if size is 0.
func (m *machine) flush(addr, size uint64) {
	if size == 0 {
		addr, size = 0, m.window.Size()
	}
	m.tell(addr, size)
	m.recheck(addr, size, emu.ProtNone)
}

// tell makes the machines that may have memory at addr too compare their translations of such memory.
func (m *machine) tell(addr, size uint64) {
	if _, file := m.window.Find(addr, size, emu.ProtFile); !file {
		return
	}
	for _, other := range m.store.others(m) {
		other.told.Add(1)
		other.poke()
	}
}

// hear does what others have told. A CPU calls it after each poll.
func (m *machine) hear() {
	told := m.told.Load()
	if m.heard.Load() == told {
		return
	}
	m.recheck(0, m.window.Size(), emu.ProtFile)
	m.heard.Store(told)
}

// recheck drops the translations of size bytes at addr whose code is another now. It looks at pages with a protection.
func (m *machine) recheck(addr, size uint64, prot emu.Prot) {
	m.mu.Lock()
	defer m.mu.Unlock()
	dropped := false
	for _, s := range m.spaces() {
		dropped = s.recheck(m.window, addr, size, prot) || dropped
	}
	if dropped {
		m.forget()
	}
}

// recheck is machine.recheck for one space. It reports whether anything was dropped.
func (s *space) recheck(w *emu.Window, addr, size uint64, prot emu.Prot) bool {
	dropped := false
	s.eachPage(addr, size, func(page uint64) {
		if w.Prot(page<<emu.PageShift)&prot != prot {
			return
		}
		s.pages[page] = slices.DeleteFunc(s.pages[page], func(t *translation) bool {
			if s.here[t.entry] == t && t.overlaps(addr, size) && !t.stillHolds(w) {
				s.remove(t)
				dropped = true
			}
			return s.here[t.entry] != t
		})
	})
	return dropped
}

// stillHolds is holds, and false if the host has taken the memory away.
func (t *translation) stillHolds(w *emu.Window) (good bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, fault := r.(interface{ Addr() uintptr }); !fault {
				panic(r)
			}
			good = false
		}
	}()
	return t.holds(w)
}

// overlaps reports whether t was made from some of the size bytes at addr.
func (t *translation) overlaps(addr, size uint64) bool {
	return slices.ContainsFunc(t.code, func(c ir.Snippet) bool {
		return c.Addr < addr+size && addr < c.Addr+uint64(len(c.Bytes))
	})
}
