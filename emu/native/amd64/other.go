//go:build !(linux && amd64)

package amd64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// Arena cannot be had on this host.
type Arena struct{}

// Supported reports why this host cannot execute generated code.
func Supported() error { return errHost }

// NewArena fails.
func NewArena(*isa.Frontend, int) (*Arena, error) { return nil, errHost }

// The methods are never called.

func (*Arena) Close() error                          { return errHost }
func (*Arena) Reset()                                {}
func (*Arena) Base() uintptr                         { return 0 }
func (*Arena) Used() int                             { return 0 }
func (*Arena) Lookup() uintptr                       { return 0 }
func (*Arena) Text(uint32, uint32) []byte            { return nil }
func (*Arena) Install(*Code, uint32) (uint32, error) { return 0, errHost }
func (*Arena) Run(*ir.State, uint32, Evaluator)      {}
