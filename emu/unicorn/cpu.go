//go:build unicorn

package unicorn

/*
#include <stdlib.h>
#include "run.h"
*/
import "C"

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"muslrun/arch"
	"muslrun/emu"
	"muslrun/emu/unicorn/uc"
)

// cpu is one task's registers: the hot ones in memory that Go and C share, the rest in the engine while the task is live
// there, and in a context while it is not. Of the rest, those that libunicorn has ids for are copied to shared memory, a
// group at a time, when one is asked for; what is written stays there until the task runs.
type cpu struct {
	m         *machine
	hot       *C.mr_cpu
	cold      []byte       // copies of registers that are not hot: part of hot
	known     [groups]bool // which of them are valid, besides those that are dirty
	context   *uc.Context
	interrupt atomic.Bool
	bank      bankState
	lost      lostTouch
	// descriptors of x86 that are the task's own, by place in the private page
	descriptors map[int]uint64
}

// NewCPU implements emu.Machine.
func (m *machine) NewCPU() (emu.CPU, error) {
	context, err := m.eng.NewContext()
	if err != nil {
		return nil, err
	}
	size := C.size_t(m.layout.coldSize)
	c := &cpu{m: m, context: context, hot: (*C.mr_cpu)(C.calloc(1, C.sizeof_mr_cpu+size))}
	c.cold = unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(c.hot), C.sizeof_mr_cpu)), m.layout.coldSize)
	m.layout.describe(c.hot)
	m.acquire(0)
	defer m.release()
	m.park()
	if err := m.eng.ContextRestore(m.first); err != nil {
		return nil, err
	}
	m.live = c
	c.loadDescriptors()
	C.mr_load(m.c, c.hot)
	return c, nil
}

// park saves the live task's registers.
func (m *machine) park() {
	if m.live != nil {
		must(m.eng.ContextSave(m.live.context))
		m.live = nil
	}
}

// enter makes c live. The caller has the turn.
func (c *cpu) enter() {
	if c.m.live == c {
		return
	}
	c.m.park()
	must(c.m.eng.ContextRestore(c.context))
	c.m.live = c
	c.loadDescriptors()
}

// must is for calls that fail only if muslrun is wrong.
func must(err error) {
	if err != nil {
		panic(fmt.Errorf("unicorn engine: %w", err))
	}
}

// Close implements emu.CPU.
func (c *cpu) Close() {
	c.m.acquire(0)
	if c.m.live == c {
		c.m.live = nil
	}
	c.m.release()
	c.context.Free()
	C.free(unsafe.Pointer(c.hot))
	c.hot = nil
}

// Interrupt implements emu.CPU.
func (c *cpu) Interrupt() {
	c.interrupt.Store(true)
	if c.m.running.Load() == c {
		c.m.stop()
		go c.insist()
	}
}

// insist repeats an interrupt until Run has seen it.
func (c *cpu) insist() {
	for c.interrupt.Load() && c.m.running.Load() == c {
		time.Sleep(insist)
		c.m.stop()
	}
}

// Run implements emu.CPU.
func (c *cpu) Run(budget uint64) emu.Stop {
	left := budget
	for {
		c.m.acquire(slice)
		stop, done := c.turn(&left)
		c.m.release()
		if done {
			if stop.Spent = budget - left; stop.Kind == emu.BudgetSpent {
				stop.Spent = budget
			}
			return stop
		}
		runtime.Gosched()
	}
}

// turn runs c until something happens, or until another task wants the engine.
func (c *cpu) turn(budget *uint64) (emu.Stop, bool) {
	m := c.m
	if stop, ok := c.lost.take(); ok {
		return stop, true
	}
	c.enter()
	c.closeBank()
	atomic.StoreInt32((*int32)(unsafe.Pointer(&m.c.stop)), 0)
	m.running.Store(c)
	if c.interrupt.Swap(false) {
		m.running.Store(nil)
		return emu.Stop{Kind: emu.Interrupted}, true
	}
	C.mr_run(m.c, c.hot, C.int64_t(min(*budget, 1<<62)))
	c.known = [groups]bool{}
	m.running.Store(nil)
	c.lost.note(m.c)
	if m.spec.delay && m.c.event != C.MR_INTR {
		C.mr_leave_delay_slot(m.c, c.hot, C.uint64_t(m.privateAddr()+delayAt))
	}
	if *budget > 0 {
		*budget = uint64(max(m.c.budget, 1)) // 0 would be no limit
	}
	if m.c.event == C.MR_STOPPED {
		return emu.Stop{Kind: emu.Interrupted}, c.interrupt.Swap(false)
	}
	return c.stopped(), true
}

