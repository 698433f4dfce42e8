// Package ipc is what tasks of all processes reach by a key, an id or a name: System V semaphores, shared memory and
// message queues (sysvipc(7)), and POSIX message queues (mq_overview(7)). It knows neither tasks nor guest memory.
//
//	Namespace   everything there is; the kernel has one
//	registry    the ids and keys of one kind of object (ipc/util.c of Linux)
//	semaphores  sem.go, undo.go: a task that must wait leaves its operations, and whoever makes them possible does them
//	memory      shm.go: segments are fs.MapObjects; the address spaces that map them are the account of attachments
//	messages    msg.go, mq.go: try again after the object's queue was notified
//
// One lock guards a Namespace: its operations are short, and copy no guest memory. No operation blocks: what would
// have to wait answers EAGAIN or hands out a waiter, and the kernel blocks the task, so that signals end every wait.
package ipc

import (
	"sync"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Accountant counts the memory that objects take.
type Accountant interface {
	// Charge takes n bytes, or reports false and takes nothing when the limit would be passed.
	Charge(n uint64) bool
	Refund(n uint64)
}

// Namespace is all IPC objects of one kernel (ipc_namespace).
type Namespace struct {
	account Accountant

	mu     sync.Mutex
	sems   registry[*semSet]
	shms   registry[*segment]
	msgs   registry[*msgQueue]
	mqs    map[string]*MQ
	mqUsed map[uint32]int64 // bytes of POSIX queues by user (RLIMIT_MSGQUEUE)
}

// New makes a namespace without objects. account pays for what they hold.
func New(account Accountant) *Namespace {
	return &Namespace{
		account: account,
		sems:    registry[*semSet]{limit: linux.SEMMNI},
		shms:    registry[*segment]{limit: linux.SHMMNI},
		msgs:    registry[*msgQueue]{limit: linux.MSGMNI},
		mqs:     map[string]*MQ{}, mqUsed: map[uint32]int64{},
	}
}

// lock locks the namespace; the caller defers what it returns.
func (n *Namespace) lock() (unlock func()) {
	n.mu.Lock()
	return n.mu.Unlock
}

func now(c *fs.Caller) int64 { return c.Now().Sec }
