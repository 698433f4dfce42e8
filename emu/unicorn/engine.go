//go:build unicorn

package unicorn

import (
	"errors"
	"fmt"
	"strconv"
	"sync"

	"muslrun/arch"
	"muslrun/emu"
	"muslrun/emu/unicorn/uc"
)

// New makes the engine.
func New() emu.Engine { return engine{} }

type engine struct{}

func (engine) Name() string { return "unicorn" }

var table = sync.OnceValue(specs)

// missing says why an ISA that musl knows is not in the table.
var missing = map[arch.Family]string{
	arch.MIPS:       "libunicorn reaches no 64-bit MIPS CPU model",
	arch.PowerPC:    "libunicorn writes only 32 bits of a 64-bit PowerPC's PC",
	arch.SuperH:     "libunicorn has no SuperH",
	arch.MicroBlaze: "libunicorn has no MicroBlaze",
	arch.OpenRISC:   "libunicorn has no OpenRISC",
	arch.LoongArch:  "libunicorn has no LoongArch",
}

// errVersion: before 2.1.1 there is no virtual TLB.
var errVersion = errors.New("libunicorn is older than 2.1.1")

func (engine) Support(abi *arch.ABI) error {
	if major, minor, patch := uc.Version(); major<<16|minor<<8|patch < 2<<16|1<<8|1 {
		return errVersion
	}
	if table()[keyOf(abi.ISA)] == nil {
		return fmt.Errorf("the unicorn engine cannot run %s: %s", abi.ISA.Name, missing[abi.ISA.Family])
	}
	return nil
}

func (e engine) NewMachine(abi *arch.ABI, w *emu.Window) (emu.Machine, error) {
	if err := e.Support(abi); err != nil {
		return nil, err
	}
	m, err := newMachine(table()[keyOf(abi.ISA)], abi, w)
	if err != nil {
		return nil, fmt.Errorf("unicorn engine for %s: %w", abi.ISA.Name, err)
	}
	return m, nil
}

func itoa(i int) string { return strconv.Itoa(i) }
