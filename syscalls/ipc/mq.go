package ipc

import (
	"fmt"
	"slices"
	"strings"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Limits of POSIX message queues: the defaults of mq_open(3), what unprivileged callers may ask for
// (/proc/sys/fs/mqueue), what anybody may, and how many queues there can be.
const (
	mqMessages, mqMessagesMax = 10, 65536
	mqSize, mqSizeMax         = 8192, 16 << 20
	mqQueues                  = 256
	mqOverhead                = 96 // of a message, in RLIMIT_MSGQUEUE (struct msg_msg and posix_msg_tree_node)
)

// MQ is a POSIX message queue (mqueue_inode_info).
type MQ struct {
	ns        *Namespace
	name      string // "" once it is unlinked
	stat      linux.Stat
	max, size int64
	cost      int64 // in the owner's RLIMIT_MSGQUEUE
	opens     int
	messages  []mqMessage // highest priority first, older ones before younger ones
	receivers int         // tasks that wait for a message
	notify    *Notification
	changed   fs.Queue
}

type mqMessage struct {
	priority uint32
	text     []byte
}

func (m *mqMessage) charge() uint64 { return uint64(len(m.text)) + msgOverhead }

// Notification is what mq_notify(3) has asked for.
type Notification struct {
	Owner  int // process id
	Signal int32
	// Woken is called when a message has come to the empty queue, by its sender; Removed if the request ends without.
	Woken   func(sender *fs.Caller)
	Removed func()
}

// mqFile is an open message queue: a message queue descriptor.
type mqFile struct {
	fs.UnsupportedFile
	q *MQ
}

// MQOf is the queue behind a file; EBADF if it is none.
func MQOf(f *fs.File) (*MQ, linux.Errno) {
	if m, ok := f.Ops.(*mqFile); ok {
		return m.q, 0
	}
	return nil, linux.EBADF
}

// MQOpen says how to open a queue: flags are O_ACCMODE, O_CREAT and O_EXCL; Mode and Attr are for a new one.
type MQOpen struct {
	Name  string // without the slash
	Flags uint32
	Mode  uint32
	Attr  *linux.MqAttr // nil for the default
	Limit uint64        // RLIMIT_MSGQUEUE in bytes
}

// OpenMQ implements mq_open(3). The operations are of one description; their Release closes it.
func (n *Namespace) OpenMQ(c *fs.Caller, o MQOpen) (fs.FileOps, linux.Errno) {
	if errno := checkMQName(o.Name); errno != 0 {
		return nil, errno
	}
	defer n.lock()()
	q, found := n.mqs[o.Name]
	switch {
	case found && o.Flags&(linux.O_CREAT|linux.O_EXCL) == linux.O_CREAT|linux.O_EXCL:
		return nil, linux.EEXIST
	case found:
		if errno := mayOpenMQ(c, q, o.Flags); errno != 0 {
			return nil, errno
		}
	case o.Flags&linux.O_CREAT == 0:
		return nil, linux.ENOENT
	default:
		var errno linux.Errno
		if q, errno = n.newMQ(c, &o); errno != 0 {
			return nil, errno
		}
		n.mqs[o.Name] = q
	}
	q.opens++
	return &mqFile{q: q}, 0
}

// checkMQName refuses what cannot be a name in the one directory of queues.
func checkMQName(name string) linux.Errno {
	switch {
	case name == "":
		return linux.ENOENT
	case name == "." || name == ".." || strings.Contains(name, "/"):
		return linux.EACCES
	case len(name) > linux.NAME_MAX:
		return linux.ENAMETOOLONG
	}
	return 0
}

func mayOpenMQ(c *fs.Caller, q *MQ, flags uint32) linux.Errno {
	want := [...]uint32{linux.R_OK, linux.W_OK, linux.R_OK | linux.W_OK, 0}[flags&linux.O_ACCMODE]
	switch {
	case want == 0:
		return linux.EINVAL
	case !c.Cred.Permits(&q.stat, want):
		return linux.EACCES
	}
	return 0
}

func (n *Namespace) newMQ(c *fs.Caller, o *MQOpen) (*MQ, linux.Errno) {
	privileged := c.Cred.Has(linux.CAP_SYS_RESOURCE)
	q := &MQ{ns: n, name: o.Name, max: mqMessages, size: mqSize}
	if o.Attr != nil {
		q.max, q.size = o.Attr.Maxmsg, o.Attr.Msgsize
	}
	q.cost = q.max * (q.size + mqOverhead)
	switch {
	case q.max <= 0 || q.size <= 0 || q.max > mqMessagesMax || q.size > mqSizeMax,
		!privileged && (q.max > mqMessages || q.size > mqSize):
		return nil, linux.EINVAL
	case !privileged && len(n.mqs) >= mqQueues:
		return nil, linux.ENOSPC
	case uint64(n.mqUsed[c.Cred.UID]+q.cost) > o.Limit:
		return nil, linux.EMFILE
	}
	n.mqUsed[c.Cred.UID] += q.cost
	t := c.Now()
	q.stat = linux.Stat{Mode: linux.S_IFREG | o.Mode&0o777, Nlink: 1, UID: c.Cred.FSUID, GID: c.Cred.FSGID, Size: 80,
		Blksize: 4096, Ino: 1, Atime: t, Mtime: t, Ctime: t}
	return q, 0
}

// UnlinkMQ implements mq_unlink(3): the queue lives on while it is open.
func (n *Namespace) UnlinkMQ(c *fs.Caller, name string) linux.Errno {
	if errno := checkMQName(name); errno != 0 {
		return errno
	}
	defer n.lock()()
	q := n.mqs[name]
	switch {
	case q == nil:
		return linux.ENOENT
	case c.Cred.FSUID != q.stat.UID && !c.Cred.Has(linux.CAP_FOWNER):
		return linux.EPERM
	}
	delete(n.mqs, name)
	q.name, q.stat.Nlink = "", 0
	q.free()
	return 0
}

// free gives back what a queue has when neither a name nor a description leads to it.
func (q *MQ) free() {
	if q.opens > 0 || q.name != "" {
		return
	}
	for i := range q.messages {
		q.ns.account.Refund(q.messages[i].charge())
	}
	q.messages = nil
	if left := q.ns.mqUsed[q.stat.UID] - q.cost; left > 0 {
		q.ns.mqUsed[q.stat.UID] = left
	} else {
		delete(q.ns.mqUsed, q.stat.UID)
	}
}

// Attr is the queue's attributes, without flags.
func (q *MQ) Attr() linux.MqAttr {
	defer q.ns.lock()()
	return linux.MqAttr{Maxmsg: q.max, Msgsize: q.size, Curmsgs: int64(len(q.messages))}
}

// Send adds a message (mq_send(3)): EAGAIN if the queue is full. It keeps text.
func (q *MQ) Send(c *fs.Caller, text []byte, priority uint32) linux.Errno {
	notify, errno := q.send(c, mqMessage{priority, text})
	if errno != 0 {
		return errno
	}
	q.changed.Notify(fs.EventIn)
	if notify != nil {
		notify.Woken(c)
	}
	return 0
}

func (q *MQ) send(c *fs.Caller, m mqMessage) (*Notification, linux.Errno) {
	defer q.ns.lock()()
	if int64(len(q.messages)) >= q.max {
		return nil, linux.EAGAIN
	}
	if !q.ns.account.Charge(m.charge()) {
		return nil, linux.ENOMEM
	}
	at, _ := slices.BinarySearchFunc(q.messages, m.priority, func(o mqMessage, p uint32) int {
		if o.priority >= p {
			return -1
		}
		return 1
	})
	var notify *Notification
	if len(q.messages) == 0 && q.receivers == 0 {
		notify, q.notify = q.notify, nil
	}
	q.messages = slices.Insert(q.messages, at, m)
	q.stat.Mtime = c.Now()
	return notify, 0
}

// Receive takes the first message (mq_receive(3)): EAGAIN if there is none.
func (q *MQ) Receive(c *fs.Caller) (text []byte, priority uint32, errno linux.Errno) {
	text, priority, errno = q.receive(c)
	if errno == 0 {
		q.changed.Notify(fs.EventOut)
	}
	return text, priority, errno
}

func (q *MQ) receive(c *fs.Caller) ([]byte, uint32, linux.Errno) {
	defer q.ns.lock()()
	if len(q.messages) == 0 {
		return nil, 0, linux.EAGAIN
	}
	m := q.messages[0]
	q.messages = slices.Delete(q.messages, 0, 1)
	q.ns.account.Refund(m.charge())
	q.stat.Atime = c.Now()
	return m.text, m.priority, 0
}

// Waiting counts a task that waits for a message, for which nobody else is notified; n is 1 or -1.
func (q *MQ) Waiting(n int) {
	defer q.ns.lock()()
	q.receivers += n
}

// Notify implements mq_notify(3): EBUSY if somebody has asked already. nil ends what process pid has asked for.
func (q *MQ) Notify(pid int, request *Notification) linux.Errno {
	defer q.ns.lock()()
	switch {
	case request == nil:
		q.forget(pid)
		return 0
	case q.notify != nil:
		return linux.EBUSY
	}
	q.notify = request
	return 0
}

func (q *MQ) forget(pid int) {
	if q.notify != nil && q.notify.Owner == pid {
		if q.notify.Removed != nil {
			q.notify.Removed()
		}
		q.notify = nil
	}
}

// ReadAt implements fs.FileOps: the state of the queue as text.
func (f *mqFile) ReadAt(_ *fs.Caller, dst [][]byte, off int64) (int, linux.Errno) {
	text := fs.BytesFile{Data: []byte(f.q.state())}
	return text.ReadAt(nil, dst, off)
}

func (q *MQ) state() string {
	defer q.ns.lock()()
	var bytes, pid int
	var signal int32
	for i := range q.messages {
		bytes += len(q.messages[i].text)
	}
	if q.notify != nil {
		pid, signal = q.notify.Owner, q.notify.Signal
	}
	return fmt.Sprintf("QSIZE:%-10d NOTIFY:%-5d SIGNO:%-5d NOTIFY_PID:%-6d\n", bytes, 0, signal, pid)
}

// Seekable implements fs.FileOps.
func (*mqFile) Seekable() bool { return true }

// Poll implements fs.FileOps.
func (f *mqFile) Poll() (e fs.Events) {
	defer f.q.ns.lock()()
	if len(f.q.messages) > 0 {
		e |= fs.EventIn
	}
	if int64(len(f.q.messages)) < f.q.max {
		e |= fs.EventOut
	}
	return e
}

// Queue implements fs.FileOps.
func (f *mqFile) Queue() *fs.Queue { return &f.q.changed }

// Stat implements fs.Stater.
func (f *mqFile) Stat() (linux.Stat, linux.Errno) {
	defer f.q.ns.lock()()
	return f.q.stat, 0
}

// Flush implements fs.Flusher: a process that closes a descriptor of the queue is no longer notified.
func (f *mqFile) Flush(c *fs.Caller) {
	defer f.q.ns.lock()()
	f.q.forget(c.PID)
}

// Release implements fs.FileOps.
func (f *mqFile) Release(*fs.Caller) {
	defer f.q.ns.lock()()
	f.q.opens--
	f.q.free()
}
