package syscalls

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs/sock"
	"muslrun/syscalls/kernel"
)

// Bounds of control messages: the sysctl net.core.optmem_max, and SCM_MAX_FD (net/scm.h).
const (
	maxControl = 20480
	maxFiles   = 253
)

// controlMessage is one control message in the guest's bytes. level is in inner numbering.
type controlMessage struct {
	level, kind int
	data        []byte
}

// parseControl takes a guest's control data apart. EINVAL if a length makes no sense.
func parseControl(a *arch.ABI, raw []byte) (out []controlMessage, errno linux.Errno) {
	codec := a.Structs.Cmsghdr
	for head := codec.Size(); len(raw) >= head; {
		var h linux.Cmsghdr
		codec.Decode(raw, &h)
		if h.Len < uint64(head) || h.Len > uint64(len(raw)) {
			return nil, linux.EINVAL
		}
		level := int(int64(a.Consts.SockLevel.ToInner(uint64(uint32(h.Level)))))
		out = append(out, controlMessage{level, int(h.Type), raw[head:h.Len]})
		raw = raw[min(controlAlign(a, int(h.Len)), len(raw)):]
	}
	return out, 0
}

// controlAlign is CMSG_ALIGN: to the size of a long.
func controlAlign(a *arch.ABI, n int) int { return (n + a.Data.LongSize - 1) &^ (a.Data.LongSize - 1) }

// loadControl reads what a sender's control messages say into m.
func (c *socketCall) loadControl(m *sock.Message, at, size uint64) linux.Errno {
	if at == 0 || size == 0 {
		return 0
	}
	if size > maxControl {
		return linux.ENOBUFS
	}
	raw := make([]byte, size)
	if errno := c.t.Space().Read(at, raw); errno != 0 {
		return errno
	}
	list, errno := parseControl(c.t.ABI, raw)
	if errno != 0 {
		return errno
	}
	m.FileLimit = c.t.Limit(linux.RLIMIT_NOFILE).Cur
	family := c.sock.Common().Family
	for _, msg := range list {
		switch {
		case msg.level == linux.SOL_SOCKET:
			errno = c.loadSocketControl(m, msg, family)
		case family != linux.AF_UNIX:
			m.Control = append(m.Control, sock.Control{
				Level: msg.level, Type: msg.kind, Data: convert(c.t.ABI.Data.Order, msg.level, msg.kind, msg.data),
			})
		}
		if errno != 0 {
			return errno
		}
	}
	return 0
}

// loadSocketControl reads a control message of level SOL_SOCKET (__scm_send).
func (c *socketCall) loadSocketControl(m *sock.Message, msg controlMessage, family int) linux.Errno {
	switch {
	case msg.kind == linux.SCM_RIGHTS && family == linux.AF_UNIX:
		return c.loadFiles(m, msg.data)
	case msg.kind == linux.SCM_CREDENTIALS && (family == linux.AF_UNIX || family == linux.AF_NETLINK):
		return c.loadCredentials(m, msg.data)
	}
	return linux.EINVAL
}

func (c *socketCall) loadFiles(m *sock.Message, data []byte) linux.Errno {
	if len(m.Files)+len(data)/4 > maxFiles {
		return linux.EINVAL
	}
	for ; len(data) >= 4; data = data[4:] {
		f := c.t.Files.Get(int32(c.t.ABI.Data.Order.Uint(data[:4])))
		if f == nil {
			return linux.EBADF
		}
		m.Files = append(m.Files, f)
	}
	return 0
}

// loadCredentials reads who the sender says it is: it must be so, or the sender privileged (scm_check_creds).
func (c *socketCall) loadCredentials(m *sock.Message, data []byte) linux.Errno {
	codec := c.t.ABI.Structs.Ucred
	if len(data) != codec.Size() {
		return linux.EINVAL
	}
	var u linux.Ucred
	codec.Decode(data, &u)
	cred := c.t.Caller.Cred
	isUser := u.UID == cred.UID || u.UID == cred.EUID || u.UID == cred.SUID || c.t.Capable(linux.CAP_SETUID)
	isGroup := u.GID == cred.GID || u.GID == cred.EGID || u.GID == cred.SGID || c.t.Capable(linux.CAP_SETGID)
	own := int(u.Pid) == c.t.Group.PID
	switch {
	case !own && !c.t.Capable(linux.CAP_SYS_ADMIN), !isUser, !isGroup:
		return linux.EPERM
	case !own && c.t.Kernel.Task(int(u.Pid)) == nil:
		return linux.ESRCH
	}
	m.Cred = &u
	return 0
}

