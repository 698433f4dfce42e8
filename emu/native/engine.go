package native

import (
	"errors"
	"fmt"
	"sync"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/emu"
	"muslrun/emu/native/arm64"
	"muslrun/emu/native/isa"
	"muslrun/emu/native/mips"
	"muslrun/emu/native/ppc"
	"muslrun/emu/native/riscv"
	"muslrun/emu/native/sh"
)

// key finds a front-end.
type key struct {
	name string // of the ISA
	data layout.Order
}

var fronts = map[key]func() *isa.Frontend{
	{"riscv32", layout.Little}: riscv.RV32,
	{"riscv64", layout.Little}: riscv.RV64,
	{"aarch64", layout.Little}: sync.OnceValue(func() *isa.Frontend { return arm64.New(false) }),
	{"sh4", layout.Little}:     sh.Little,
	{"sh4", layout.Big}:        sh.Big,
	{"aarch64", layout.Big}:    sync.OnceValue(func() *isa.Frontend { return arm64.New(true) }),

	{"mips32", layout.Big}:      mips.Of(32, false, true),
	{"mips32", layout.Little}:   mips.Of(32, false, false),
	{"mips32r6", layout.Big}:    mips.Of(32, true, true),
	{"mips32r6", layout.Little}: mips.Of(32, true, false),
	{"mips64", layout.Big}:      mips.Of(64, false, true),
	{"mips64", layout.Little}:   mips.Of(64, false, false),
	{"mips64r6", layout.Big}:    mips.Of(64, true, true),
	{"mips64r6", layout.Little}: mips.Of(64, true, false),

	{"powerpc", layout.Big}:      ppc.PPC32,
	{"powerpc64", layout.Big}:    ppc.PPC64,
	{"powerpc64", layout.Little}: ppc.PPC64LE,
}

// engine implements emu.Engine.
type engine struct {
	name    string
	backend func(*isa.Frontend) (backend, error)

	mu     sync.Mutex
	stores map[*isa.Frontend]*store
	cache  string // folder of the archives; "" for none
}

// New makes the engine with the fastest way to execute that the host allows.
func New() emu.Engine {
	return &engine{name: "native", backend: bestBackend, stores: map[*isa.Frontend]*store{}}
}

// NewInterpreter makes the engine without machine code: slower, and the oracle for the other.
func NewInterpreter() emu.Engine {
	return &engine{name: "interpreter", backend: newInterpreter, stores: map[*isa.Frontend]*store{}}
}

func (e *engine) Name() string { return e.name }

func (e *engine) Support(abi *arch.ABI) error {
	if fronts[key{abi.ISA.Name, abi.ISA.Order}] == nil {
		return fmt.Errorf("the %s engine has no front-end for %s", e.name, abi.ISA.Name)
	}
	return nil
}

func (e *engine) NewMachine(abi *arch.ABI, w *emu.Window) (emu.Machine, error) {
	if err := e.Support(abi); err != nil {
		return nil, err
	}
	s, err := e.store(fronts[key{abi.ISA.Name, abi.ISA.Order}]())
	if err != nil {
		return nil, err
	}
	return newMachine(s, abi, w), nil
}

// store gives the translations of an instruction set.
func (e *engine) store(front *isa.Frontend) (*store, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if s := e.stores[front]; s != nil {
		return s, nil
	}
	b, err := e.backend(front)
	if err != nil {
		return nil, err
	}
	s := newStore(front, b)
	s.openArchive(e.cache)
	e.stores[front] = s
	return s, nil
}

// UseCache implements emu.Cacher.
func (e *engine) UseCache(dir string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cache = dir
}

// SaveCache implements emu.Cacher.
func (e *engine) SaveCache() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var err error
	for _, s := range e.stores {
		err = errors.Join(err, s.save())
	}
	return err
}
