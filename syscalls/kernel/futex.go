package kernel

import (
	"math/bits"
	"sync/atomic"
	"unsafe"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/syscalls/futex"
	"muslrun/syscalls/mm"
)

// FutexKey identifies the word at an address. A private futex is a place in the address space; a shared one is a place in
// the object that is mapped there, if it is shared memory.
func (t *Task) FutexKey(addr uint64, private bool) (futex.Key, linux.Errno) {
	if addr&3 != 0 {
		return futex.Key{}, linux.EINVAL
	}
	space := t.Memory.Space
	if len(space.View(addr, 4, emu.Read)) < 4 {
		return futex.Key{}, linux.EFAULT
	}
	if !private {
		if object, offset := space.Shared(addr); object != nil {
			return futex.Key{Object: object, Offset: uint64(offset)}, 0
		}
	}
	return futex.Key{Object: space, Offset: addr}, 0
}

// FutexWord is a futex in guest memory. It implements futex.Word: loads are atomic; swaps happen while no guest code of
// the address space runs, because engines that run one task at a time do not lock the host's bus for the guest's atomics.
type FutexWord struct {
	Memory *Memory
	Addr   uint64
}

// Load implements futex.Word.
func (w FutexWord) Load() (v uint32, errno linux.Errno) {
	defer mm.Caught(&errno)
	p, errno := w.pointer(emu.Read)
	if errno != 0 {
		return 0, errno
	}
	return w.order(atomic.LoadUint32(p)), 0
}

// Swap implements futex.Word.
func (w FutexWord) Swap(old, v uint32) (ok bool, errno linux.Errno) {
	defer mm.Caught(&errno)
	p, errno := w.pointer(emu.Write)
	if errno != 0 {
		return false, errno
	}
	w.Memory.Machine.Pause()
	defer w.Memory.Machine.Resume()
	return atomic.CompareAndSwapUint32(p, w.order(old), w.order(v)), 0
}

func (w FutexWord) pointer(access emu.Access) (*uint32, linux.Errno) {
	v := w.Memory.Space.View(w.Addr, 4, access)
	if len(v) < 4 {
		return nil, linux.EFAULT
	}
	return (*uint32)(unsafe.Pointer(&v[0])), 0
}

// order converts between the guest's byte order and the host's, which is little-endian.
func (w FutexWord) order(v uint32) uint32 {
	if w.Memory.Space.ABI().Data.Order == layout.Big {
		return bits.ReverseBytes32(v)
	}
	return v
}

// FutexWait waits for a wake-up of a word: 0, or as Block.
func (t *Task) FutexWait(w *futex.Waiter, deadline int64) linux.Errno {
	for {
		if w.Woken() {
			return 0
		}
		if errno := t.Block(deadline); errno != 0 {
			if w.Cancel() {
				return errno
			}
			return 0 // woken at the last moment: that counts
		}
	}
}

// clearChildTID does CLONE_CHILD_CLEARTID: the word becomes 0, and one waiter is woken. It is how joining a thread works.
func (t *Task) clearChildTID() {
	addr := t.ClearChildTID
	if t.ClearChildTID = 0; addr == 0 || t.Memory.alone() {
		return
	}
	if t.Memory.Space.SetWord(addr, 4, 0) != 0 {
		return
	}
	t.wakeOne(addr)
}

// alone reports whether the memory has one user only: nobody can see it any more when that ends. Shared futexes of other
// processes are not ClearChildTID's.
func (m *Memory) alone() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.refs == 1
}

// maxRobust bounds the walk of a robust list (ROBUST_LIST_LIMIT).
const maxRobust = 2048

// releaseRobustList marks the robust futexes that an ending task holds, and wakes who waits for them
// (exit_robust_list).
func (t *Task) releaseRobustList() {
	head := t.RobustList
	if t.RobustList = 0; head == 0 {
		return
	}
	var h linux.RobustListHead
	if mm.Load(t.Memory.Space, t.ABI.Structs.RobustList, head, &h) != 0 {
		return
	}
	entry := h.Next
	for range maxRobust {
		if entry&^1 == head {
			break
		}
		next, errno := t.Memory.Space.Pointer(entry &^ 1)
		if entry&^1 != h.ListOpPending&^1 {
			t.releaseRobust(entry&^1+uint64(h.FutexOffset), entry&1 != 0, false)
		}
		if errno != 0 {
			return
		}
		entry = next
	}
	if h.ListOpPending != 0 {
		t.releaseRobust(h.ListOpPending&^1+uint64(h.FutexOffset), h.ListOpPending&1 != 0, true)
	}
}

// releaseRobust hands one robust futex on (handle_futex_death).
func (t *Task) releaseRobust(addr uint64, pi, pending bool) {
	word := FutexWord{t.Memory, addr & t.pointerMask()}
	for {
		v, errno := word.Load()
		if errno != 0 {
			return
		}
		if pending && !pi && v == 0 {
			t.wakeOne(word.Addr)
			return
		}
		if v&futex.TIDMask != uint32(t.TID) {
			return
		}
		if pi {
			t.releasePI(word)
			return
		}
		ok, errno := word.Swap(v, v&futex.Waiters|futex.OwnerDied)
		if errno != 0 {
			return
		}
		if ok {
			if v&futex.Waiters != 0 {
				t.wakeOne(word.Addr)
			}
			return
		}
	}
}

func (t *Task) pointerMask() uint64 {
	if t.ABI.Data.PtrSize == 4 {
		return 1<<32 - 1
	}
	return 1<<64 - 1
}

// wakeOne wakes one waiter of a word, as shared futexes are (which is the same as private where memory is).
func (t *Task) wakeOne(addr uint64) {
	if key, errno := t.FutexKey(addr, false); errno == 0 {
		t.Kernel.Futexes.Wake(key, 1, futex.Any)
	}
}

func (t *Task) releasePI(word FutexWord) {
	if key, errno := t.FutexKey(word.Addr, false); errno == 0 {
		t.Kernel.Futexes.OwnerDeath(key, word, uint32(t.TID))
	}
}
