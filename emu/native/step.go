package native

import (
	"muslrun/emu/native/interp"
	"muslrun/emu/native/ir"
)

const (
	// singles is how many single instructions a CPU keeps.
	singles = 2048
	// short is how many instructions are executed one by one rather than translated: a budget that is used up so soon may
	// have begun anywhere, and regions from everywhere would be many.
	short = 48
)

// single is an instruction that was executed alone: where a budget ends inside a block, the same ones are needed over and
// over.
type single struct {
	entry
	code    []ir.Snippet
	program *interp.Program
}

// step executes one instruction by the interpreter. It reports false if there is none at State.PC.
func (c *cpu) step() bool {
	key := entry{c.state.PC, c.m.store.front.Mode(c.state), c.counting}
	if c.singles == nil {
		c.singles = make([]single, singles)
	}
	p := c.m.single(&c.singles[key.pc/uint64(c.m.store.front.Align)%singles], key)
	if p != nil {
		c.stepper.Run(p)
	}
	return p != nil
}

// single gives the instruction of key, from s if that has it.
func (m *machine) single(s *single, key entry) *interp.Program {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s.program != nil && s.entry == key && holds(m.window, s.code) {
		return s.program
	}
	r := m.translate(key.pc, key.mode, 1)
	if r == nil {
		return nil
	}
	*s = single{key, r.Code, interp.Compile(r, m.store.front.Helpers, key.counting)}
	return s.program
}
