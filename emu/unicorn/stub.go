//go:build !unicorn

package unicorn

import (
	"errors"

	"muslrun/arch"
	"muslrun/emu"
)

// errAbsent says how to get the engine.
var errAbsent = errors.New("this muslrun was built without the unicorn engine; build it with -tags unicorn")

// New makes the engine. In this build it supports no ABI.
func New() emu.Engine { return absent{} }

type absent struct{}

func (absent) Name() string { return "unicorn" }

func (absent) Support(*arch.ABI) error { return errAbsent }

func (absent) NewMachine(*arch.ABI, *emu.Window) (emu.Machine, error) { return nil, errAbsent }
