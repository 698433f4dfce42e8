package ir

import (
	"fmt"
	"strings"
)

// String prints the region, a line for each instruction.
func (r *Region) String() string {
	var out strings.Builder
	for i := range r.Blocks {
		block := &r.Blocks[i]
		fmt.Fprintf(&out, "block %d at %#x, %d instructions%s\n", i, block.PC, block.Count, loopMark(block.Loop))
		for j := range block.Insns {
			fmt.Fprintf(&out, "\t%s\n", r.insnString(block, &block.Insns[j]))
		}
	}
	return out.String()
}

func loopMark(loop bool) string {
	if loop {
		return ", loop"
	}
	return ""
}

func (r *Region) insnString(block *Block, in *Insn) string {
	if in.Op == Mark {
		return fmt.Sprintf("mark %#x", uint64(in.Imm))
	}
	var parts []string
	for _, d := range in.Dst {
		if d != None {
			parts = append(parts, r.valueString(d))
		}
	}
	text := strings.Join(parts, ", ")
	if text != "" {
		text += " = "
	}
	text += fmt.Sprintf("%s.%d", in.Op, in.Size)
	if in.Aux != 0 {
		text += fmt.Sprintf("/%#x", uint16(in.Aux))
	}
	if in.Cond != 0 {
		text += fmt.Sprintf(" ?%d", in.Cond)
	}
	for _, a := range in.Args {
		if a != None {
			text += " " + r.valueString(a)
		}
	}
	if in.Imm != 0 {
		text += fmt.Sprintf(" #%#x", in.Imm)
	}
	if in.Op.Has(Terminates) {
		text += succString(in.Op, block)
	}
	return text
}

func succString(op Op, block *Block) string {
	switch op {
	case Jump, Exit:
		return " -> " + block.Succ[0].String()
	case Branch, BranchF:
		return " -> " + block.Succ[0].String() + ", " + block.Succ[1].String()
	}
	return ""
}

func (t Target) String() string {
	if t.Block == Outside {
		return fmt.Sprintf("%#x", t.PC)
	}
	return fmt.Sprintf("block %d", t.Block)
}
