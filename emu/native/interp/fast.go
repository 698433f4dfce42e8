package interp

import (
	"math/bits"

	"muslrun/emu/native/ir"
)

// Steps for what guests do most: nothing is looked up while they run. Each does what evaluate or control would do.

// fastOf is the step function of an instruction; nil if there is no fast one.
func fastOf(r *ir.Region, in *ir.Insn) func(*Runner, *step) bool {
	switch {
	case in.Op == ir.Load && r.Class(in.Dst[0]) == ir.Int, in.Op == ir.Store && r.Class(in.Args[2]) == ir.Int:
		return fastMemory(in)
	case in.Op == ir.Branch && in.Size == 8:
		return fastBranch[in.Cond]
	case in.Dst[1] != ir.None || in.Op == ir.Mov && r.Class(in.Dst[0]) != ir.Int:
		return nil
	case in.Op == ir.SetCond && in.Size == 8:
		return fastSetCond[in.Cond]
	case in.Size == 8:
		return fast64[in.Op]
	case in.Size == 4:
		return fast32[in.Op]
	}
	return nil
}

func (r *Runner) a(st *step) uint64 { return r.int(st.args[0]) }
func (r *Runner) b(st *step) uint64 { return r.int(st.args[1]) }

// put sets an Int result, and goes on.
func (r *Runner) put(st *step, v uint64) bool {
	r.setInt(st.dst[0], v)
	return false
}

func (r *Runner) put32(st *step, v uint64) bool { return r.put(st, uint64(uint32(v))) }

var fast64 = [ir.NumOps]func(*Runner, *step) bool{
	ir.Mov:     mov64,
	ir.Add:     add64,
	ir.Sub:     sub64,
	ir.And:     and64,
	ir.Or:      or64,
	ir.Xor:     xor64,
	ir.AndNot:  andNot64,
	ir.Not:     not64,
	ir.Neg:     neg64,
	ir.Mul:     mul64,
	ir.Shl:     shl64,
	ir.Shr:     shr64,
	ir.Sar:     sar64,
	ir.Rotr:    rotr64,
	ir.Sext:    sext64,
	ir.Zext:    zext64,
	ir.Extract: extract64,
	ir.MulHiU:  mulHiU64,
}

var fast32 = [ir.NumOps]func(*Runner, *step) bool{
	ir.Add:    add32,
	ir.Sub:    sub32,
	ir.And:    and32,
	ir.Or:     or32,
	ir.Xor:    xor32,
	ir.AndNot: andNot32,
	ir.Not:    not32,
	ir.Neg:    neg32,
	ir.Mul:    mul32,
	ir.Shl:    shl32,
	ir.Shr:    shr32,
	ir.Sar:    sar32,
	ir.Rotr:   rotr32,
}

func mov64(r *Runner, st *step) bool    { return r.put(st, r.a(st)) }
func add64(r *Runner, st *step) bool    { return r.put(st, r.a(st)+r.b(st)) }
func add32(r *Runner, st *step) bool    { return r.put32(st, r.a(st)+r.b(st)) }
func sub64(r *Runner, st *step) bool    { return r.put(st, r.a(st)-r.b(st)) }
func sub32(r *Runner, st *step) bool    { return r.put32(st, r.a(st)-r.b(st)) }
func and64(r *Runner, st *step) bool    { return r.put(st, r.a(st)&r.b(st)) }
func and32(r *Runner, st *step) bool    { return r.put32(st, r.a(st)&r.b(st)) }
func or64(r *Runner, st *step) bool     { return r.put(st, r.a(st)|r.b(st)) }
func or32(r *Runner, st *step) bool     { return r.put32(st, r.a(st)|r.b(st)) }
func xor64(r *Runner, st *step) bool    { return r.put(st, r.a(st)^r.b(st)) }
func xor32(r *Runner, st *step) bool    { return r.put32(st, r.a(st)^r.b(st)) }
func andNot64(r *Runner, st *step) bool { return r.put(st, r.a(st)&^r.b(st)) }
func andNot32(r *Runner, st *step) bool { return r.put32(st, r.a(st)&^r.b(st)) }
func not64(r *Runner, st *step) bool    { return r.put(st, ^r.a(st)) }
func not32(r *Runner, st *step) bool    { return r.put32(st, ^r.a(st)) }
func neg64(r *Runner, st *step) bool    { return r.put(st, -r.a(st)) }
func neg32(r *Runner, st *step) bool    { return r.put32(st, -r.a(st)) }
func mul64(r *Runner, st *step) bool    { return r.put(st, r.a(st)*r.b(st)) }
func mul32(r *Runner, st *step) bool    { return r.put32(st, r.a(st)*r.b(st)) }
func shl64(r *Runner, st *step) bool    { return r.put(st, r.a(st)<<(r.b(st)&63)) }
func shl32(r *Runner, st *step) bool    { return r.put32(st, r.a(st)<<(r.b(st)&31)) }
func shr64(r *Runner, st *step) bool    { return r.put(st, r.a(st)>>(r.b(st)&63)) }
func shr32(r *Runner, st *step) bool    { return r.put32(st, uint64(uint32(r.a(st))>>(r.b(st)&31))) }
func sar64(r *Runner, st *step) bool    { return r.put(st, uint64(int64(r.a(st))>>(r.b(st)&63))) }
func sar32(r *Runner, st *step) bool    { return r.put32(st, uint64(int32(r.a(st))>>(r.b(st)&31))) }
func rotr64(r *Runner, st *step) bool   { return r.put(st, bits.RotateLeft64(r.a(st), -int(r.b(st)&63))) }
func rotr32(r *Runner, st *step) bool {
	return r.put32(st, uint64(bits.RotateLeft32(uint32(r.a(st)), -int(r.b(st)&31))))
}
func sext64(r *Runner, st *step) bool { return r.put(st, uint64(signExtend(r.a(st), uint(st.imm)))) }
func zext64(r *Runner, st *step) bool { return r.put(st, r.a(st)&field(uint(st.imm))) }
func extract64(r *Runner, st *step) bool {
	return r.put(st, r.a(st)>>uint(st.imm&0xff)&field(uint(st.imm>>8&0xff)))
}
func mulHiU64(r *Runner, st *step) bool { return r.put(st, mulHi(r.a(st), r.b(st), 8)) }

