package interp

import (
	"unsafe"

	"muslrun/emu/native/ir"
)

// fastMemory is the step function of a load or store of an Int in little-endian order; nil of others.
func fastMemory(in *ir.Insn) func(*Runner, *step) bool {
	switch {
	case weak || in.Aux&(ir.MemBig|ir.MemSeqCst) != 0:
		return nil
	case in.Op == ir.Store:
		return fastStores[in.Size&15]
	case in.Aux&ir.MemSigned32 != 0:
		return nil
	case in.Aux&ir.MemSigned != 0:
		return fastSigned[in.Size&15]
	}
	return fastLoads[in.Size&15]
}

// By size.
var (
	fastLoads  = [16]func(*Runner, *step) bool{1: loadU8, 2: loadU16, 4: loadU32, 8: load64}
	fastSigned = [16]func(*Runner, *step) bool{1: loadS8, 2: loadS16, 4: loadS32, 8: load64}
	fastStores = [16]func(*Runner, *step) bool{1: store8, 2: store16, 4: store32, 8: store64}
)

// toRead and toWrite say where an access is in the host's memory.
func (r *Runner) toRead(st *step, size uint64) unsafe.Pointer {
	return r.host(st, r.address(st), size, readable)
}

func (r *Runner) toWrite(st *step, size uint64) unsafe.Pointer {
	return r.host(st, r.address(st), size, writable)
}

func loadU8(r *Runner, st *step) bool {
	p := r.toRead(st, 1)
	return p == nil || r.put(st, uint64(*(*uint8)(p)))
}

func loadU16(r *Runner, st *step) bool {
	p := r.toRead(st, 2)
	return p == nil || r.put(st, uint64(*(*uint16)(p)))
}

func loadU32(r *Runner, st *step) bool {
	p := r.toRead(st, 4)
	return p == nil || r.put(st, uint64(*(*uint32)(p)))
}

func load64(r *Runner, st *step) bool {
	p := r.toRead(st, 8)
	return p == nil || r.put(st, *(*uint64)(p))
}

func loadS8(r *Runner, st *step) bool {
	p := r.toRead(st, 1)
	return p == nil || r.put(st, uint64(*(*int8)(p)))
}

func loadS16(r *Runner, st *step) bool {
	p := r.toRead(st, 2)
	return p == nil || r.put(st, uint64(*(*int16)(p)))
}

func loadS32(r *Runner, st *step) bool {
	p := r.toRead(st, 4)
	return p == nil || r.put(st, uint64(*(*int32)(p)))
}

func store8(r *Runner, st *step) bool {
	p := r.toWrite(st, 1)
	if p == nil {
		return true
	}
	*(*uint8)(p) = uint8(r.int(st.args[2]))
	return false
}

func store16(r *Runner, st *step) bool {
	p := r.toWrite(st, 2)
	if p == nil {
		return true
	}
	*(*uint16)(p) = uint16(r.int(st.args[2]))
	return false
}

func store32(r *Runner, st *step) bool {
	p := r.toWrite(st, 4)
	if p == nil {
		return true
	}
	*(*uint32)(p) = uint32(r.int(st.args[2]))
	return false
}

func store64(r *Runner, st *step) bool {
	p := r.toWrite(st, 8)
	if p == nil {
		return true
	}
	*(*uint64)(p) = r.int(st.args[2])
	return false
}
