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
	mu       sync.Mutex
	idle     []*VM // the one that was left last is the last
	reserved uint64
	closed   bool
}

// Room is how large a window should be, and how large it has to be: when much of the host's address space is taken, windows
// become small, so that there can be more of them.
type Room struct{ Want, Least uint64 }

// ample is how much address space windows take before they become small: a quarter of what a host process has.
const ample = 1 << 45

// size is how large a window will be.
func (p *Pool) size(r Room) uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reserved+r.Want > ample {
		return r.Least
	}
	return r.Want
}

// count adds the address space of a window to what is taken, or subtracts it.
func (p *Pool) count(size uint64, sign int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reserved += uint64(sign) * (size + 2*guard)
}

// Take gives an empty VM with a window of room. tenant names the program that will run: it prefers a VM that has run it
// before.
func (p *Pool) Take(e Engine, abi *arch.ABI, room Room, tenant string) (*VM, error) {
	size := p.size(room)
	vm := p.find(e, abi, size, tenant)
	if vm == nil && size != room.Want {
		vm = p.find(e, abi, room.Want, tenant)
	}
	if vm != nil {
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
	p.count(size, 1)
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
		p.discard(vm)
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
		p.discard(vm)
	}
}

// Close frees the VMs that are idle, and from now on every one that is left.
func (p *Pool) Close() {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	p.mu.Unlock()
	for _, vm := range idle {
		p.discard(vm)
	}
}

// discard frees a VM.
func (p *Pool) discard(vm *VM) {
	vm.Machine.Close()
	p.count(vm.Window.Size(), -1)
	_ = vm.Window.Close()
}
