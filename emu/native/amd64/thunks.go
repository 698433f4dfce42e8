package amd64

import (
	"slices"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// thunks is the code at the beginning of an Arena.
type thunks struct {
	text        []byte
	enter, exit uint32 // offsets
	lookup      uint32
}

// makeThunks makes the way in (to the address in RAX), the way out, and at offset 0 the stub to which the links of regions
// lead that are not there yet: EAX is the number of the link.
func makeThunks(front *isa.Frontend) thunks {
	c := NewCompiler(front)
	c.legacy(opLea, 4, rax, at(rax, 1))
	c.legacy(opStore, 8, rax, state(offCode))
	c.storeImm(4, state(offExit), int32(ir.ExitLookup))
	c.jmpIndirect(hostWord(hostExit))
	lookup := c.here()
	c.coldJump(nil)
	enter := c.here()
	c.eachStatic(func(class ir.Class, v ir.Value, r reg) { c.loadWord(class, r, globalPlace(v)) })
	c.jmpIndirect(in(rax))
	exit := c.here()
	c.eachStatic(func(class ir.Class, v ir.Value, r reg) { c.storeWord(class, globalPlace(v), r) })
	c.jmpIndirect(hostWord(hostBack))
	return thunks{clone(c.buf), uint32(enter), uint32(exit), uint32(lookup)}
}

// eachStatic calls f for each global that has a register of its own, in the front-end's order.
func (c *Compiler) eachStatic(f func(class ir.Class, v ir.Value, r reg)) {
	for i, v := range c.front.Static {
		if c.home[v] != noReg && !slices.Contains(c.front.Static[:i], v) {
			class, _ := v.Global()
			f(class, v, c.home[v])
		}
	}
}
