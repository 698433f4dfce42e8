package emu

import (
	"fmt"
	"testing"

	"muslrun/arch"
)

// plainEngine makes machines that only count.
type plainEngine struct{ opened, closed int }

func (e *plainEngine) Name() string            { return "plain" }
func (e *plainEngine) Support(*arch.ABI) error { return nil }
func (e *plainEngine) NewMachine(*arch.ABI, *Window) (Machine, error) {
	e.opened++
	return &plainMachine{Machine: nil, engine: e, fresh: true}, nil
}

type plainMachine struct {
	Machine
	engine *plainEngine
	fresh  bool
	spent  bool
}

func (m *plainMachine) Reset() bool { return !m.spent }
func (m *plainMachine) Close()      { m.engine.closed++ }

const plainSize = 1 << 30

func take(t *testing.T, p *Pool, e Engine, abi *arch.ABI, tenant string) *VM {
	t.Helper()
	vm, err := p.Take(e, abi, Room{plainSize, plainSize}, tenant)
	if err != nil {
		t.Fatal(err)
	}
	return vm
}

func TestPoolPrefersTheTenant(t *testing.T) {
	var p Pool
	e, abi := &plainEngine{}, &arch.ABI{}
	a, b := take(t, &p, e, abi, "a"), take(t, &p, e, abi, "b")
	p.Leave(a)
	p.Leave(b)
	if vm := take(t, &p, e, &arch.ABI{}, "a"); vm == a || vm == b {
		t.Error("the VM of another ABI was given")
	} else {
		p.Leave(vm)
	}
	if take(t, &p, e, abi, "a") != a || take(t, &p, e, abi, "b") != b {
		t.Error("each program should get the VM that it had")
	}
}

func TestPoolIsBounded(t *testing.T) {
	var p Pool
	e, abi := &plainEngine{}, &arch.ABI{}
	var vms []*VM
	for i := range 50 {
		vms = append(vms, take(t, &p, e, abi, fmt.Sprint(i)))
	}
	vms[49].Machine.(*plainMachine).spent = true
	for _, vm := range vms {
		p.Leave(vm)
	}
	if left := e.opened - e.closed; left != idleVMs {
		t.Errorf("%d VMs are idle, not %d", left, idleVMs)
	}
	last := take(t, &p, e, abi, "48")
	p.Close()
	p.Leave(last)
	if e.opened != e.closed {
		t.Errorf("%d VMs were opened, %d closed", e.opened, e.closed)
	}
}

func TestPoolGivesEmptyWindows(t *testing.T) {
	var p Pool
	defer p.Close()
	e, abi := &plainEngine{}, &arch.ABI{}
	vm := take(t, &p, e, abi, "")
	for range 3 {
		w := vm.Window
		if w.Accessible(0, plainSize, ProtMapped) != 0 || w.Prot(0x10000) != ProtNone {
			t.Fatal("something is mapped")
		}
		if err := w.MapAnonymous(0, plainSize/2, ProtRead|ProtWrite); err != nil {
			t.Fatal(err)
		}
		b := w.Bytes(0x10000, 1)
		if b[0] != 0 {
			t.Fatal("a byte of the process before is there")
		}
		b[0] = 1
		p.Leave(vm)
		if vm = take(t, &p, e, abi, ""); vm.Window != w {
			t.Fatal("the idle VM was not taken")
		}
	}
	p.Leave(vm)
}

func TestPoolMakesSmallWindowsWhenThereAreMany(t *testing.T) {
	var p Pool
	e, abi, room := &plainEngine{}, &arch.ABI{}, Room{Want: plainSize, Least: plainSize / 2}
	p.count(ample-2*plainSize-4*guard, 1)
	first, err := p.Take(e, abi, room, "a")
	if err != nil || first.Window.Size() != room.Want {
		t.Fatalf("a window of %#x bytes (%v) while there is room", first.Window.Size(), err)
	}
	p.count(plainSize, 1)
	second, err := p.Take(e, abi, room, "a")
	if err != nil || second.Window.Size() != room.Least {
		t.Fatalf("a window of %#x bytes (%v) when there is little room", second.Window.Size(), err)
	}
	before := p.reserved
	p.Close()
	p.Leave(first)
	p.Leave(second)
	if got := before - p.reserved; got != room.Want+room.Least+4*guard {
		t.Errorf("%#x bytes were given back", got)
	}
}
