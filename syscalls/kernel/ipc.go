package kernel

import (
	"muslrun/syscalls/ipc"
)

// SemUndo is what is undone when the task ends (SEM_UNDO of semop(2)).
func (t *Task) SemUndo() *ipc.UndoList {
	if t.semUndo == nil {
		t.semUndo = t.Kernel.IPC.NewUndoList()
	}
	return t.semUndo
}

// ReleaseSemUndo undoes what the task has done with SEM_UNDO, unless it shares that with others (exit_sem).
func (t *Task) ReleaseSemUndo() {
	if t.semUndo != nil {
		t.semUndo.Release(t.Group.PID, t.Kernel.Now)
		t.semUndo = nil
	}
}
