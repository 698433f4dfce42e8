package kernel

import (
	"fmt"

	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/syscalls/mm"
	"muslrun/syscalls/turns"
)

// run is a task's life: it returns when the task has ended.
func (t *Task) run() {
	if t.turn != nil {
		t.turn.Begin()
		defer t.turn.End()
	}
	defer t.finish()
	defer t.reportPanic()
	mm.Guard()
	t.resume()
	for !t.killed.Load() {
		stop := t.execute()
		t.answer(&stop)
		if t.turn != nil {
			t.turn.Settle()
		}
		if t.deliver.Load() {
			t.deliverSignals()
		}
	}
}

// execute executes the task's program until it stops, and counts the processor time.
func (t *Task) execute() emu.Stop {
	if t.turn != nil {
		return t.executeInTurn()
	}
	t.charge(&t.cpu.system)
	stop := t.CPU.Run(0)
	t.charge(&t.cpu.user)
	return stop
}

// executeInTurn executes a slice, when it is the task's turn, and gives the guest's own time of it.
func (t *Task) executeInTurn() emu.Stop {
	stop := t.CPU.Run(t.turn.Slice())
	t.cpu.user.Add(int64(stop.Spent) * turns.PerInstruction)
	t.cpu.system.Add(turns.PerEntry)
	t.turn.Ran(stop.Spent)
	return stop
}

// reportPanic ends the guest when muslrun itself has failed: a broken invariant is ours, not the guest's.
func (t *Task) reportPanic() {
	if r := recover(); r != nil {
		t.Kernel.Report(fmt.Sprintf("internal error in task %d (%s): %v", t.TID, t.Name(), r))
		t.Kernel.Fail(fmt.Errorf("internal error: %v", r))
		t.Group.exit(ExitStatus{Signal: linux.SIGKILL})
	}
}

// answer does what a stop asks for.
func (t *Task) answer(s *emu.Stop) {
	switch s.Kind {
	case emu.SystemCall:
		t.systemCall(s)
	case emu.Interrupted, emu.BudgetSpent:
	case emu.Fault:
		t.memoryFault(s)
	case emu.EngineError:
		t.Kernel.Fail(fmt.Errorf("engine %s: %w", t.Memory.Engine, s.Err))
		t.Group.exit(ExitStatus{Signal: linux.SIGKILL})
	default:
		t.trap(s)
	}
}

func (t *Task) memoryFault(s *emu.Stop) {
	if r := t.Memory.Space.Fault(s.Addr, s.Access); !r.Resolved {
		t.forceFault(s, r)
	}
}

// forceFault sends the signal of an access that cannot be.
func (t *Task) forceFault(s *emu.Stop, r mm.FaultResult) {
	t.fault = &arch.Fault{Signal: r.Signal, Code: r.Code, Addr: s.Addr, Write: s.Access == emu.Write, Fetch: s.Access == emu.Fetch}
	t.Force(&linux.Siginfo{Signo: int32(r.Signal), Code: r.Code, Addr: s.Addr})
}

// trapSignals says which signal other stops are.
var trapSignals = [...]struct {
	signal linux.Signal
	code   int32 // 0 means Stop.Code
}{
	emu.BusError:    {linux.SIGBUS, 0},
	emu.IllegalInsn: {linux.SIGILL, linux.ILL_ILLOPC},
	emu.Breakpoint:  {linux.SIGTRAP, linux.TRAP_BRKPT},
	emu.Arithmetic:  {linux.SIGFPE, 0},
	emu.Trap:        {linux.SIGILL, linux.ILL_ILLTRP},
}

func (t *Task) trap(s *emu.Stop) {
	if s.Kind == emu.BusError && s.Code == emu.PastEnd {
		t.forceFault(s, t.Memory.Space.Lost(s.Addr))
		return
	}
	if s.Kind == emu.IllegalInsn && t.emulate() {
		return
	}
	sig := trapSignals[s.Kind]
	if sig.code == 0 {
		sig.code = int32(s.Code)
	}
	if own, ok := t.ABI.Traps[s.Code]; ok && s.Kind == emu.Trap {
		sig.signal, sig.code = own.Signal, own.Code
	}
	addr := s.Addr
	if s.Kind != emu.BusError {
		addr = t.CPU.Reg(t.ABI.ISA.Regs.PC)
	}
	t.fault = &arch.Fault{Signal: sig.signal, Code: sig.code, Addr: addr, Write: s.Access == emu.Write}
	t.Force(&linux.Siginfo{Signo: int32(sig.signal), Code: sig.code, Addr: addr})
}

// emulate does an instruction that only the kernel can do.
func (t *Task) emulate() bool {
	if t.ABI.Emulate == nil {
		return false
	}
	var insn [4]byte
	if t.Memory.Space.Read(t.CPU.Reg(t.ABI.ISA.Regs.PC), insn[:]) != 0 {
		return false
	}
	word := uint32(t.ABI.ISA.CodeOrder.Uint(insn[:]))
	return t.ABI.Emulate(t.CPU, word, t.Kernel.Clock.Monotonic())
}

// systemCall answers one call: it reads number and arguments, runs it, and writes the result.
func (t *Task) systemCall(s *emu.Stop) {
	conv := &t.ABI.Convention
	number := t.CPU.Reg(conv.Number)
	if conv.ReadNumber != nil {
		number = conv.ReadNumber(t.CPU, s.Code)
	}
	words := &t.words
	for i := range conv.Args {
		words[i] = t.argument(conv.Args[i])
	}
	t.Caller.FileSizeLimit = t.Group.fileSize.Load()
	value, errno := t.Kernel.Calls.Call(t, number, words)
	t.complete(s, value, errno)
}

// argument reads one argument word. A stack word that cannot be read is 0, as the kernel's entry code on mips leaves it.
func (t *Task) argument(a arch.Arg) uint64 {
	if a.Reg != arch.NoReg {
		return t.CPU.Reg(a.Reg)
	}
	if a.Stack == 0 {
		return 0
	}
	sp := t.CPU.Reg(t.ABI.ISA.Regs.SP)
	v, _ := t.Memory.Space.Word(sp+uint64(a.Stack), t.ABI.Data.LongSize)
	return v
}

// NoResult is returned by calls that have set the registers themselves (execve, rt_sigreturn).
const NoResult linux.Errno = -1

// complete writes a call's result where the ABI has it, or arranges its restart.
func (t *Task) complete(s *emu.Stop, value uint64, errno linux.Errno) {
	switch errno {
	case NoResult:
		return
	case linux.ERESTARTSYS, linux.ERESTARTNOINTR, linux.ERESTARTNOHAND, linux.ERESTART_RESTARTBLOCK:
		t.interruptedCall(s, errno)
		return
	}
	t.setResult(value, errno)
}

func (t *Task) setResult(value uint64, errno linux.Errno) {
	conv := &t.ABI.Convention
	failed := errno != 0
	if failed {
		value = t.ABI.Errno(errno)
		if conv.Error == arch.NegativeErrno {
			value = -value
		}
	}
	if conv.Error == arch.FlagErrno {
		conv.SetFlag(t.CPU, failed)
	}
	t.CPU.SetReg(conv.Result, value)
	if t.result2.set {
		t.result2.set = false
		if conv.Result2 != arch.NoReg && !failed {
			t.CPU.SetReg(conv.Result2, t.result2.value)
		}
	}
}