// By condition, on 64 bits.
var (
	fastBranch = [256]func(*Runner, *step) bool{
		ir.EQ:  branchEQ,
		ir.NE:  branchNE,
		ir.LTS: branchLTS,
		ir.GES: branchGES,
		ir.LES: branchLES,
		ir.GTS: branchGTS,
		ir.LTU: branchLTU,
		ir.GEU: branchGEU,
		ir.LEU: branchLEU,
		ir.GTU: branchGTU,
		ir.TST: branchTST,
		ir.TZ:  branchTZ,
	}
	fastSetCond = [256]func(*Runner, *step) bool{
		ir.EQ:  setEQ,
		ir.NE:  setNE,
		ir.LTS: setLTS,
		ir.GES: setGES,
		ir.LES: setLES,
		ir.GTS: setGTS,
		ir.LTU: setLTU,
		ir.GEU: setGEU,
		ir.LEU: setLEU,
		ir.GTU: setGTU,
		ir.TST: setTST,
		ir.TZ:  setTZ,
	}
)

// go2 goes to the first target if yes, else to the second.
func (r *Runner) go2(st *step, yes bool) bool {
	if yes {
		return r.follow(&st.succ[0])
	}
	return r.follow(&st.succ[1])
}

func branchEQ(r *Runner, st *step) bool  { return r.go2(st, r.a(st) == r.b(st)) }
func branchNE(r *Runner, st *step) bool  { return r.go2(st, r.a(st) != r.b(st)) }
func branchLTS(r *Runner, st *step) bool { return r.go2(st, int64(r.a(st)) < int64(r.b(st))) }
func branchGES(r *Runner, st *step) bool { return r.go2(st, int64(r.a(st)) >= int64(r.b(st))) }
func branchLES(r *Runner, st *step) bool { return r.go2(st, int64(r.a(st)) <= int64(r.b(st))) }
func branchGTS(r *Runner, st *step) bool { return r.go2(st, int64(r.a(st)) > int64(r.b(st))) }
func branchLTU(r *Runner, st *step) bool { return r.go2(st, r.a(st) < r.b(st)) }
func branchGEU(r *Runner, st *step) bool { return r.go2(st, r.a(st) >= r.b(st)) }
func branchLEU(r *Runner, st *step) bool { return r.go2(st, r.a(st) <= r.b(st)) }
func branchGTU(r *Runner, st *step) bool { return r.go2(st, r.a(st) > r.b(st)) }
func branchTST(r *Runner, st *step) bool { return r.go2(st, r.a(st)&r.b(st) != 0) }
func branchTZ(r *Runner, st *step) bool  { return r.go2(st, r.a(st)&r.b(st) == 0) }
func setEQ(r *Runner, st *step) bool     { return r.put(st, bit(r.a(st) == r.b(st))) }
func setNE(r *Runner, st *step) bool     { return r.put(st, bit(r.a(st) != r.b(st))) }
func setLTS(r *Runner, st *step) bool    { return r.put(st, bit(int64(r.a(st)) < int64(r.b(st)))) }
func setGES(r *Runner, st *step) bool    { return r.put(st, bit(int64(r.a(st)) >= int64(r.b(st)))) }
func setLES(r *Runner, st *step) bool    { return r.put(st, bit(int64(r.a(st)) <= int64(r.b(st)))) }
func setGTS(r *Runner, st *step) bool    { return r.put(st, bit(int64(r.a(st)) > int64(r.b(st)))) }
func setLTU(r *Runner, st *step) bool    { return r.put(st, bit(r.a(st) < r.b(st))) }
func setGEU(r *Runner, st *step) bool    { return r.put(st, bit(r.a(st) >= r.b(st))) }
func setLEU(r *Runner, st *step) bool    { return r.put(st, bit(r.a(st) <= r.b(st))) }
func setGTU(r *Runner, st *step) bool    { return r.put(st, bit(r.a(st) > r.b(st))) }
func setTST(r *Runner, st *step) bool    { return r.put(st, bit(r.a(st)&r.b(st) != 0)) }
func setTZ(r *Runner, st *step) bool     { return r.put(st, bit(r.a(st)&r.b(st) == 0)) }
