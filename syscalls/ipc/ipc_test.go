package ipc

import (
	"testing"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// purse is an Accountant with a limit.
type purse struct{ limit, used uint64 }

func (p *purse) Charge(n uint64) bool {
	if p.used+n > p.limit {
		return false
	}
	p.used += n
	return true
}

func (p *purse) Refund(n uint64) { p.used -= n }

func caller(uid uint32, pid int) *fs.Caller {
	return &fs.Caller{Cred: &fs.Credentials{UID: uid, EUID: uid, FSUID: uid, GID: uid, EGID: uid, FSGID: uid}, PID: pid,
		Now: func() linux.Timespec { return linux.Timespec{Sec: 1000} }}
}

func want(t *testing.T, what string, got, want linux.Errno) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// Ids go through 64 indices before one is used again, with another sequence number then.
func TestIDs(t *testing.T) {
	n, c := New(&purse{limit: 1 << 30}), caller(1000, 2)
	for i := range int32(64) {
		id, errno := n.Msgget(c, linux.IPC_PRIVATE, 0o600)
		if errno != 0 || id != i {
			t.Fatalf("queue %d has id %d (%v)", i, id, errno)
		}
		want(t, "remove", n.MsgRemove(c, id), 0)
		want(t, "remove again", n.MsgRemove(c, id), linux.EINVAL)
	}
	if id, _ := n.Msgget(c, linux.IPC_PRIVATE, 0o600); id != 1<<indexShift {
		t.Errorf("id after a cycle is %#x", id)
	}
}

func TestPermissions(t *testing.T) {
	n, owner, other := New(&purse{limit: 1 << 30}), caller(1000, 2), caller(1001, 3)
	id, _ := n.Semget(owner, 77, 1, linux.IPC_CREAT|0o640)
	_, errno := n.Semget(other, 77, 1, 0o400)
	want(t, "semget of another's", errno, linux.EACCES)
	_, errno = n.SemGet(other, id, 0, linux.GETVAL)
	want(t, "GETVAL", errno, linux.EACCES)
	want(t, "IPC_RMID", n.SemRemove(other, id), linux.EPERM)
	_, errno = n.Semop(other, id, []linux.Sembuf{{Op: 1}}, nil, nil)
	want(t, "semop", errno, linux.EACCES)
	other.Cred.Groups = []uint32{1000}
	_, errno = n.SemGet(other, id, 0, linux.GETVAL)
	want(t, "GETVAL in the group", errno, 0)
	_, errno = n.Semop(other, id, []linux.Sembuf{{Op: 1}}, nil, nil)
	want(t, "semop in the group", errno, linux.EACCES)
	other.Cred.Effective = 1 << linux.CAP_IPC_OWNER
	_, errno = n.Semop(other, id, []linux.Sembuf{{Op: 1}}, nil, nil)
	want(t, "semop with CAP_IPC_OWNER", errno, 0)
}

// What objects hold is paid for, and given back.
func TestAccount(t *testing.T) {
	p := &purse{limit: 100_000}
	n, c := New(p), caller(1000, 2)
	_, errno := n.Semget(c, linux.IPC_PRIVATE, 32000, 0o600)
	want(t, "semget", errno, linux.ENOMEM)
	_, errno = n.Shmget(c, linux.IPC_PRIVATE, 1<<20, 0o600)
	want(t, "shmget", errno, linux.ENOMEM)
	sem, _ := n.Semget(c, linux.IPC_PRIVATE, 10, 0o600)
	undo := n.NewUndoList()
	_, errno = n.Semop(c, sem, []linux.Sembuf{{Op: 3, Flg: linux.SEM_UNDO}}, undo, nil)
	want(t, "semop", errno, 0)
	msg, _ := n.Msgget(c, linux.IPC_PRIVATE, 0o600)
	want(t, "msgsnd", n.Msgsnd(c, msg, Message{1, make([]byte, 100)}, false), 0)
	want(t, "msgsnd", n.Msgsnd(c, msg, Message{1, make([]byte, 100)}, false), 0)
	_, errno = n.Msgrcv(c, msg, 200, 0, 0, false)
	want(t, "msgrcv", errno, 0)
	shm, _ := n.Shmget(c, linux.IPC_PRIVATE, 5000, 0o600)
	q, errno := n.OpenMQ(c, MQOpen{Name: "q", Flags: linux.O_CREAT | linux.O_RDWR, Mode: 0o600, Limit: 1 << 20})
	want(t, "mq_open", errno, 0)
	mq := q.(*mqFile).q
	want(t, "mq_send", mq.Send(c, make([]byte, 50), 1), 0)
	if p.used == 0 {
		t.Error("nothing was charged")
	}
	undo.Release(2, c.Now)
	if v, _ := n.SemGet(c, sem, 0, linux.GETVAL); v != 0 {
		t.Errorf("value %d after the undo", v)
	}
	want(t, "remove", n.SemRemove(c, sem), 0)
	want(t, "remove", n.MsgRemove(c, msg), 0)
	want(t, "remove", n.ShmRemove(c, shm), 0)
	want(t, "mq_unlink", n.UnlinkMQ(c, "q"), 0)
	q.Release(c)
	if p.used != 0 || len(n.mqUsed) != 0 {
		t.Errorf("%d bytes left, queues of %d users", p.used, len(n.mqUsed))
	}
}

// A segment goes with its last attachment, and one that is being attached stays.
func TestSegmentLife(t *testing.T) {
	n, c := New(&purse{limit: 1 << 20}), caller(1000, 2)
	id, _ := n.Shmget(c, 5, 100, linux.IPC_CREAT|0o600)
	a, errno := n.Shmat(c, id, 0)
	want(t, "shmat", errno, 0)
	want(t, "remove", n.ShmRemove(c, id), 0)
	_, errno = n.Shmget(c, 5, 100, 0)
	want(t, "find by key", errno, linux.ENOENT)
	_, ds, errno := n.ShmStat(c, id, false, false)
	want(t, "stat", errno, 0)
	if ds.Perm.Mode&linux.SHM_DEST == 0 || ds.Nattch != 0 {
		t.Errorf("mode %o, %d attached", ds.Perm.Mode, ds.Nattch)
	}
	a.Done()
	_, _, errno = n.ShmStat(c, id, false, false)
	want(t, "stat", errno, linux.EINVAL)
}

// A waiter is served by whoever makes its operations possible, and those that come first are served first.
func TestSemWaiters(t *testing.T) {
	n, c := New(&purse{limit: 1 << 20}), caller(1000, 2)
	id, _ := n.Semget(c, linux.IPC_PRIVATE, 2, 0o600)
	var order []int
	wait := func(who int, ops ...linux.Sembuf) *SemWaiter {
		w, errno := n.Semop(c, id, ops, nil, func() { order = append(order, who) })
		if w == nil || errno != 0 {
			t.Fatalf("waiter %d: %v, %v", who, w, errno)
		}
		return w
	}
	wait(1, linux.Sembuf{Num: 0, Op: -1}, linux.Sembuf{Num: 1, Op: 1})
	wait(2, linux.Sembuf{Num: 1, Op: -1})
	cancelled := wait(3, linux.Sembuf{Num: 0, Op: -1})
	if done, _ := cancelled.Cancel(); done {
		t.Error("done before anybody did anything")
	}
	last := wait(4, linux.Sembuf{Num: 0, Op: -1})
	if v, _ := n.SemGet(c, id, 0, linux.GETNCNT); v != 2 {
		t.Errorf("%d wait", v)
	}
	_, errno := n.Semop(c, id, []linux.Sembuf{{Op: 1}}, nil, nil)
	want(t, "semop", errno, 0)
	if len(order) != 2 || order[0] != 1 || order[1] != 2 {
		t.Errorf("served %v", order)
	}
	want(t, "remove", n.SemRemove(c, id), 0)
	if done, errno := last.Done(); !done || errno != linux.EIDRM {
		t.Errorf("after removal: %t, %v", done, errno)
	}
}
