package s390x

import (
	"encoding/binary"
	"strconv"

	"muslrun/arch"
	"muslrun/arch/linux"
)

// saveVectors adds the lower halves of v0 to v15.
func saveVectors(f *arch.Frame) linux.Errno {
	if f.RT {
		f.Put("UC.Flags", ucVXRS)
	}
	var v [16]byte
	for i := range 16 {
		f.Regs.RegBytes(vector(f, i), v[:])
		f.Put("Ext.Low."+strconv.Itoa(i), binary.LittleEndian.Uint64(v[:8]))
	}
	return 0
}

// loadVectors sets them; the upper halves are those of f0 to f15, which have been set.
func loadVectors(f *arch.Frame) {
	var v [16]byte
	for i := range 16 {
		f.Regs.RegBytes(vector(f, i), v[:])
		binary.LittleEndian.PutUint64(v[:8], f.Get("Ext.Low."+strconv.Itoa(i)))
		f.Regs.SetRegBytes(vector(f, i), v[:])
	}
}

func vector(f *arch.Frame, i int) arch.Reg {
	return f.Shape.ABI().ISA.Regs.Reg("v" + strconv.Itoa(i))
}