// Reg implements arch.Registers.
func (c *cpu) Reg(r arch.Reg) uint64 {
	p := &c.m.layout.places[r]
	switch {
	case p.slot >= 0:
		return uint64(c.hot.vals[p.slot]) & p.all
	case p.cold >= 0:
		c.fetch(p)
		return binary.LittleEndian.Uint64(c.cold[p.offset:]) & p.all
	}
	var buf [8]byte
	c.RegBytes(r, buf[:min(8, p.bytes)])
	return binary.LittleEndian.Uint64(buf[:]) & p.all
}

// SetReg implements arch.Registers.
func (c *cpu) SetReg(r arch.Reg, v uint64) {
	p := &c.m.layout.places[r]
	if p.mask != p.all {
		v = c.Reg(r)&^p.mask | v&p.mask
	}
	if p.slot >= 0 {
		c.hot.vals[p.slot] = C.uint64_t(v & p.all)
		c.hot.dirty |= 1 << p.slot
		return
	}
	var buf [8]byte
	binary.LittleEndian.PutUint64(buf[:], v&p.all)
	if p.bytes <= 8 {
		c.SetRegBytes(r, buf[:p.bytes])
	}
}

// RegBytes implements arch.Registers.
func (c *cpu) RegBytes(r arch.Reg, dst []byte) bool {
	p := &c.m.layout.places[r]
	switch {
	case len(dst) < p.bytes:
		return false
	case p.slot >= 0:
		putLittle(dst[:p.bytes], uint64(c.hot.vals[p.slot])&p.all)
		return true
	case p.cold >= 0:
		c.fetch(p)
		copy(dst[:p.bytes], c.cold[p.offset:])
		return true
	case p.kind == nowhere:
		clear(dst)
		return false
	case p.kind == banked:
		return c.readBank(p, dst)
	}
	putLittle(dst[:8], c.descriptors[p.offset])
	return true
}

// SetRegBytes implements arch.Registers.
func (c *cpu) SetRegBytes(r arch.Reg, src []byte) bool {
	p := &c.m.layout.places[r]
	switch {
	case len(src) < p.bytes:
		return false
	case p.slot >= 0:
		c.SetReg(r, little(src[:p.bytes]))
		return true
	case p.cold >= 0:
		c.store(p, src[:p.bytes])
		return true
	case p.kind == banked:
		c.writeBank(p, src)
		return true
	case p.kind == nowhere:
		return false
	}
	c.m.acquire(0)
	defer c.m.release()
	c.enter()
	c.setDescriptor(p.offset, little(src[:8]))
	return true
}

// fetch makes the copy of a cold register valid, and of its whole group.
func (c *cpu) fetch(p *place) {
	if c.known[p.group] {
		return
	}
	from := 0
	if p.group > 0 {
		from = c.m.layout.groupEnds[p.group-1]
	}
	c.m.acquire(0)
	defer c.m.release()
	c.enter()
	e := C.mr_fetch(c.m.c, c.hot, C.int(from), C.int(c.m.layout.groupEnds[p.group]))
	if e != C.UC_ERR_OK {
		panic(fmt.Errorf("unicorn engine: reading registers: %w", uc.UcError(e)))
	}
	c.known[p.group] = true
}

// store changes a cold register. The engine gets it when the task runs, or at once, together with those that were written
// before, if the write changes other registers.
func (c *cpu) store(p *place, src []byte) {
	own := c.cold[p.offset:]
	if p.bytes < 8 {
		clear(own[:8])
	}
	copy(own, src)
	c.hot.cold_dirty[p.cold/64] |= 1 << (p.cold % 64)
	if !p.alone {
		return
	}
	c.m.acquire(0)
	defer c.m.release()
	c.enter()
	C.mr_flush(c.m.c, c.hot)
	c.known = [groups]bool{}
}

func putLittle(dst []byte, v uint64) {
	for i := range dst {
		dst[i] = byte(v >> (8 * i))
	}
}

func little(src []byte) (v uint64) {
	for i, b := range src {
		v |= uint64(b) << (8 * i)
	}
	return v
}
