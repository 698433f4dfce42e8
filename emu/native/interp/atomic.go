package interp

import (
	"sync/atomic"
	"unsafe"

	"muslrun/emu/native/ir"
)

// update replaces the number of size bytes at p by f of it, in one step for all threads, and returns what was there. A number
// of 1 or 2 bytes is changed as a part of the four bytes around it.
func update(p unsafe.Pointer, size uint8, f func(old uint64) uint64) uint64 {
	switch size {
	case 8:
		for word := (*uint64)(p); ; {
			if old := atomic.LoadUint64(word); atomic.CompareAndSwapUint64(word, old, f(old)) {
				return old
			}
		}
	case 4:
		for word := (*uint32)(p); ; {
			if old := atomic.LoadUint32(word); atomic.CompareAndSwapUint32(word, old, uint32(f(uint64(old)))) {
				return uint64(old)
			}
		}
	}
	around, shift := uintptr(p)&3, uint(0)
	if around+uintptr(size) > 4 {
		around = 1 // two bytes in the middle of four that are not aligned
	}
	word, shift := (*uint32)(unsafe.Add(p, -int(around))), 8*uint(around)
	mask := uint32(ones(size)) << shift
	for {
		whole := atomic.LoadUint32(word)
		old := uint64(whole & mask >> shift)
		if atomic.CompareAndSwapUint32(word, whole, whole&^mask|uint32(f(old))<<shift&mask) {
			return old
		}
	}
}

func atomicRMW(r *Runner, st *step) bool {
	p := r.host(st, r.address(st), uint64(st.size), writable)
	if p == nil {
		return true
	}
	operand := r.int(st.args[2]) & ones(st.size)
	old := update(p, st.size, func(old uint64) uint64 {
		return inOrder(modify(inOrder(old, st.size, st.aux), operand, st.size, st.aux), st.size, st.aux)
	})
	r.setInt(st.dst[0], inOrder(old, st.size, st.aux))
	return false
}

// modify is the new value of an AtomicRMW.
func modify(old, v uint64, size uint8, aux ir.Aux) uint64 {
	var result uint64
	switch aux & ir.RMWMask {
	case ir.RMWAdd:
		result = old + v
	case ir.RMWSub:
		result = old - v
	case ir.RMWAnd:
		result = old & v
	case ir.RMWOr:
		result = old | v
	case ir.RMWXor:
		result = old ^ v
	case ir.RMWAndNot:
		result = old &^ v
	case ir.RMWXchg:
		result = v
	case ir.RMWMinS:
		result = uint64(min(signed(old, size), signed(v, size)))
	case ir.RMWMaxS:
		result = uint64(max(signed(old, size), signed(v, size)))
	case ir.RMWMinU:
		result = min(old, v)
	case ir.RMWMaxU:
		result = max(old, v)
	}
	return result & ones(size)
}

// cmpXchg writes even if the comparison fails: what is there, so that it orders memory in either case.
func cmpXchg(r *Runner, st *step) bool {
	p := r.host(st, r.address(st), uint64(st.size), writable)
	if p == nil {
		return true
	}
	expected := inOrder(r.int(st.args[2])&ones(st.size), st.size, st.aux)
	replacement := inOrder(r.int(st.args[3])&ones(st.size), st.size, st.aux)
	old := update(p, st.size, func(old uint64) uint64 {
		if old == expected {
			return replacement
		}
		return old
	})
	r.setInt(st.dst[0], inOrder(old, st.size, st.aux))
	return false
}

func cmpXchgPair(r *Runner, st *step) bool {
	addr := (r.int(st.args[0]) + uint64(st.imm)) & r.mask
	size := st.size
	if addr%(2*uint64(size)) != 0 {
		r.s.FaultAddr = addr
		return r.leave(ir.ExitBusError, 1, st.pc)
	}
	p := r.host(st, addr, 2*uint64(size), writable)
	if p == nil {
		return true
	}
	var v [4]uint64
	for k := range v {
		v[k] = inOrder(r.int(st.args[1+k])&ones(size), size, st.aux)
	}
	var old [2]uint64
	if size == 8 {
		old[0], old[1] = cmpXchg128(p, v[0], v[1], v[2], v[3])
	} else {
		both := update(p, 8, func(old uint64) uint64 {
			if old == v[0]|v[1]<<32 {
				return v[2] | v[3]<<32
			}
			return old
		})
		old = [2]uint64{both & ones(4), both >> 32}
	}
	r.setInt(st.dst[0], inOrder(old[0], size, st.aux))
	r.setInt(st.dst[1], inOrder(old[1], size, st.aux))
	return false
}
