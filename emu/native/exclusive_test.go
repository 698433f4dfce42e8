package native_test

import (
	"testing"

	"muslrun/emu"
	"muslrun/emu/native"
)

// TestSystemCallEndsReservation: a store-conditional does not succeed by the load of a signal handler, which returns by a
// system call.
func TestSystemCallEndsReservation(t *testing.T) {
	const code, data = 0x10000, 0x20000
	for _, c := range []struct {
		abi, base, failed string
		words             []uint32
	}{
		{"riscv64", "x11", "x12", []uint32{0x1005a52f, 0x00000073, 0x18a5a62f, 0x00000073}}, // lr.w, ecall, sc.w, ecall
		{"aarch64", "x1", "x2", []uint32{0x885f7c20, 0xd4000001, 0x88027c20, 0xd4000001}},   // ldxr, svc, stxr, svc
	} {
		for _, e := range []emu.Engine{native.New(), native.NewInterpreter()} {
			g := newGuest(t, e, c.abi)
			g.code(code, c.words...)
			g.data(data, 5)
			g.set(c.base, data)
			g.run(emu.SystemCall)
			g.run(emu.SystemCall)
			if g.get(c.failed) != 1 {
				t.Errorf("%s, %s: the store succeeds", c.abi, e.Name())
			}
		}
	}
}
