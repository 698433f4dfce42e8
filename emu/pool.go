package emu

import (
	"slices"
	"sync"

	"muslrun/arch"
)

// VM is a window with the machine that works in it: what one process runs on.
type VM struct {
	Window  *Window
	Machine Machine

	engine string
	abi    *arch.ABI
	tenant string
}

// Engine is the name of the engine that the machine belongs to.
func (vm *VM) Engine() string { return vm.engine }

// Tenant is the program that the VM was taken for.
func (vm *VM) Tenant() string { return vm.tenant }

// Reusable is a Machine that can serve another process of its ABI.
type Reusable interface {
	Machine
	// Reset brings the machine back to its first state, in a Window that is empty again. It reports false if the machine
	// must be closed instead. All its CPUs are closed.
	Reset() bool
}

// idleVMs is how many VMs a Pool keeps. Each holds some megabytes of translated code.
const idleVMs = 8

// Pool makes VMs, and keeps those that were left for the next process: an engine takes milliseconds to start, and may still
// know how to run a program that it has run before.
type Pool struct {
	mu     sync.Mutex
	idle   []*VM // the one that was left last is the last
	closed bool
}

// Take gives an empty VM with a window of size bytes. tenant names the program that will run: it prefers a VM that has run
// it before.
func (p *Pool) Take(e Engine, abi *arch.ABI, size uint64, tenant string) (*VM, error) {
	if vm := p.find(e, abi, size, tenant); vm != nil {
		vm.tenant = tenant
		return vm, nil
	}
	w, err := NewWindow(size)
	if err != nil {
		return nil, err
	}
	m, err := e.NewMachine(abi, w)
	if err != nil {
		_ = w.Close()
		return nil, err
	}
	return &VM{Window: w, Machine: m, engine: e.Name(), abi: abi, tenant: tenant}, nil
}

// find takes an idle VM of the right kind: the tenant's own one, or else the one that was left first.
func (p *Pool) find(e Engine, abi *arch.ABI, size uint64, tenant string) *VM {
	p.mu.Lock()
	defer p.mu.Unlock()
	best := -1
	for i, vm := range p.idle {
		if vm.engine != e.Name() || vm.abi != abi || vm.Window.Size() != size {
			continue
		}
		if best < 0 || vm.tenant == tenant {
			best = i
		}
	}
	if best < 0 || p.idle[best].tenant != tenant && len(p.idle) < idleVMs/2 {
		return nil
	}
	vm := p.idle[best]
	p.idle = slices.Delete(p.idle, best, best+1)
	return vm
}

// Leave gives a VM back. Nothing uses it any more; what is mapped goes.
func (p *Pool) Leave(vm *VM) {
	if m, ok := vm.Machine.(Reusable); !ok || vm.Window.Reset() != nil || !m.Reset() {
		vm.close()
		return
	}
	p.mu.Lock()
	p.idle = append(p.idle, vm)
	var spare []*VM
	if n := len(p.idle) - idleVMs; n > 0 {
		spare = slices.Clone(p.idle[:n])
		p.idle = slices.Delete(p.idle, 0, n)
	}
	if p.closed {
		spare, p.idle = append(spare, p.idle...), nil
	}
	p.mu.Unlock()
	for _, vm := range spare {
		vm.close()
	}
}

// Close frees the VMs that are idle, and from now on every one that is left.
func (p *Pool) Close() {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	p.mu.Unlock()
	for _, vm := range idle {
		vm.close()
	}
}

func (vm *VM) close() {
	vm.Machine.Close()
	_ = vm.Window.Close()
}
