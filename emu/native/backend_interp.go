package native

import (
	"muslrun/emu/native/interp"
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// interpreter is the backend without machine code. It needs no links: each region is looked up.
type interpreter struct{ front *isa.Frontend }

func newInterpreter(front *isa.Frontend) (backend, error) { return interpreter{front}, nil }

func (b interpreter) install(r *ir.Region, counting bool, _ uint32) (installed, error) {
	return installed{program: interp.Compile(r, b.front.Helpers, counting)}, nil
}

func (b interpreter) newRunner(c *cpu) runner { return interpreterRunner{c.stepper} }

func (b interpreter) empty() (backend, error) { return b, nil }

func (b interpreter) close() {}

type interpreterRunner struct{ *interp.Runner }

func (r interpreterRunner) run(t *translation) { r.Run(t.program.(*interp.Program)) }
