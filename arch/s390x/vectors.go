package s390x

import (
	"encoding/binary"

	"muslrun/arch"
	"muslrun/arch/linux"
)

// saveVectors adds the lower halves of v0 to v15.
func saveVectors(f *arch.Frame) linux.Errno {
	if f.RT {
		f.Put("UC.Flags", ucVXRS)
	}
	var v [16]byte
	v0, lower := f.Bank("v"), f.Part("Ext.Low", 16*8)
	for i := range 16 {
		f.Regs.RegBytes(v0+arch.Reg(i), v[:])
		binary.BigEndian.PutUint64(lower[8*i:], binary.LittleEndian.Uint64(v[:8]))
	}
	return 0
}

// loadVectors sets v0 to v15, whose upper halves are f0 to f15.
func loadVectors(f *arch.Frame) {
	var v [16]byte
	v0, lower, upper := f.Bank("v"), f.Part("Ext.Low", 16*8), f.Part(prefix(f)+"Regs.F", 16*8)
	for i := range 16 {
		binary.LittleEndian.PutUint64(v[:8], binary.BigEndian.Uint64(lower[8*i:]))
		binary.LittleEndian.PutUint64(v[8:], binary.BigEndian.Uint64(upper[8*i:]))
		f.Regs.SetRegBytes(v0+arch.Reg(i), v[:])
	}
}
