//go:build unicorn

package unicorn

/*
#cgo pkg-config: unicorn
#cgo CFLAGS: -O2 -Wall
#include <stdlib.h>
#include "run.h"
*/
import "C"

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"muslrun/arch"
	"muslrun/emu"
	"muslrun/emu/unicorn/uc"
)

const (
	// translationBuffer is the address space for translated code; what is not used takes no memory. It must not become full:
	// libunicorn 2.1 then overwrites code that it goes on to use, and crashes.
	translationBuffer = 256 << 20
	// slice is how long a task runs while another one of the same machine waits.
	slice = 2 * time.Millisecond
	// insist is how often a request to stop is repeated: libunicorn can lose one that comes while a run begins.
	insist = 100 * time.Microsecond
	top32  = 1<<32 - emu.PageSize
)

// The page table is read by C.
var _ = [1]struct{}{}[emu.ChunkShift-C.MR_TABLE_SHIFT+emu.Mixed-C.MR_MIXED]

// machine is one libunicorn engine at work on one window. It runs one task at a time.
type machine struct {
	spec   *spec
	abi    *arch.ABI
	window *emu.Window
	eng    *uc.Unicorn
	c      *C.mr_machine
	layout *registerMap

	private []byte      // the engine's own page, host's view
	state   []byte      // backing store of c.state and c.chunks
	copies  []byte      // that of c.copies
	first   *uc.Context // what a new CPU looks like

	// turn holds one token: the right to use eng. Guarded by it: live, bankOpen.
	turn chan struct{}
	live *cpu // whose registers are in eng

	waiting atomic.Int32        // how many want the turn
	running atomic.Pointer[cpu] // who has it in Run

	pauseLock sync.Mutex
	paused    bool // somebody holds the turn in Pause

	stopLock sync.Mutex // between stop and Close
	closed   bool
}

func newMachine(s *spec, abi *arch.ABI, w *emu.Window) (*machine, error) {
	eng, err := uc.NewUnicorn(s.arch, s.mode)
	if err != nil {
		return nil, err
	}
	m := &machine{spec: s, abi: abi, window: w, eng: eng, turn: make(chan struct{}, 1)}
	m.c = (*C.mr_machine)(C.calloc(1, C.sizeof_mr_machine))
	m.layout = newRegisterMap(s, abi)
	if err := m.open(); err != nil {
		m.free()
		return nil, err
	}
	m.turn <- struct{}{}
	return m, nil
}

func (m *machine) open() error {
	steps := []func() error{catchBus, m.allocate, m.configure, m.mapMemory, m.hook, m.boot}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// allocate makes the tables that C reads. They are sparse.
func (m *machine) allocate() error {
	pages := int(m.window.Size() >> emu.PageShift)
	chunks := pages>>C.MR_CHUNK_SHIFT + 1
	var err error
	if m.state, err = anonymous(pages + chunks); err != nil {
		return err
	}
	if m.private, err = anonymous(emu.PageSize); err != nil {
		return err
	}
	if m.copies, err = anonymous(C.MR_KEPT_PAGES * emu.PageSize); err != nil {
		return err
	}
	table := m.window.PageTable()
	c := m.c
	c.uc = (*C.uc_engine)(m.eng.Handle())
	c.prot = (*C.uint8_t)(unsafe.SliceData(table.Pages))
	c.chunk_prot = (*C.uint8_t)(unsafe.SliceData(table.Chunks))
	c.pages = C.uint64_t(pages)
	c.state = (*C.uint8_t)(unsafe.Pointer(&m.state[0]))
	c.chunks = (*C.uint8_t)(unsafe.Pointer(&m.state[pages]))
	c.copies = (*C.uint8_t)(unsafe.Pointer(&m.copies[0]))
	c.base = (*C.uint8_t)(unsafe.Add(unsafe.Pointer(nil), m.window.Base())) // not Go memory
	c.regs = m.layout.table()
	c.step_page = ^C.uint64_t(0)
	c.pc_reg, c.cpsr_reg = C.int(m.spec.pc), C.int(m.spec.cpsr)
	if m.spec.delay {
		c.delay = 1
	}
	if m.spec.chains {
		c.chains = 1
	}
	c.block_shift = C.int(m.spec.blockShift)
	c.private_page = C.uint64_t(m.privateAddr() >> emu.PageShift)
	c.private_frame = C.uint64_t(m.privateAddr())
	if m.spec.descriptors != nil { // the CPU reads them as the guest
		c.private_prot = C.uint8_t(emu.ProtRead)
	}
	return nil
}

func anonymous(size int) ([]byte, error) {
	return unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE)
}

// privateAddr is where the guest CPU sees the engine's own page: behind the window, or, in a full 32-bit address space, in
// its last page, which no Linux lets user space have.
func (m *machine) privateAddr() uint64 {
	if m.abi.ISA.Bits == 32 {
		return min(m.window.Size(), top32)
	}
	return m.window.Size()
}

