package ipc

import (
	"math"

	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/fs"
)

// segment is a shared memory segment (shmid_kernel). The address spaces that map its object are its attachments, so
// those that fork(2) copies and those that end with a process are counted without anybody telling.
type segment struct {
	header
	object              *fs.MapObject
	size, charged       uint64
	atime, dtime, ctime int64
	cpid, lpid          int32
}

// Attachment is an ability of the keys under which a segment's object is observed, which are address spaces: how many
// mappings of the object there are.
type Attachment interface {
	Mappings(o *fs.MapObject) int
}

func (s *segment) attachments() (n uint64) {
	for _, key := range s.object.Observers() {
		if a, ok := key.(Attachment); ok {
			n += uint64(a.Mappings(s.object))
		}
	}
	return n
}

// shmMax is the size of the largest segment (SHMMAX), pageSize the unit of what is charged.
const (
	shmMax   = math.MaxInt64 &^ (pageSize - 1)
	pageSize = emu.PageSize
)

// Shmget implements shmget(2).
func (n *Namespace) Shmget(c *fs.Caller, key int32, size uint64, flags uint32) (int32, linux.Errno) {
	defer n.lock()()
	check := func(s *segment) linux.Errno {
		if size > s.size {
			return linux.EINVAL
		}
		return 0
	}
	return n.shms.get(c, key, flags, check, func() (*segment, linux.Errno) {
		switch {
		case size == 0 || size > shmMax:
			return nil, linux.EINVAL
		case flags&linux.SHM_HUGETLB != 0:
			return nil, linux.ENOMEM
		}
		return n.newSegment(c, size)
	})
}

func (n *Namespace) newSegment(c *fs.Caller, size uint64) (*segment, linux.Errno) {
	charged := (size + pageSize - 1) &^ (pageSize - 1)
	if !n.account.Charge(charged) {
		return nil, linux.ENOMEM
	}
	fd, err := emu.NewShared(int64(charged))
	if err != nil {
		n.account.Refund(charged)
		return nil, linux.ENOMEM
	}
	object := &fs.MapObject{FD: fd, Writable: true, Size: func() int64 { return int64(charged) }}
	return &segment{object: object, size: size, charged: charged, ctime: now(c), cpid: int32(c.PID)}, 0
}

// Attach is a segment that is being attached: what to map. It stays until Done.
type Attach struct {
	Object *fs.MapObject
	Key    int32
	Size   uint64
}

// Shmat is the first half of shmat(2). The caller maps the object, reports Attached, and calls Done in any case.
func (n *Namespace) Shmat(c *fs.Caller, id int32, flags uint32) (*Attach, linux.Errno) {
	defer n.lock()()
	want := uint32(0o666)
	if flags&linux.SHM_RDONLY != 0 {
		want = 0o444
	}
	if flags&linux.SHM_EXEC != 0 {
		want |= 0o111
	}
	s, errno := n.shms.findFor(c, id, want)
	if errno != 0 {
		return nil, errno
	}
	a := &Attach{Object: s.object, Key: s.perm.Key, Size: s.charged}
	a.Object.Observe(a, func(int64) {})
	return a, 0
}

// Done lets go of the segment.
func (a *Attach) Done() { a.Object.Forget(a) }

// Attached notes that the caller has attached a segment.
func (n *Namespace) Attached(c *fs.Caller, object *fs.MapObject) {
	defer n.lock()()
	if s := n.segmentOf(object); s != nil {
		s.atime, s.lpid = now(c), int32(c.PID)
	}
}

// Detached notes that the caller has detached a segment.
func (n *Namespace) Detached(c *fs.Caller, object *fs.MapObject) {
	defer n.lock()()
	if s := n.segmentOf(object); s != nil {
		s.dtime, s.lpid = now(c), int32(c.PID)
	}
}

// SegmentSize is the bytes that an object has if it is a segment.
func (n *Namespace) SegmentSize(object *fs.MapObject) (size uint64, ok bool) {
	defer n.lock()()
	s := n.segmentOf(object)
	if s == nil {
		return 0, false
	}
	return s.charged, true
}

func (n *Namespace) segmentOf(object *fs.MapObject) *segment {
	for _, s := range n.shms.slots {
		if s != nil && s.object == object {
			return s
		}
	}
	return nil
}

