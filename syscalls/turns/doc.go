// Package turns runs the tasks of a guest one at a time, in an order that a seed decides, on a clock that counts
// instructions: the deterministic mode.
//
// A task holds the turn while it executes, and gives it up where it waits or where its slice of instructions is spent. Whoever
// gives it up chooses who is next. When nobody can go on, the clock jumps to the next timer. So all that happens in a guest
// happens in an order that depends on the seed and the guest alone, as long as nothing outside wakes a task: then, and only
// then, the host's timing counts (Outside).
package turns
