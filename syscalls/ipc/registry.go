package ipc

import (
	"muslrun/arch/linux"
	"muslrun/fs"
)

// object is what has an id: a semaphore set, a segment, a message queue.
type object interface {
	comparable
	head() *header
}

// header is what all objects have (kern_ipc_perm).
type header struct {
	perm    linux.IpcPerm
	id      int32
	index   int
	removed bool // the id means nothing any more
}

func (h *header) head() *header { return h }

// registry is the objects of one kind (ipc_ids). An id is an index that is used again, and a sequence number that
// makes stale ids fail.
type registry[T object] struct {
	limit int
	slots []T // by index; the zero T is a hole
	used  int
	next  int // the index after the last that was given
	seq   int32
	keys  map[int32]T
}

// Ids have indexShift bits of index, so that the sequence number starts again after seqMax (IPCMNI_SHIFT).
const (
	indexShift = 15
	seqMax     = 1<<(31-indexShift) - 1
	minCycle   = 64 // indices that are gone through before the first is used again (ipc_min_cycle)
)

// get finds or makes the object of a key (ipcget). check may refuse one that exists.
func (r *registry[T]) get(c *fs.Caller, key int32, flags uint32, check func(T) linux.Errno, make func() (T,
	linux.Errno)) (
	int32, linux.Errno) {
	if key != linux.IPC_PRIVATE {
		if o, ok := r.keys[key]; ok {
			return r.existing(c, o, flags, check)
		}
		if flags&linux.IPC_CREAT == 0 {
			return 0, linux.ENOENT
		}
	}
	if r.used >= r.limit {
		return 0, linux.ENOSPC
	}
	o, errno := make()
	if errno != 0 {
		return 0, errno
	}
	r.add(c, o, key, flags)
	return o.head().id, 0
}

func (r *registry[T]) existing(c *fs.Caller, o T, flags uint32, check func(T) linux.Errno) (int32, linux.Errno) {
	if flags&(linux.IPC_CREAT|linux.IPC_EXCL) == linux.IPC_CREAT|linux.IPC_EXCL {
		return 0, linux.EEXIST
	}
	if errno := check(o); errno != 0 {
		return 0, errno
	}
	if !o.head().permits(c, flags) {
		return 0, linux.EACCES
	}
	return o.head().id, 0
}

// add gives an object its id (ipc_addid): the next free index of a cycle that is half as long again as what is in
// use.
func (r *registry[T]) add(c *fs.Caller, o T, key int32, flags uint32) {
	h := o.head()
	h.index = r.freeIndex()
	if h.index < r.next {
		r.seq = (r.seq + 1) % seqMax
	}
	r.next = h.index + 1
	cred := c.Cred
	h.perm = linux.IpcPerm{Key: key, UID: cred.EUID, GID: cred.EGID, Cuid: cred.EUID, Cgid: cred.EGID, Mode: flags & 0o777,
		Seq: uint32(r.seq)}
	h.id = r.seq<<indexShift | int32(h.index)
	for len(r.slots) <= h.index {
		var hole T
		r.slots = append(r.slots, hole)
	}
	r.slots[h.index] = o
	r.used++
	if key != linux.IPC_PRIVATE {
		if r.keys == nil {
			r.keys = map[int32]T{}
		}
		r.keys[key] = o
	}
}

func (r *registry[T]) freeIndex() int {
	var hole T
	cycle := min(max(r.used*3/2, minCycle), r.limit)
	first := r.next
	if first >= cycle {
		first = 0
	}
	for i := range cycle {
		if at := (first + i) % cycle; at >= len(r.slots) || r.slots[at] == hole {
			return at
		}
	}
	return len(r.slots) // not reached: more indices than objects
}

// find is the object of an id (ipc_obtain_object_check): EINVAL if there is none.
func (r *registry[T]) find(id int32) (o T, errno linux.Errno) {
	o, errno = r.at(int(id & (1<<indexShift - 1)))
	if errno != 0 || id < 0 || o.head().id != id {
		return o, linux.EINVAL
	}
	return o, 0
}

// at is the object of an index, as the commands of ipcs(1) ask for it.
func (r *registry[T]) at(index int) (o T, errno linux.Errno) {
	var hole T
	if index < 0 || index >= len(r.slots) || r.slots[index] == hole {
		return hole, linux.EINVAL
	}
	return r.slots[index], 0
}

// findFor is find with a check of permissions: EACCES.
func (r *registry[T]) findFor(c *fs.Caller, id int32, want uint32) (o T, errno linux.Errno) {
	if o, errno = r.find(id); errno == 0 && !o.head().permits(c, want) {
		errno = linux.EACCES
	}
	return o, errno
}

// stat is the object that a STAT command means: by id, or by index. any says that permissions do not matter.
func (r *registry[T]) stat(c *fs.Caller, id int32, byIndex, any bool) (o T, errno linux.Errno) {
	if byIndex {
		o, errno = r.at(int(id & (1<<indexShift - 1)))
	} else {
		o, errno = r.find(id)
	}
	if errno == 0 && !any && !o.head().permits(c, 0o444) {
		errno = linux.EACCES
	}
	return o, errno
}

// findOwned is find for those who may change the object (ipcctl_obtain_check): EPERM.
func (r *registry[T]) findOwned(c *fs.Caller, id int32) (o T, errno linux.Errno) {
	o, errno = r.find(id)
	if errno != 0 {
		return o, errno
	}
	p := &o.head().perm
	if euid := c.Cred.EUID; euid != p.Cuid && euid != p.UID && !c.Cred.Has(linux.CAP_SYS_ADMIN) {
		return o, linux.EPERM
	}
	return o, 0
}

// hide takes away the key of an object: it can be reached by its id only.
func (r *registry[T]) hide(o T) {
	h := o.head()
	if r.keys[h.perm.Key] == o {
		delete(r.keys, h.perm.Key)
	}
	h.perm.Key = linux.IPC_PRIVATE
}

// remove forgets an object.
func (r *registry[T]) remove(o T) {
	var hole T
	h := o.head()
	key := h.perm.Key
	if r.keys[key] == o {
		delete(r.keys, key)
	}
	if !h.removed {
		h.removed = true
		r.slots[h.index] = hole
		r.used--
	}
}

// highest is the highest index in use, 0 if there is none: the result of the INFO commands.
func (r *registry[T]) highest() int {
	var hole T
	for i := len(r.slots) - 1; i > 0; i-- {
		if r.slots[i] != hole {
			return i
		}
	}
	return 0
}

// permits checks mode bits as ipcperms does; want is in any of the three places of a mode.
func (h *header) permits(c *fs.Caller, want uint32) bool {
	requested := want>>6 | want>>3 | want
	granted, cred := h.perm.Mode, c.Cred
	switch {
	case cred.EUID == h.perm.Cuid || cred.EUID == h.perm.UID:
		granted >>= 6
	case inGroup(cred, h.perm.Cgid) || inGroup(cred, h.perm.GID):
		granted >>= 3
	}
	return requested&^granted&7 == 0 || cred.Has(linux.CAP_IPC_OWNER)
}

func inGroup(cred *fs.Credentials, gid uint32) bool { return cred.EGID == gid || cred.InGroup(gid) }

// set applies the fields that IPC_SET can change (ipc_update_perm).
func (h *header) set(p *linux.IpcPerm) {
	h.perm.UID, h.perm.GID = p.UID, p.GID
	h.perm.Mode = h.perm.Mode&^0o777 | p.Mode&0o777
}
