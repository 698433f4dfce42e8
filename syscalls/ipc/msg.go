package ipc

import (
	"slices"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// msgQueue is a System V message queue (msg_queue).
type msgQueue struct {
	header
	messages            []Message
	bytes, limit        uint64
	stime, rtime, ctime int64
	spid, rpid          int32
	changed             fs.Queue // told when a message comes or goes, and when the queue is removed
}

// Message is a message: its type, which is positive, and its text.
type Message struct {
	Type int64
	Text []byte
}

// msgOverhead is what a message costs besides its text.
const msgOverhead = 64

func (m *Message) cost() uint64 { return uint64(len(m.Text)) + msgOverhead }

// Msgget implements msgget(2).
func (n *Namespace) Msgget(c *fs.Caller, key int32, flags uint32) (int32, linux.Errno) {
	defer n.lock()()
	check := func(*msgQueue) linux.Errno { return 0 }
	return n.msgs.get(c, key, flags, check, func() (*msgQueue, linux.Errno) {
		if !n.account.Charge(msgOverhead) {
			return nil, linux.ENOMEM
		}
		return &msgQueue{limit: linux.MSGMNB, ctime: now(c)}, 0
	})
}

// MsgWait is where the events of a queue are told. A task that waits for one tries its call again then.
func (n *Namespace) MsgWait(id int32) (*fs.Queue, linux.Errno) {
	defer n.lock()()
	q, errno := n.msgs.find(id)
	if errno != 0 {
		return nil, errno
	}
	return &q.changed, 0
}

// waited is the error of a queue that has gone while a task waited for it.
func waited(errno linux.Errno, again bool) linux.Errno {
	if again && errno == linux.EINVAL {
		return linux.EIDRM
	}
	return errno
}

// Msgsnd implements msgsnd(2): EAGAIN if the queue is full. again says that the call has waited.
func (n *Namespace) Msgsnd(c *fs.Caller, id int32, m Message, again bool) linux.Errno {
	q, errno := n.msgsnd(c, id, m, again)
	if errno == 0 {
		q.changed.Notify(fs.EventIn)
	}
	return errno
}

func (n *Namespace) msgsnd(c *fs.Caller, id int32, m Message, again bool) (*msgQueue, linux.Errno) {
	if id < 0 || m.Type < 1 || len(m.Text) > linux.MSGMAX {
		return nil, linux.EINVAL
	}
	defer n.lock()()
	q, errno := n.msgs.findFor(c, id, 0o222)
	switch {
	case errno != 0:
		return nil, waited(errno, again)
	case q.bytes+uint64(len(m.Text)) > q.limit || uint64(len(q.messages)) >= q.limit:
		return nil, linux.EAGAIN
	case !n.account.Charge(m.cost()):
		return nil, linux.ENOMEM
	}
	q.messages = append(q.messages, m)
	q.bytes += uint64(len(m.Text))
	q.spid, q.stime = int32(c.PID), now(c)
	return q, 0
}

// Msgrcv implements msgrcv(2) for a buffer of size bytes: ENOMSG if there is no such message yet. again says that
// the call has waited.
func (n *Namespace) Msgrcv(c *fs.Caller, id int32, size uint64, typ int64, flags uint32, again bool) (
	Message, linux.Errno) {
	m, q, errno := n.msgrcv(c, id, size, typ, flags, again)
	if errno == 0 && flags&linux.MSG_COPY == 0 {
		q.changed.Notify(fs.EventOut)
	}
	return m, errno
}

func (n *Namespace) msgrcv(c *fs.Caller, id int32, size uint64, typ int64, flags uint32, again bool) (
	Message, *msgQueue, linux.Errno) {
	peek := flags&linux.MSG_COPY != 0
	if id < 0 || int64(size) < 0 || peek && (flags&linux.MSG_EXCEPT != 0 || flags&linux.IPC_NOWAIT == 0) {
		return Message{}, nil, linux.EINVAL
	}
	defer n.lock()()
	q, errno := n.msgs.findFor(c, id, 0o444)
	if errno != 0 {
		return Message{}, nil, waited(errno, again)
	}
	i := q.choose(typ, flags)
	if i < 0 {
		return Message{}, nil, linux.ENOMSG
	}
	m := q.messages[i]
	if size < uint64(len(m.Text)) && flags&linux.MSG_NOERROR == 0 {
		return Message{}, nil, linux.E2BIG
	}
	if !peek {
		q.messages = slices.Delete(q.messages, i, i+1)
		q.bytes -= uint64(len(m.Text))
		n.account.Refund(m.cost())
		q.rpid, q.rtime = int32(c.PID), now(c)
	}
	m.Text = m.Text[:min(uint64(len(m.Text)), size)]
	return m, q, 0
}

// choose is the position of the message that msgrcv(2) asks for; -1 if there is none.
func (q *msgQueue) choose(typ int64, flags uint32) int {
	if flags&linux.MSG_COPY != 0 {
		if typ >= 0 && typ < int64(len(q.messages)) {
			return int(typ)
		}
		return -1
	}
	if typ < 0 {
		return q.lowest(-max(typ, -1<<63+1))
	}
	return slices.IndexFunc(q.messages, func(m Message) bool {
		return typ == 0 || (m.Type == typ) != (flags&linux.MSG_EXCEPT != 0)
	})
}

// lowest is the first message of the lowest type up to bound.
func (q *msgQueue) lowest(bound int64) int {
	best := -1
	for i := range q.messages {
		if t := q.messages[i].Type; t <= bound && (best < 0 || t < q.messages[best].Type) {
			best = i
		}
	}
	return best
}

// MsgStat implements IPC_STAT, MSG_STAT and MSG_STAT_ANY of msgctl(2).
func (n *Namespace) MsgStat(c *fs.Caller, id int32, byIndex, any bool) (int32, linux.MsqidDS, linux.Errno) {
	defer n.lock()()
	q, errno := n.msgs.stat(c, id, byIndex, any)
	if errno != 0 {
		return 0, linux.MsqidDS{}, errno
	}
	return q.id, linux.MsqidDS{Perm: q.perm, Stime: q.stime, Rtime: q.rtime, Ctime: q.ctime, Cbytes: q.bytes,
		Qnum: uint64(len(q.messages)), Qbytes: q.limit, Lspid: q.spid, Lrpid: q.rpid}, 0
}

// MsgSet implements IPC_SET of msgctl(2). Only a privileged caller may pass the usual limit.
func (n *Namespace) MsgSet(c *fs.Caller, id int32, ds *linux.MsqidDS) linux.Errno {
	q, errno := n.msgSet(c, id, ds)
	if errno == 0 {
		q.changed.Notify(fs.EventIn | fs.EventOut)
	}
	return errno
}

func (n *Namespace) msgSet(c *fs.Caller, id int32, ds *linux.MsqidDS) (*msgQueue, linux.Errno) {
	defer n.lock()()
	q, errno := n.msgs.findOwned(c, id)
	switch {
	case errno != 0:
		return nil, errno
	case ds.Qbytes > linux.MSGMNB && !c.Cred.Has(linux.CAP_SYS_RESOURCE):
		return nil, linux.EPERM
	}
	q.set(&ds.Perm)
	q.limit, q.ctime = ds.Qbytes, now(c)
	return q, 0
}

// MsgRemove implements IPC_RMID of msgctl(2).
func (n *Namespace) MsgRemove(c *fs.Caller, id int32) linux.Errno {
	q, errno := n.msgRemove(c, id)
	if errno == 0 {
		q.changed.Notify(fs.EventIn | fs.EventOut)
	}
	return errno
}

func (n *Namespace) msgRemove(c *fs.Caller, id int32) (*msgQueue, linux.Errno) {
	defer n.lock()()
	q, errno := n.msgs.findOwned(c, id)
	if errno != 0 {
		return nil, errno
	}
	n.msgs.remove(q)
	cost := uint64(msgOverhead)
	for i := range q.messages {
		cost += q.messages[i].cost()
	}
	n.account.Refund(cost)
	q.messages = nil
	return q, 0
}

// MsgInfo implements IPC_INFO and, with used, MSG_INFO of msgctl(2): limits, or what is in use, and the highest
// index.
func (n *Namespace) MsgInfo(used bool) (linux.Msginfo, int) {
	defer n.lock()()
	info := linux.Msginfo{
		Msgpool: linux.MSGMNI * linux.MSGMNB / 1024, Msgmap: linux.MSGMNB, Msgmax: linux.MSGMAX, Msgmnb: linux.MSGMNB,
		Msgmni: linux.MSGMNI, Msgssz: 16, Msgtql: linux.MSGMNB, Msgseg: 0xffff,
	}
	if used {
		info.Msgpool, info.Msgmap, info.Msgtql = int32(n.msgs.used), 0, 0
		for _, q := range n.msgs.slots {
			if q != nil {
				info.Msgmap += int32(len(q.messages))
				info.Msgtql += int32(q.bytes)
			}
		}
	}
	return info, n.msgs.highest()
}