// ShmStat implements IPC_STAT, SHM_STAT and SHM_STAT_ANY of shmctl(2).
func (n *Namespace) ShmStat(c *fs.Caller, id int32, byIndex, any bool) (int32, linux.ShmidDS, linux.Errno) {
	s, ds, errno := n.shmStat(c, id, byIndex, any)
	if errno != 0 {
		return 0, ds, errno
	}
	ds.Nattch = s.attachments() // asks address spaces, so without the lock
	return s.id, ds, 0
}

func (n *Namespace) shmStat(c *fs.Caller, id int32, byIndex, any bool) (*segment, linux.ShmidDS, linux.Errno) {
	defer n.lock()()
	s, errno := n.shms.stat(c, id, byIndex, any)
	if errno != 0 {
		return nil, linux.ShmidDS{}, errno
	}
	return s, linux.ShmidDS{Perm: s.perm, Segsz: s.size, Atime: s.atime, Dtime: s.dtime, Ctime: s.ctime, Cpid: s.cpid,
		Lpid: s.lpid}, 0
}

// ShmSet implements IPC_SET of shmctl(2).
func (n *Namespace) ShmSet(c *fs.Caller, id int32, ds *linux.ShmidDS) linux.Errno {
	defer n.lock()()
	s, errno := n.shms.findOwned(c, id)
	if errno == 0 {
		s.set(&ds.Perm)
		s.ctime = now(c)
	}
	return errno
}

// ShmLock implements SHM_LOCK and SHM_UNLOCK of shmctl(2): nothing is ever paged out, so only the mode shows it.
func (n *Namespace) ShmLock(c *fs.Caller, id int32, locked bool, limit uint64) linux.Errno {
	defer n.lock()()
	s, errno := n.shms.find(id)
	if errno != 0 {
		return errno
	}
	if !c.Cred.Has(linux.CAP_IPC_LOCK) {
		owner := c.Cred.EUID == s.perm.UID || c.Cred.EUID == s.perm.Cuid
		if !owner || locked && limit == 0 {
			return linux.EPERM
		}
		if locked && s.size > limit {
			return linux.ENOMEM
		}
	}
	if s.perm.Mode &^= linux.SHM_LOCKED; locked {
		s.perm.Mode |= linux.SHM_LOCKED
	}
	return 0
}

// ShmRemove implements IPC_RMID of shmctl(2): the segment can no longer be found by its key, and goes when nobody is
// attached any more.
func (n *Namespace) ShmRemove(c *fs.Caller, id int32) linux.Errno {
	s, errno := n.shmHide(c, id)
	if errno == 0 {
		s.object.Retire(func() { n.destroy(s) })
	}
	return errno
}

func (n *Namespace) shmHide(c *fs.Caller, id int32) (*segment, linux.Errno) {
	defer n.lock()()
	s, errno := n.shms.findOwned(c, id)
	if errno == 0 {
		n.shms.hide(s)
		s.perm.Mode |= linux.SHM_DEST
	}
	return s, errno
}

// destroy frees a segment unless that was done. The object calls it each time when its last observer has gone.
func (n *Namespace) destroy(s *segment) {
	defer n.lock()()
	if s.removed || len(s.object.Observers()) > 0 { // somebody has attached it meanwhile
		return
	}
	n.shms.remove(s)
	emu.CloseShared(s.object.FD)
	n.account.Refund(s.charged)
}

// ShmLimits implements IPC_INFO of shmctl(2).
func (n *Namespace) ShmLimits() (linux.Shminfo, int) {
	defer n.lock()()
	return linux.Shminfo{Shmmax: shmMax, Shmmin: 1, Shmmni: linux.SHMMNI, Shmseg: linux.SHMMNI, Shmall: shmMax / pageSize},
		n.shms.highest()
}

// ShmUsage implements SHM_INFO of shmctl(2): all pages count as resident.
func (n *Namespace) ShmUsage() (linux.ShmInfo, int) {
	defer n.lock()()
	info := linux.ShmInfo{UsedIDs: int32(n.shms.used)}
	for _, s := range n.shms.slots {
		if s != nil {
			info.ShmTot += s.charged / pageSize
		}
	}
	info.ShmRss = info.ShmTot
	return info, n.shms.highest()
}
