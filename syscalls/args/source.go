// Package args is the arguments of system calls, as types. An argument loads itself from one or two words of the guest's
// registers, by the rules of its ABI, and prints itself as strace(1) would; so the Go signature of a handler is the one
// declaration that dispatch, tracing and documentation need.
package args

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/syscalls/kernel"
)

// Arg is what every argument type can do. Load takes its words from the source and returns the value; the receiver is not
// looked at.
type Arg[T any] interface {
	Load(s *Source) T
	Print(p *Printer)
}

// Source hands out the words of one call in order. One belongs to each task.
type Source struct {
	Task  *kernel.Task
	Errno linux.Errno // set by an argument that cannot be loaded: the call's result
	words *kernel.Words
	next  int
}

// Reset begins a new call.
func (s *Source) Reset(t *kernel.Task, words *kernel.Words) {
	s.Task, s.words, s.next, s.Errno = t, words, 0, 0
}

// Word is the next word as it is in the register.
func (s *Source) Word() uint64 {
	if s.next >= len(s.words) {
		return 0
	}
	s.next++
	return s.words[s.next-1]
}

// Int is the next word as an int.
func (s *Source) Int() int32 { return int32(s.Word()) }

// Long is the next word as a long.
func (s *Source) Long() int64 {
	if s.Task.ABI.Data.LongSize == 4 {
		return int64(int32(s.Word()))
	}
	return int64(s.Word())
}

// ULong is the next word as an unsigned long.
func (s *Source) ULong() uint64 { return s.sized(s.Task.ABI.Data.LongSize) }

// Pointer is the next word as an address or a size.
func (s *Source) Pointer() uint64 { return s.sized(s.Task.ABI.Data.PtrSize) }

func (s *Source) sized(size int) uint64 {
	if size == 4 {
		return uint64(uint32(s.Word()))
	}
	return s.Word()
}

// Wide is a 64-bit argument: one register where that is wide enough, else a pair by the ABI's rule.
func (s *Source) Wide() uint64 {
	conv := &s.Task.ABI.Convention
	if conv.Wide {
		return s.Word()
	}
	if conv.Pairs == arch.PairsEven {
		s.next += s.next & 1
	}
	return s.pair()
}

// pair joins two words, which are in memory order.
func (s *Source) pair() uint64 {
	first, second := uint64(uint32(s.Word())), uint64(uint32(s.Word()))
	if s.Task.ABI.Data.Order == layout.Little {
		return second<<32 | first
	}
	return first<<32 | second
}
