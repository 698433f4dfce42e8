package interp

import "muslrun/emu/native/ir"

// control has the operations that Eval does not carry.
var control [ir.NumOps]func(*Runner, *step) bool

func init() {
	for op, f := range map[ir.Op]func(*Runner, *step) bool{
		ir.Load: loadInt, ir.Store: storeInt, ir.CmpXchg: cmpXchg, ir.CmpXchgPair: cmpXchgPair, ir.AtomicRMW: atomicRMW,
		ir.Fence: fence, ir.Helper: helper, ir.ExitIf: exitIf, ir.Jump: jump, ir.Branch: branch, ir.BranchF: branchFlags,
		ir.JumpReg: jumpReg, ir.SwitchMode: jumpReg, ir.Exit: exit,
	} {
		control[op] = f
	}
}

func fence(*Runner, *step) bool {
	fullFence()
	return false
}

// helper calls a helper of the front-end. It may be one that touches guest memory.
func helper(r *Runner, st *step) bool {
	for k := range st.inputs {
		r.s.In[k] = r.word(st.args[k])
	}
	r.pc, r.addr, r.access = st.pc, 0, 0
	kind, code := r.helper[ir.HelperIndex(st.imm)](r.s, st.imm>>16)
	if kind != ir.ExitLookup {
		return r.leave(kind, code, st.pc)
	}
	r.setWord(st.dst[0], r.s.Out[0])
	r.setWord(st.dst[1], r.s.Out[1])
	return false
}

func exitIf(r *Runner, st *step) bool {
	if !holds(st.cond, r.int(st.args[0]), r.int(st.args[1]), st.size) {
		return false
	}
	if kind := ir.ExitKind(st.imm); kind == ir.ExitBusError {
		r.s.FaultAddr = r.int(st.args[2]) & r.mask
	}
	return r.leave(ir.ExitKind(st.imm), st.imm>>8, st.pc)
}

// follow goes on at a target.
func (r *Runner) follow(t *ir.Target) bool {
	if t.Block == ir.Outside {
		return r.leave(ir.ExitLookup, 0, t.PC)
	}
	r.next = t.Block
	return false
}

func jump(r *Runner, st *step) bool { return r.follow(&st.succ[0]) }

func branch(r *Runner, st *step) bool {
	no := bit(!holds(st.cond, r.int(st.args[0]), r.int(st.args[1]), st.size))
	return r.follow(&st.succ[no])
}

func branchFlags(r *Runner, st *step) bool {
	return r.follow(&st.succ[bit(!holdsFlags(st.cond, r.int(st.args[0])))])
}

func jumpReg(r *Runner, st *step) bool { return r.leave(ir.ExitLookup, 0, r.int(st.args[0])) }

func exit(r *Runner, st *step) bool {
	if st.inputs > 0 {
		r.s.FaultAddr = r.int(st.args[0]) & r.mask
	}
	return r.leave(ir.ExitKind(st.imm), st.imm>>8, st.succ[0].PC)
}