// controlWriter writes control messages into a guest's buffer and notes when it is too small (put_cmsg).
type controlWriter struct {
	t         *kernel.Task
	at        uint64
	room      int
	truncated bool
}

// put writes one message, cut short if need be.
func (w *controlWriter) put(level, kind int, data []byte) {
	codec := w.t.ABI.Structs.Cmsghdr
	head := codec.Size()
	if w.room < head {
		w.truncated = true
		return
	}
	size := head + len(data)
	if size > w.room {
		w.truncated, size = true, w.room
	}
	raw := make([]byte, size)
	codec.Encode(raw, &linux.Cmsghdr{
		Len: uint64(size), Level: int32(w.t.ABI.Consts.SockLevel.ToGuest(uint64(level))), Type: int32(kind),
	})
	copy(raw[head:], data)
	if w.t.Space().Write(w.at, raw) != 0 {
		w.truncated = true
		return
	}
	used := min(controlAlign(w.t.ABI, size), w.room)
	w.at, w.room = w.at+uint64(used), w.room-used
}

// storeControl writes what came with a message, in Linux's order, and the size of it into the header.
func (c *socketCall) storeControl(m *sock.Message, h *linux.Msghdr) {
	w := &controlWriter{t: c.t, at: h.Control, room: int(min(h.Controllen, 1<<20))}
	if h.Control == 0 {
		w.room = 0
	}
	c.putStamp(w, m.Stamp)
	for _, ctl := range m.Control {
		w.put(ctl.Level, ctl.Type, convert(c.t.ABI.Data.Order, ctl.Level, ctl.Type, ctl.Data))
	}
	if m.Cred != nil {
		codec := c.t.ABI.Structs.Ucred
		raw := make([]byte, codec.Size())
		codec.Encode(raw, m.Cred)
		w.put(linux.SOL_SOCKET, linux.SCM_CREDENTIALS, raw)
	}
	c.putFiles(w, m)
	if w.truncated {
		h.Flags |= linux.MSG_CTRUNC
	}
	if h.Controllen = w.at - h.Control; h.Control == 0 {
		h.Controllen = 0
	}
}

// putFiles gives the files of a message descriptors, as many as there is room for (scm_detach_fds).
func (c *socketCall) putFiles(w *controlWriter, m *sock.Message) {
	if len(m.Files) == 0 {
		return
	}
	defer m.Drop(&c.t.Caller) // those that have no room
	head := c.t.ABI.Structs.Cmsghdr.Size()
	room := max(w.room-head, 0) / 4
	var raw []byte
	for len(m.Files) > 0 && len(raw)/4 < room {
		f := m.Files[0]
		fd, errno := c.t.Files.Add(f, 0, c.t.Limit(linux.RLIMIT_NOFILE).Cur, m.Has(linux.MSG_CMSG_CLOEXEC))
		if errno != 0 {
			break
		}
		m.Files = m.Files[1:]
		raw = append(raw, 0, 0, 0, 0)
		c.t.ABI.Data.Order.PutUint(raw[len(raw)-4:], uint64(uint32(fd)))
	}
	if len(raw) > 0 {
		w.put(linux.SOL_SOCKET, linux.SCM_RIGHTS, raw)
	}
	if len(m.Files) > 0 {
		w.truncated = true
	}
}

// putStamp writes when a message arrived, in the form that the socket has asked for.
func (c *socketCall) putStamp(w *controlWriter, at linux.Timespec) {
	option := c.sock.Common().Stamps()
	if option == 0 || at == (linux.Timespec{}) {
		return
	}
	s, tv := c.t.ABI.Structs, linux.Timeval{Sec: at.Sec, Usec: at.Nsec / 1000}
	kind := int(c.t.ABI.Consts.SockOpt.ToGuest(uint64(option)))
	switch option {
	case linux.SO_TIMESTAMP_OLD:
		w.put(linux.SOL_SOCKET, kind, encoded(s.Timeval, &tv))
	case linux.SO_TIMESTAMP_NEW:
		w.put(linux.SOL_SOCKET, kind, encoded(s.Timeval64, &tv))
	case linux.SO_TIMESTAMPNS_OLD:
		w.put(linux.SOL_SOCKET, kind, encoded(s.Timespec, &at))
	case linux.SO_TIMESTAMPNS_NEW:
		w.put(linux.SOL_SOCKET, kind, encoded(s.Timespec64, &at))
	}
}

// encoded is a structure in a guest's layout.
func encoded[C any](codec *layout.Codec[C], v *C) []byte {
	raw := make([]byte, codec.Size())
	codec.Encode(raw, v)
	return raw
}
