//go:build unicorn

package uc

/*
#cgo pkg-config: unicorn
#include <unicorn/unicorn.h>

// uc_ctl is variadic, which cgo cannot call.
static uc_err ctl_cpu_model(uc_engine *uc, int model) { return uc_ctl_set_cpu_model(uc, model); }
static uc_err ctl_tcg_buffer(uc_engine *uc, uint32_t size) { return uc_ctl_set_tcg_buffer_size(uc, size); }
static uc_err ctl_tlb_mode(uc_engine *uc, int mode) { return uc_ctl_tlb_mode(uc, mode); }
static uc_err ctl_exits_enable(uc_engine *uc) { return uc_ctl_exits_enable(uc); }
static uc_err ctl_flush_tlb(uc_engine *uc) { return uc_ctl_flush_tlb(uc); }
static uc_err ctl_flush_tb(uc_engine *uc) { return uc_ctl_flush_tb(uc); }
static uc_err ctl_remove_cache(uc_engine *uc, uint64_t from, uint64_t to) { return uc_ctl_remove_cache(uc, from, to); }
*/
import "C"

import "unsafe"

// Unicorn is one engine: a CPU, its translated code and its memory map.
type Unicorn struct{ handle *C.uc_engine }

// Context is a saved CPU state.
type Context struct{ handle *C.uc_context }

// UcError is an error code of libunicorn.
type UcError int

func (e UcError) Error() string { return C.GoString(C.uc_strerror(C.uc_err(e))) }

func check(e C.uc_err) error {
	if e == C.UC_ERR_OK {
		return nil
	}
	return UcError(e)
}

// Version is the version of the library that is linked in.
func Version() (major, minor, patch int) {
	v := uint(C.uc_version(nil, nil))
	return int(v >> 24), int(v >> 16 & 0xff), int(v >> 8 & 0xff)
}

// NewUnicorn opens an engine. Most of its memory is taken when it is first used.
func NewUnicorn(arch, mode int) (*Unicorn, error) {
	u := &Unicorn{}
	if err := check(C.uc_open(C.uc_arch(arch), C.uc_mode(mode), &u.handle)); err != nil {
		return nil, err
	}
	return u, nil
}

// Close frees the engine.
func (u *Unicorn) Close() error { return check(C.uc_close(u.handle)) }

// Handle is the uc_engine pointer.
func (u *Unicorn) Handle() unsafe.Pointer { return unsafe.Pointer(u.handle) }

// SetCPUModel chooses the CPU; it must come before anything that initializes the engine.
func (u *Unicorn) SetCPUModel(model int) error { return check(C.ctl_cpu_model(u.handle, C.int(model))) }

// SetTCGBufferSize sets the bytes for translated code; it must come before anything that initializes the engine.
func (u *Unicorn) SetTCGBufferSize(size uint32) error {
	return check(C.ctl_tcg_buffer(u.handle, C.uint32_t(size)))
}

// SetTLBMode chooses who fills the TLB: TLB_CPU or TLB_VIRTUAL.
func (u *Unicorn) SetTLBMode(mode int) error { return check(C.ctl_tlb_mode(u.handle, C.int(mode))) }

// EnableExits makes the list of exits, empty at first, take the place of Start's until.
func (u *Unicorn) EnableExits() error { return check(C.ctl_exits_enable(u.handle)) }

// FlushTLB forgets all translations of addresses.
func (u *Unicorn) FlushTLB() error { return check(C.ctl_flush_tlb(u.handle)) }

// FlushTB forgets all translated code.
func (u *Unicorn) FlushTB() error { return check(C.ctl_flush_tb(u.handle)) }

// RemoveCache forgets the code translated from [from, to).
func (u *Unicorn) RemoveCache(from, to uint64) error {
	return check(C.ctl_remove_cache(u.handle, C.uint64_t(from), C.uint64_t(to)))
}

// MemMapPtr maps host memory that stays the caller's.
func (u *Unicorn) MemMapPtr(addr, size uint64, prot int, ptr unsafe.Pointer) error {
	return check(C.uc_mem_map_ptr(u.handle, C.uint64_t(addr), C.size_t(size), C.uint32_t(prot), ptr))
}

// RegRead reads a register of at most 64 bits.
func (u *Unicorn) RegRead(reg int) (uint64, error) {
	var v C.uint64_t
	err := check(C.uc_reg_read(u.handle, C.int(reg), unsafe.Pointer(&v)))
	return uint64(v), err
}

// RegWrite writes a register of at most 64 bits.
func (u *Unicorn) RegWrite(reg int, value uint64) error {
	v := C.uint64_t(value)
	return check(C.uc_reg_write(u.handle, C.int(reg), unsafe.Pointer(&v)))
}

// RegReadBig reads a register into dst, which must be large enough for it, in the library's own form.
func (u *Unicorn) RegReadBig(reg int, dst []byte) error {
	n := C.size_t(len(dst))
	return check(C.uc_reg_read2(u.handle, C.int(reg), unsafe.Pointer(unsafe.SliceData(dst)), &n))
}

// RegWriteBig writes a register from src.
func (u *Unicorn) RegWriteBig(reg int, src []byte) error {
	n := C.size_t(len(src))
	return check(C.uc_reg_write2(u.handle, C.int(reg), unsafe.Pointer(unsafe.SliceData(src)), &n))
}

// Start runs code from begin on until something stops it.
func (u *Unicorn) Start(begin, until uint64) error {
	return check(C.uc_emu_start(u.handle, C.uint64_t(begin), C.uint64_t(until), 0, 0))
}

// Stop makes Start return; any thread may call it.
func (u *Unicorn) Stop() error { return check(C.uc_emu_stop(u.handle)) }

// NewContext allocates a context for this engine's state.
func (u *Unicorn) NewContext() (*Context, error) {
	c := &Context{}
	if err := check(C.uc_context_alloc(u.handle, &c.handle)); err != nil {
		return nil, err
	}
	return c, nil
}

// ContextSave copies the CPU state into c.
func (u *Unicorn) ContextSave(c *Context) error { return check(C.uc_context_save(u.handle, c.handle)) }

// ContextRestore copies c into the CPU state.
func (u *Unicorn) ContextRestore(c *Context) error {
	return check(C.uc_context_restore(u.handle, c.handle))
}

// Free frees the context.
func (c *Context) Free() { C.uc_context_free(c.handle) }
