package ppc

import (
	"slices"
	"time"

	"muslrun/emu/native/ir"
)

// system is the special purpose registers, storage control and synchronization.
var system = []row{
	{Name: "mfspr", Bits: "011111 rt:5 spr:10 0101010011 any:1", Emit: op{emit: moveFromSPR, valid: readable}},
	{Name: "mftb", Bits: "011111 rt:5 spr:10 0101110011 any:1", Emit: op{emit: moveFromSPR, valid: timeBase}},
	{Name: "mtspr", Bits: "011111 rs:5 spr:10 0111010011 any:1", Emit: op{emit: moveToSPR, valid: writable}},
	{Name: "mtxer", Bits: "011111 rs:5 00001 00000 0111010011 any:1", Emit: op{emit: moveToXER, flow: stops}},
	x31("sync", 598, func(g gen) {
		if g.at(9, 10) != 1 { // lwsync leaves open only what hosts order anyway
			g.Do(ir.Insn{Op: ir.Fence})
		}
	}),
	x31("eieio", 854, func(gen) {}),
	{Name: "isync", Bits: "010011 any:15 0010010110 any:1", Emit: op{emit: func(gen) {}}},
	x31("dcbt", 278, func(gen) {}), x31("dcbtst", 246, func(gen) {}), x31("dcba", 758, func(gen) {}), x31("icbt", 22, func(gen) {}),
	x31("dcbst", 54, touch), x31("dcbf", 86, touch), x31("dcbz", 1014, clearBlock),
	{Name: "icbi", Bits: "011111 any:5 ra:5 rb:5 1111010110 any:1", Emit: op{emit: invalidate, flow: stops}},
}

// Numbers of the special purpose registers that a user has.
const (
	sprXER, sprDSCR, sprLR, sprCTR  = 1, 3, 8, 9
	sprVRSAVE, sprUSPRG3            = 256, 259
	sprTB, sprTBU, sprPVR, sprTAR   = 268, 269, 287, 815
	sprPPR, sprPPR32                = 896, 898
	processorVersion64, processorG4 = 0x004d0200, 0x80030101 // POWER8, MPC7447A
	priorityMedium                  = 3 << 50
	timeBaseFrequency               = 512_000_000
	blockSize64, blockSize32        = 128, 32 // bytes of a cache block
)

// registers are those that are globals.
var registers = map[int]ir.Value{sprLR: lr, sprCTR: ctr, sprVRSAVE: vrsave, sprTAR: tar, sprDSCR: dscr}

func readable(w word) bool {
	return writable(w) || slices.Contains([]int{sprXER, sprUSPRG3, sprTB, sprTBU, sprPVR}, w.spr())
}

// writable: Linux lets users set the program priority, which has no effect here.
func writable(w word) bool {
	return registers[w.spr()] != 0 || w.spr() == sprPPR || w.spr() == sprPPR32
}

func timeBase(w word) bool { return w.spr() == sprTB || w.spr() == sprTBU }

func moveFromSPR(g gen) {
	switch n := g.spr(); n {
	case sprXER:
		v := g.Op(ir.Or, 8, xerLow, g.Op(ir.Shl, 8, g.so(), g.Const(31)))
		v = g.Op(ir.Or, 8, v, g.Op(ir.Shl, 8, xerOV, g.Const(30)))
		g.Set(gpr(g.rt()), g.Op(ir.Or, 8, v, g.Op(ir.Shl, 8, xerCA, g.Const(29))))
	case sprTB:
		g.Set(gpr(g.rt()), g.fit(g.Helper(ir.Int, 0, helpTimeBase, 0)))
	case sprTBU:
		g.Set(gpr(g.rt()), g.Op(ir.Shr, 8, g.Helper(ir.Int, 0, helpTimeBase, 0), g.Const(32)))
	case sprPVR:
		g.Set(gpr(g.rt()), g.Const(g.processorVersion()))
	case sprUSPRG3:
		g.Set(gpr(g.rt()), g.Const(0))
	case sprPPR:
		g.Set(gpr(g.rt()), g.imm(priorityMedium))
	case sprPPR32:
		g.Set(gpr(g.rt()), g.Const(priorityMedium>>32))
	default:
		g.Emit(ir.Insn{Op: ir.Mov, Size: 8, Dst: [2]ir.Value{gpr(g.rt()), ir.None}, Args: ir.Args(registers[n])})
	}
}

func (v *variant) processorVersion() uint64 {
	if v.size == 8 {
		return processorVersion64
	}
	return processorG4
}

func moveToSPR(g gen) {
	switch to := registers[g.spr()]; to {
	case 0: // the priority
	case vrsave:
		g.Set(to, g.low(gpr(g.rs())))
	default:
		g.Emit(ir.Insn{Op: ir.Mov, Size: 8, Dst: [2]ir.Value{to, ir.None}, Args: ir.Args(gpr(g.rs()))})
	}
}

// moveToXER ends the region: SO is the mode.
func moveToXER(g gen) {
	bit := func(to ir.Value, place int64) { g.Set(to, g.OpImm(ir.Extract, 8, place|1<<8, gpr(g.rs()))) }
	bit(xerSO, 31)
	bit(xerOV, 30)
	bit(xerCA, 29)
	g.Set(xerLow, g.Op(ir.And, 8, gpr(g.rs()), g.Const(xerRest)))
	g.Do(ir.Insn{Op: ir.SwitchMode}, g.imm(g.in.Next()))
}

// xerRest is the bits of XER below the flags that are kept, and stringCount those of the count of string instructions.
const (
	xerRest     = 0x1fffffff &^ (3 << 18)
	stringCount = 0x7f
)

// timeBaseStart is when the time base was 0.
var timeBaseStart = time.Now()

func readTimeBase(s *ir.State, _ int64) (ir.ExitKind, int64) {
	ns := uint64(time.Since(timeBaseStart).Nanoseconds())
	s.Out[0].Lo = ns/1000*(timeBaseFrequency/1_000_000) + ns%1000*(timeBaseFrequency/1_000_000)/1000
	return ir.ExitLookup, 0
}

// touch is what the instructions that write cache blocks back check: that the block may be read.
func touch(g gen) {
	a := g.xAddress()
	g.LoadX(ir.Int, 1, 0, a.base, a.index, 0)
}

// invalidate tells the engine of a block of code, which may have been written where the engine did not notice.
func invalidate(g gen) {
	touch(g)
	at, size := g.block()
	g.ExitAt(ir.ExitFlush, int64(size), at, g.wrap(g.in.Next()))
}

// block is the cache block that an instruction names, and its bytes.
func (g gen) block() (at ir.Value, size int) {
	size = blockSize64
	if g.size == 4 {
		size = blockSize32
	}
	return g.Op(ir.And, g.size, g.value(g.xAddress()), g.imm(^uint64(size-1))), size
}

func clearBlock(g gen) {
	at, size := g.block()
	zero := g.VecConst(0, 0)
	for i := 0; i < size; i += 16 {
		g.Store(16, 0, at, int64(i), zero)
	}
}
