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
// there, and in a context while it is not.
type cpu struct {
	m         *machine
	hot       *C.mr_cpu
	context   *uc.Context
	interrupt atomic.Bool
	bank      bankState
	// descriptors of x86 that are the task's own, by place in the private page
	descriptors map[int]uint64
}

// NewCPU implements emu.Machine.
func (m *machine) NewCPU() (emu.CPU, error) {
	context, err := m.eng.NewContext()
	if err != nil {
		return nil, err
	}
	c := &cpu{m: m, context: context, hot: (*C.mr_cpu)(C.calloc(1, C.sizeof_mr_cpu))}
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
	for {
		c.m.acquire(slice)
		stop, done := c.turn(&budget)
		c.m.release()
		if done {
			return stop
		}
		runtime.Gosched()
	}
}

// turn runs c until something happens, or until another task wants the engine.
func (c *cpu) turn(budget *uint64) (emu.Stop, bool) {
	m := c.m
	c.enter()
	c.closeBank()
	atomic.StoreInt32((*int32)(unsafe.Pointer(&m.c.stop)), 0)
	m.running.Store(c)
	if c.interrupt.Swap(false) {
		m.running.Store(nil)
		return emu.Stop{Kind: emu.Interrupted}, true
	}
	C.mr_run(m.c, c.hot, C.int64_t(min(*budget, 1<<62)))
	m.running.Store(nil)
	if m.spec.delay && m.c.event != C.MR_INTR {
		C.mr_leave_delay_slot(m.c, c.hot, C.uint64_t(m.privateAddr()+delayAt))
	}
	if m.c.event == C.MR_STOPPED {
		if *budget > 0 {
			*budget = uint64(max(m.c.budget, 1))
		}
		return emu.Stop{Kind: emu.Interrupted}, c.interrupt.Swap(false)
	}
	return c.stopped(), true
}

// Reg implements arch.Registers.
func (c *cpu) Reg(r arch.Reg) uint64 {
	p := &c.m.layout.places[r]
	if p.slot >= 0 {
		return uint64(c.hot.vals[p.slot]) & p.all
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
	case p.kind == nowhere:
		clear(dst)
		return false
	}
	c.m.acquire(0)
	defer c.m.release()
	c.enter()
	switch p.kind {
	case banked:
		return c.readBank(p, dst)
	case described:
		putLittle(dst[:8], c.descriptors[p.offset])
		return true
	}
	if p.bytes <= 8 { // libunicorn may want room for 64 bits where there are fewer (fcsr of riscv64)
		v, err := c.m.eng.RegRead(p.id)
		putLittle(dst[:p.bytes], v)
		return err == nil
	}
	return c.m.eng.RegReadBig(p.id, dst) == nil
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
	case p.kind == nowhere:
		return false
	}
	c.m.acquire(0)
	defer c.m.release()
	c.enter()
	switch p.kind {
	case banked:
		return c.writeBank(p, src)
	case described:
		c.setDescriptor(p.offset, little(src[:8]))
		return true
	}
	if p.bytes <= 8 {
		return c.m.eng.RegWrite(p.id, little(src[:p.bytes])) == nil
	}
	return c.m.eng.RegWriteBig(p.id, src) == nil
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
