// Package irtest makes random regions and states, for tests that compare executors of the IR with each other or a region with
// what the optimizer made of it. It is used by tests only.
//
// A region uses the globals of Globals. Addresses are made of the pointer globals, which no instruction changes and which
// Randomize points into [DataBase, DataBase+DataSize); one of them stands so near to the end at times that accesses fault.
// Loops end: each jump backwards counts Counter down.
package irtest
