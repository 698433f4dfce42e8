// Package interp executes the IR without generating code. It has two parts.
//
// Eval defines every operation that has neither control flow nor memory: one function for each, found in a table. It is the
// meaning that all executors agree with, and what they fall back on (Outcall).
//
// Compile lays a region out for execution, a Program: operands become offsets from the State or from the region's constants,
// temporaries get slots of State.Spill, marks vanish into the instructions behind them. Program.Run executes it on a State and
// a guest's memory, and returns where the region is left. It serves hosts where no executable memory is to be had, and the
// tests of the back-ends.
//
// Loads and stores keep the order that the IR promises, that of a machine with total store order, on hosts that do not keep it
// by themselves: there each has a fence (order_*.go).
//
// Guest memory is looked up in the window's page table for each access, so that a fault is found before it happens. Another
// thread of the guest may take the memory away in between: the host's fault is then caught and becomes the same exit.
package interp
