package enginetest

import (
	"testing"

	"muslrun/arch"
	"muslrun/emu"
)

// contract is what an engine promises, one test for each promise.
var contract = []struct {
	name string
	test func(*fixture)
}{
	{"general registers", generalRegisters},
	{"float registers", floatRegisters},
	{"float registers stay", floatRegistersStay},
	{"system call", systemCall},
	{"load", load},
	{"store", store},
	{"fault of a load", loadFault},
	{"fault of a store", storeFault},
	{"fault of a fetch", fetchFault},
	{"fault of a fetch in mid-code", fetchOffEnd},
	{"fault, repaired", repairedFault},
	{"fault across pages", crossingFault},
	{"fault past the window", pastWindow},
	{"fault in a delay slot", delaySlot},
	{"protection taken away", protectionTaken},
	{"protection of code taken away", execTaken},
	{"illegal instruction", illegal},
	{"privileged instruction", privileged},
	{"breakpoint", breakpoint},
	{"division by zero", divide},
	{"integer overflow", overflow},
	{"code written by the kernel", kernelWritesCode},
	{"code replaced by mmap", mmapOverCode},
	{"code written by the guest", guestWritesCode},
	{"code written by the guest, again", guestWritesCodeTwice},
	{"code written on its own page", guestWritesOwnPage},
	{"interrupt", interrupt},
	{"interrupt before run", interruptBefore},
	{"budget", budget},
	{"budget is deterministic", budgetDeterministic},
	{"two tasks", twoTasks},
	{"two tasks at once", twoTasksAtOnce},
	{"mapping changed while a task runs", changeWhileRunning},
	{"ends of the window", windowEnds},
	{"floating point", floatAdd},
	{"thread pointer", threadPointer},
	{"system calls do not allocate", noAllocation},
	{"machines come and go", comeAndGo},
	{"the next process", nextProcess},
	{"the next process sees nothing", nextProcessSeesNothing},
	{"the next process crosses pages", nextProcessCrossesPages},
}

// Run checks the contract on one ABI. It skips the test if the engine does not support it, or if there is no code for it.
func Run(t *testing.T, e emu.Engine, abi *arch.ABI) {
	if err := e.Support(abi); err != nil {
		t.Skip(err)
	}
	if _, ok := targets[abi.ISA.Name]; !ok {
		t.Skipf("no test code for %s", abi.ISA.Name)
	}
	for _, c := range contract {
		t.Run(c.name, func(t *testing.T) { c.test(newFixture(t, e, abi)) })
	}
}
