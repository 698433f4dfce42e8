package ir

// Untag makes the accesses of a region to memory ignore the upper bits of their addresses: the bits below are sign-extended.
func (r *Region) Untag(bits int) {
	b := NewBuilder(r)
	for i := range r.Blocks {
		insns := r.Blocks[i].Insns
		r.Blocks[i].Insns = make([]Insn, 0, 2*len(insns))
		b.Begin(i)
		for _, in := range insns {
			if in.Op.Has(Reads | Writes) {
				b.untag(&in, bits)
			}
			b.Emit(in)
		}
	}
}

// untag computes the address of an access before it.
func (b *Builder) untag(in *Insn, bits int) {
	addr := in.Args[0]
	if in.Op != CmpXchgPair && in.Args[1] != None {
		index := in.Args[1]
		if n := in.Aux.Scale(); n > 0 {
			index = b.Op(Shl, 8, index, b.Const(uint64(n)))
		}
		addr = b.Op(Add, 8, addr, index)
		in.Args[1], in.Aux = None, in.Aux&^MemScale
	}
	if in.Imm != 0 {
		addr, in.Imm = b.Op(Add, 8, addr, b.Const(uint64(in.Imm))), 0
	}
	in.Args[0] = b.OpImm(Sext, 8, int64(64-bits), addr)
}
