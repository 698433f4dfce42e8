//go:build unicorn

package unicorn

// #include "run.h"
import "C"

import (
	"errors"
	"sync"

	"muslrun/emu"
)

// catchBus makes sure that a SIGBUS of the host does not end muslrun when a guest touches what was cut off a file.
var catchBus = sync.OnceValue(func() error {
	if !C.mr_catch_bus() {
		return errors.New("cannot catch the host's SIGBUS")
	}
	return nil
})

// lostTouch is a task's touch of memory that the host could not give (bus.c). It is told at the next turn: the run that it
// happened in may have ended by a system call.
type lostTouch struct {
	pending bool
	addr    uint64
}

func (l *lostTouch) note(m *C.mr_machine) {
	if m.lost_page != 0 {
		*l = lostTouch{true, uint64(m.lost_at)}
		m.lost_page = 0
	}
}

func (l *lostTouch) take() (emu.Stop, bool) {
	if !l.pending {
		return emu.Stop{}, false
	}
	l.pending = false
	return emu.Stop{Kind: emu.BusError, Code: emu.PastEnd, Addr: l.addr, Access: emu.Read}, true
}
