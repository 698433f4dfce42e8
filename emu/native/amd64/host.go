package amd64

import (
	"errors"

	"muslrun/emu/native/ir"
)

// ErrFull is that an Arena has no room for a Code.
var ErrFull = errors.New("amd64: the code memory is full")

var (
	errProcessor = errors.New("this processor lacks instructions of x86-64-v3, which generated code uses")
	errHost      = errors.New("generated code needs an x86-64 host with Linux")
)

// Evaluator computes what generated code leaves to Go.
type Evaluator interface {
	// Outcall computes the operation that Outcall(s) tells, from s.In to s.Out. A kind other than ExitLookup leaves with
	// code at the current guest instruction, s.PC.
	Outcall(s *ir.State) (kind ir.ExitKind, code int64)
}
