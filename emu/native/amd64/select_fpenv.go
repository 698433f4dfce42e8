package amd64

import "muslrun/emu/native/ir"

// The exception flags of floating point. Code keeps what it raises in MXCSR; State.FPFlags has what was raised before.

const (
	opMXCSR    opcode = 0x01ae
	loadMXCSR  reg    = 2
	storeMXCSR reg    = 3

	exceptions = 0x3f // the bits of MXCSR that stick
)

// hostRaised translates the exception flags of MXCSR.
var hostRaised = makeRaised()

func makeRaised() (table [64]uint64) {
	bits := [...]uint64{ir.FPInvalid, 0, ir.FPDivByZero, ir.FPOverflow, ir.FPUnderflow, ir.FPInexact}
	for i := range table {
		for k, bit := range bits {
			if i>>k&1 != 0 {
				table[i] |= bit
			}
		}
	}
	return table
}

// raisedBytes is hostRaised as bytes that code can look up.
var raisedBytes = func() (table [64]byte) {
	for i, flags := range hostRaised {
		table[i] = byte(flags)
	}
	return table
}()

// raised is a new register with the flags that MXCSR has, as State has them. MXCSR is in State afterwards.
func (c *Compiler) raised() reg {
	r, table := c.scratch(), c.scratch()
	c.legacy(opMXCSR, 4, storeMXCSR, state(offMXCSR))
	c.legacy(opLea, 8, table, c.litTable(raisedBytes[:]))
	c.legacy(opLoad, 4, r, state(offMXCSR))
	c.aluImm(opAnd, 4, in(r), exceptions)
	c.legacy(opMovzx8, 4, r, atIndex(table, r, 0, 0))
	return r
}

func selectGetFPFlags(c *Compiler) bool {
	r := c.raised()
	c.legacy(opOr, 8, r, state(offFPFlags))
	c.set(0, r)
	return true
}

// selectSetFPFlags clears MXCSR only if it has flags that are not to be set: loading it takes time.
func selectSetFPFlags(c *Compiler) bool {
	a := c.use(c.arg(0))
	c.legacy(opStore, 8, a, state(offFPFlags))
	r := c.raised()
	c.vex(opAndn, 0, r, a, in(r))
	p := c.addCold((*Compiler).coldClearRaised)
	p.back = c.newLabel()
	back := p.back
	c.jcc(ccNE, p.from)
	c.bind(back)
	return true
}

func (c *Compiler) coldClearRaised(p *coldPath) {
	c.aluImm(opAnd, 4, state(offMXCSR), ^exceptions)
	c.legacy(opMXCSR, 4, loadMXCSR, state(offMXCSR))
	c.jmp(p.back)
}
