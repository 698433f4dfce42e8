// Package opt makes regions smaller before an executor sees them. What a guest can observe stays as it is.
//
// Run walks three times over a region. The first walk drops what nobody reads (dead.go), so that the second finds more to
// do. The second goes forward through each block and looks at every instruction with what is known there: which operand is a
// copy or a constant (copy.go), which bits of a value are known (bits.go), which instruction made it. Rules, in a table by
// operation, rewrite the instruction in place: fold.go, fuse.go, address.go, branch.go, demand.go, box.go, common.go. The
// third drops what the rules have left without readers.
//
// A rule may look at the instruction that made an operand, its producer. The producer's own operands may be used in its place
// only if they still have the values that they had there (available): a global may have been set since.
package opt
