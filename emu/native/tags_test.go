package native_test

import (
	"encoding/binary"
	"testing"

	"muslrun/emu"
	"muslrun/emu/native"
)

// tag is in the upper byte of an address.
const tag = 0x5a << 56

// TestTags executes A64 code whose addresses have tags, which neither accesses nor jumps look at.
func TestTags(t *testing.T) {
	for _, e := range []emu.Engine{native.New(), native.NewInterpreter()} {
		t.Run(e.Name(), func(t *testing.T) { testTags(t, e) })
	}
}

func testTags(t *testing.T, e emu.Engine) {
	const code, data = 0x10000, 0x20000
	g := newGuest(t, e, "aarch64")
	g.code(code,
		0xf9400020, // ldr x0, [x1]
		0xf9000420, // str x0, [x1, #8]
		0xf8627823, // ldr x3, [x1, x2, lsl #3]
		0xc85f7c24, // ldxr x4, [x1]
		0xc8057c20, // stxr w5, x0, [x1]
		0xa9810020, // stp x0, x0, [x1, #16]!
		0x4c40a020, // ld1 {v0.16b, v1.16b}, [x1]
		0xd61f00c0, // br x6
		0xd4200020, // brk #1
		0xd4000001, // svc #0
	)
	g.data(data, 0x1122334455667788)
	g.set("x1", tag|data)
	g.set("x2", 1)
	g.set("x5", 7)
	g.set("x6", tag|(code+36))
	g.run(emu.SystemCall)
	for name, want := range map[string]uint64{
		"x0": 0x1122334455667788, "x3": 0x1122334455667788, "x4": 0x1122334455667788, "x5": 0, "x1": tag | (data + 16), "pc": code + 40,
	} {
		if got := g.get(name); got != want {
			t.Errorf("%s is %#x, not %#x", name, got, want)
		}
	}
	if got := binary.LittleEndian.Uint64(g.w.Bytes(data+24, 8)); got != 0x1122334455667788 {
		t.Errorf("stp stored %#x", got)
	}
	g.set("x1", tag|0x40000)
	g.set("pc", code)
	if s := g.run(emu.Fault); s.Addr != 0x40000 || g.get("pc") != code {
		t.Errorf("a fault at %#x, pc %#x: Linux takes the tag from si_addr", s.Addr, g.get("pc"))
	}
}
