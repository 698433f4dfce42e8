package amd64

import "muslrun/emu/native/ir"

// coldPath is code that is made behind the hot code of the region.
type coldPath struct {
	emit   func(c *Compiler, p *coldPath)
	from   label // where it begins
	back   label // where it goes on, if it does
	pc     uint64
	target ir.Target
	flags  hostFlags
	reg    reg
	size   uint8
	code   int64
	imm    int32
	index  int32
	place  place
	eval   evaluation
}

// addCold adds a cold path of the guest instruction at hand; its label is to be jumped to.
func (c *Compiler) addCold(emit func(c *Compiler, p *coldPath)) *coldPath {
	c.cold = append(c.cold, coldPath{emit: emit, from: c.newLabel(), pc: c.pc})
	return &c.cold[len(c.cold)-1]
}

func (c *Compiler) emitCold(p *coldPath) {
	path := *p // the list may grow
	c.pc = path.pc
	c.bind(path.from)
	c.point()
	path.emit(c, &path)
}

// setWord stores a constant in a field of State. It uses RAX if it has to.
func (c *Compiler) setWord(offset int32, v uint64) {
	if int64(v) == int64(int32(v)) {
		c.storeImm(8, state(offset), int32(v))
		return
	}
	c.movImm(rax, v)
	c.legacy(opStore, 8, rax, state(offset))
}

// leave ends the code of a way out: with a kind, at pc.
func (c *Compiler) leave(kind ir.ExitKind, pc uint64) {
	c.leaveSwaps()
	c.setWord(offPC, pc)
	c.storeImm(4, state(offExit), int32(kind))
	c.jmpIndirect(hostWord(hostExit))
}

// poll leaves if State.Poll is set.
func (c *Compiler) poll() {
	c.aluImm(opCmp, 4, state(offPoll), 0)
	p := c.addCold((*Compiler).coldPoll)
	p.pc = c.block.PC
	c.jcc(ccNE, p.from)
}

func (c *Compiler) coldPoll(p *coldPath) {
	c.setWord(offCode, 0)
	c.leave(ir.ExitPoll, p.pc)
}

// count subtracts the block's instructions from the budget.
func (c *Compiler) count() {
	c.aluImm(opSub, 8, state(offBudget), int32(c.block.Count))
	p := c.addCold((*Compiler).coldBudget)
	p.pc, p.imm = c.block.PC, int32(c.block.Count)
	c.jcc(ccL, p.from)
}

func (c *Compiler) coldBudget(p *coldPath) {
	c.aluImm(opAdd, 8, state(offBudget), p.imm)
	c.setWord(offCode, 0)
	c.leave(ir.ExitBudget, p.pc)
}

// link is the number of the exit to a guest address.
func (c *Compiler) link(pc uint64) int {
	for i, have := range c.links {
		if have == pc {
			return i
		}
	}
	c.links = append(c.links, pc)
	c.exits = append(c.exits, -1)
	return len(c.links) - 1
}

// jumpLink goes to another region. RAX and RCX are free there.
func (c *Compiler) jumpLink(n int) {
	c.leaveSwaps()
	c.byte(0xb8) // mov eax, link
	c.fixes = append(c.fixes, uint32(c.here()))
	c.word(int32(n))
	c.legacy(opLoad, 8, rcx, state(offLinks))
	c.legacy(opLoad, 4, rcx, atIndex(rcx, rax, 2, 0))
	c.legacy(opAdd, 8, rcx, state(offCodeBase))
	c.jmpIndirect(in(rcx))
}

// exitLabel is the cold path that goes to another region.
func (c *Compiler) exitLabel(pc uint64) label {
	n := c.link(pc)
	if c.exits[n] < 0 {
		p := c.addCold((*Compiler).coldLink)
		p.index = int32(n)
		c.exits[n] = p.from
	}
	return c.exits[n]
}

func (c *Compiler) coldLink(p *coldPath) { c.jumpLink(int(p.index)) }

// edge is where a jump to a target must lead: the block, a way out, or code that first puts flags into their place.
func (c *Compiler) edge(to ir.Target) label {
	c.passOn(to, !c.edgeFlags(to))
	if c.edgeFlags(to) {
		p := c.addCold((*Compiler).coldFlags)
		p.flags, p.target = c.flags, to
		return p.from
	}
	return c.targetLabel(to)
}

func (c *Compiler) targetLabel(to ir.Target) label {
	if to.Block == ir.Outside {
		return c.exitLabel(to.PC)
	}
	return c.blocks[to.Block]
}