func (m *machine) configure() error {
	if m.spec.model != defaultModel {
		if err := m.eng.SetCPUModel(m.spec.model); err != nil {
			return fmt.Errorf("CPU model: %w", err)
		}
	}
	if err := m.eng.SetTCGBufferSize(translationBuffer); err != nil {
		return err
	}
	if err := m.eng.SetTLBMode(uc.TLB_VIRTUAL); err != nil {
		return fmt.Errorf("virtual TLB: %w", err)
	}
	return m.eng.EnableExits()
}

func (m *machine) mapMemory() error {
	size := m.window.Size()
	if m.privateAddr() < size {
		size = m.privateAddr()
	}
	// The pointer is not Go memory: the window is a mapping of its own.
	base := unsafe.Add(unsafe.Pointer(nil), m.window.Base())
	if err := m.eng.MemMapPtr(0, size, uc.PROT_ALL, base); err != nil {
		return fmt.Errorf("mapping the window: %w", err)
	}
	return m.eng.MemMapPtr(m.privateAddr(), emu.PageSize, uc.PROT_ALL, unsafe.Pointer(&m.private[0]))
}

func (m *machine) hook() error {
	if e := C.mr_init(m.c, C.bool(m.spec.syscall)); e != C.UC_ERR_OK {
		return uc.UcError(e)
	}
	m.c.fault_slot = C.uint64_t(faultSlot())
	return nil
}

// boot brings the CPU to the state that Linux gives a new program, in user mode where there is a way, and keeps it.
func (m *machine) boot() error {
	if m.spec.boot != nil {
		if err := m.spec.boot(m); err != nil {
			return fmt.Errorf("set-up: %w", err)
		}
	}
	var err error
	if m.first, err = m.eng.NewContext(); err != nil {
		return err
	}
	return m.eng.ContextSave(m.first)
}

// runStub runs code at an offset of the private page until it traps.
func (m *machine) runStub(offset uint64) error {
	if !C.mr_stub(m.c, C.uint64_t(m.privateAddr()+offset)) {
		pc, _ := m.eng.RegRead(m.spec.pc)
		return fmt.Errorf("engine code at %#x of the private page failed at %#x (event %d, exception %d, address %#x)",
			offset, pc, m.c.event, m.c.intno, uint64(m.c.addr))
	}
	return nil
}

// acquire takes the turn. Whoever runs is asked to leave when patience is over.
func (m *machine) acquire(patience time.Duration) {
	select {
	case <-m.turn:
		return
	default:
	}
	m.waiting.Add(1)
	defer m.waiting.Add(-1)
	for {
		select {
		case <-m.turn:
			return
		case <-time.After(patience):
			m.stop()
			patience = insist
		}
	}
}

func (m *machine) release() { m.turn <- struct{}{} }

// stop makes the current run come back soon, if it is not just beginning.
func (m *machine) stop() {
	m.stopLock.Lock()
	defer m.stopLock.Unlock()
	if !m.closed {
		C.mr_stop(m.c)
	}
}

// Pause implements emu.Machine.
func (m *machine) Pause() {
	m.acquire(0)
	m.pauseLock.Lock()
	m.paused = true
	m.pauseLock.Unlock()
}

// Resume implements emu.Machine.
func (m *machine) Resume() {
	m.pauseLock.Lock()
	m.paused = false
	m.pauseLock.Unlock()
	m.release()
}

// exclusively calls f when no guest code runs: within a pause at once, otherwise with the turn.
func (m *machine) exclusively(f func()) {
	m.pauseLock.Lock()
	if m.paused {
		defer m.pauseLock.Unlock()
		f()
		return
	}
	m.pauseLock.Unlock()
	m.acquire(0)
	defer m.release()
	f()
}

// MappingChanged implements emu.Machine.
func (m *machine) MappingChanged(addr, size uint64) {
	first, count := pages(addr, size)
	m.exclusively(func() { C.mr_changed(m.c, first, count) })
}

// CodeChanged implements emu.Machine.
func (m *machine) CodeChanged(addr, size uint64) {
	first, count := pages(addr, size)
	m.exclusively(func() { C.mr_code_changed(m.c, first, count) })
}

func pages(addr, size uint64) (first, count C.uint64_t) {
	from, to := addr>>emu.PageShift, (addr+size+emu.PageSize-1)>>emu.PageShift
	return C.uint64_t(from), C.uint64_t(to - from)
}

// Reset implements emu.Reusable.
func (m *machine) Reset() bool {
	m.live = nil
	return bool(C.mr_reset(m.c))
}

// Close implements emu.Machine.
func (m *machine) Close() {
	m.acquire(0)
	m.stopLock.Lock()
	m.closed = true
	m.stopLock.Unlock()
	m.free()
}

func (m *machine) free() {
	if m.first != nil {
		m.first.Free()
	}
	_ = m.eng.Close()
	C.free(unsafe.Pointer(m.c.regs))
	C.free(unsafe.Pointer(m.c))
	for _, b := range [][]byte{m.state, m.private, m.copies} {
		if b != nil {
			_ = unix.Munmap(b)
		}
	}
}