func (c *Compiler) coldFlags(p *coldPath) {
	c.banks[0].clear()
	c.banks[1].clear()
	c.pack(p.flags.kind)
	c.put(p.flags.value, rax, never)
	c.goTo(p.target)
}

// goTo jumps to a target.
func (c *Compiler) goTo(to ir.Target) {
	if to.Block == ir.Outside {
		c.jumpLink(c.link(to.PC))
		return
	}
	c.jmp(c.blocks[to.Block])
}

// fallTo goes to a target at the end of a block, without a jump if it is the block behind.
func (c *Compiler) fallTo(to ir.Target) {
	c.passOn(to, !c.edgeFlags(to))
	if c.edgeFlags(to) {
		f := c.flags
		c.banks[ir.Int&1].clear()
		c.pack(f.kind)
		c.put(f.value, rax, never)
	}
	c.flags.value = ir.None
	if to.Block == ir.Outside || to.Block != c.blockIndex+1 {
		c.goTo(to)
	}
}

// branch ends a block by a condition on the host's flags.
func (c *Compiler) branch(cond cc) {
	yes, no := c.block.Succ[0], c.block.Succ[1]
	if yes.Block == c.blockIndex+1 && no.Block != c.blockIndex+1 {
		yes, no, cond = no, yes, cond.not()
	}
	c.jcc(cond, c.edge(yes))
	c.fallTo(no)
}

func selectJump(c *Compiler) bool {
	c.fallTo(c.block.Succ[0])
	return true
}

func selectBranch(c *Compiler) bool {
	c.branch(c.compare(c.insn.Cond, c.insn.Size, c.arg(0), c.arg(1)))
	return true
}

func selectBranchF(c *Compiler) bool {
	c.branch(c.testFlags(c.arg(0), c.insn.Cond))
	return true
}

// selectJumpReg looks in State.Jumps.
func selectJumpReg(c *Compiler) bool {
	c.into(rax, c.arg(0))
	c.leaveSwaps()
	align := uint8(0)
	for 2<<align <= c.front.Align && align < 4 {
		align++
	}
	c.claim(ir.Int, rcx)
	c.legacy(opLoad, 4, rcx, in(rax))
	c.aluImm(opAnd, 4, in(rcx), (ir.JumpEntries-1)<<align)
	if align == 0 {
		c.shiftImm(shiftShl, 4, rcx, 1)
		align = 1
	}
	entry := func(field int32) place { return atIndex(rbp, rcx, 4-align, offJumps+field) }
	c.legacy(opCmp, 8, rax, entry(0))
	p := c.addCold((*Compiler).coldJump)
	c.jcc(ccNE, p.from)
	c.jmpIndirect(entry(8))
	return true
}

// coldJump leaves to have the guest address in RAX looked up.
func (c *Compiler) coldJump(*coldPath) {
	c.legacy(opStore, 8, rax, state(offPC))
	c.storeImm(8, state(offCode), 0)
	c.storeImm(4, state(offExit), int32(ir.ExitLookup))
	c.jmpIndirect(hostWord(hostExit))
}

func selectSwitchMode(c *Compiler) bool {
	c.into(rax, c.arg(0))
	c.leaveSwaps()
	c.coldJump(nil)
	return true
}

func selectExit(c *Compiler) bool {
	if addr := c.arg(0); addr != ir.None {
		c.into(rax, addr)
		c.legacy(opStore, 8, rax, state(offFaultAddr))
	}
	c.setWord(offCode, uint64(c.insn.Imm>>8))
	c.leave(ir.ExitKind(c.insn.Imm&0xff), c.block.Succ[0].PC)
	return true
}

func selectExitIf(c *Compiler) bool {
	cond := c.compare(c.insn.Cond, c.insn.Size, c.arg(0), c.arg(1))
	p := c.addCold((*Compiler).coldExitIf)
	p.code = c.insn.Imm
	if addr := c.arg(2); addr != ir.None {
		if v, ok := c.region.ConstInt(addr); ok {
			p.target.PC, p.index = v, 2
		} else {
			p.place, p.index = c.source(addr), 1
		}
	}
	c.jcc(cond, p.from)
	return true
}

func (c *Compiler) coldExitIf(p *coldPath) {
	switch p.index {
	case 1:
		c.legacy(opLoad, 8, rcx, p.place)
		c.legacy(opStore, 8, rcx, state(offFaultAddr))
	case 2:
		c.setWord(offFaultAddr, p.target.PC)
	}
	c.setWord(offCode, uint64(p.code>>8))
	c.leave(ir.ExitKind(p.code&0xff), p.pc)
}
