package fs

import (
	"slices"
	"sync"
	"sync/atomic"

	"muslrun/arch/linux"
)

// What happens to files is told to those who watch them (inotify(7), fsnotify of Linux). The VFS tells, so every
// file system can be watched; what others than the guest do to a host file is not seen. As long as nobody watches a
// file of a file system, telling costs one atomic load.

// FileID names a file, whatever name it has.
type FileID struct {
	tree *tree
	ino  uint64
}

// Watch is what somebody wants to know of one file.
type Watch interface {
	// Happened is called when something has happened to the file, or to an entry of it if it is a directory. It must not
	// block, and not call the VFS but for Unwatch.
	Happened(e WatchEvent)
}

// WatchEvent is one event.
type WatchEvent struct {
	Mask     uint32 // one of the linux.IN_* events, and IN_ISDIR
	Cookie   uint32 // the same for both events of a rename
	Name     string // of the entry; "" if it is the file itself
	Unlinked bool   // the entry has been removed already, but is still open
	Gone     bool   // the file will never have an event again
}

// watches is the watches of one file system's files.
type watches struct {
	active atomic.Int32 // how many there are
	mu     sync.Mutex
	byIno  map[uint64][]Watch
}

// moveCookie numbers renames.
var moveCookie atomic.Uint32

// ID names the file at p.
func (p Path) ID() (FileID, linux.Errno) { return p.Dentry.id() }

func (d *Dentry) id() (FileID, linux.Errno) {
	st, errno := d.inode.Stat()
	return FileID{d.tree, st.Ino}, errno
}

// Watch registers a watch on a file.
func (id FileID) Watch(w Watch) {
	t := &id.tree.watches
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byIno == nil {
		t.byIno = map[uint64][]Watch{}
	}
	t.byIno[id.ino] = append(t.byIno[id.ino], w)
	t.active.Add(1)
}

// Unwatch ends a watch, if it has not ended by itself.
func (id FileID) Unwatch(w Watch) {
	t := &id.tree.watches
	t.mu.Lock()
	defer t.mu.Unlock()
	before := t.byIno[id.ino]
	after := slices.DeleteFunc(slices.Clone(before), func(o Watch) bool { return o == w })
	t.active.Add(int32(len(after) - len(before)))
	if t.byIno[id.ino] = after; len(after) == 0 {
		delete(t.byIno, id.ino)
	}
}

// tell tells the watches of one file.
func (id FileID) tell(e WatchEvent) {
	if id.tree == nil {
		return
	}
	t := &id.tree.watches
	t.mu.Lock()
	list := t.byIno[id.ino] // never changed in place
	if e.Gone {
		delete(t.byIno, id.ino)
		t.active.Add(-int32(len(list)))
	}
	t.mu.Unlock()
	for _, w := range list {
		w.Happened(e)
	}
}

// watched reports whether anybody watches a file of d's file system.
func (d *Dentry) watched() bool { return d.tree.watches.active.Load() != 0 }

// watchedID is the file's id if anybody may watch it, and else the zero FileID, which tells nobody.
func (d *Dentry) watchedID() FileID {
	if !d.watched() {
		return FileID{}
	}
	id, errno := d.id()
	if errno != 0 {
		return FileID{}
	}
	return id
}

func (d *Dentry) dirBit() uint32 {
	if d.kind == linux.S_IFDIR {
		return linux.IN_ISDIR
	}
	return 0
}

// happened tells the watchers of p's directory and of p itself that p was opened, read, changed or closed.
func (p Path) happened(mask uint32) {
	if d := p.Dentry; d.watched() {
		d.happened(mask | d.dirBit())
	}
}

func (d *Dentry) happened(mask uint32) {
	if parent, name := d.place(); parent != nil && !d.anonymous {
		parent.watchedID().tell(WatchEvent{Mask: mask, Name: name, Unlinked: d.isDead()})
	}
	d.watchedID().tell(WatchEvent{Mask: mask})
}

// entry tells the watchers of a directory of a change to its entry child.
func (d *Dentry) entry(mask uint32, name string, child *Dentry) {
	if d.watched() {
		d.watchedID().tell(WatchEvent{Mask: mask | child.dirBit(), Name: name})
	}
}

// linked tells the watchers of a file, not those of its directory, that it has one name more or less.
func (id FileID) linked() { id.tell(WatchEvent{Mask: linux.IN_ATTRIB}) }

// victim is a file that is about to lose a name.
type victim struct {
	id   FileID
	last bool // it is the last name
}

// victim says what has to be told when d's name goes.
func (d *Dentry) victim() (v victim) {
	if !d.watched() {
		return v
	}
	st, errno := d.inode.Stat()
	if errno != 0 {
		return v
	}
	return victim{FileID{d.tree, st.Ino}, d.kind == linux.S_IFDIR || st.Nlink <= 1}
}

// unlinked tells that a name in dir has gone, and that the file has, unless somebody has it open.
func (v victim) unlinked(dir *Dentry, name string, d *Dentry) {
	if v.id.tree == nil {
		return
	}
	if d.kind != linux.S_IFDIR {
		v.id.linked()
	}
	dir.entry(linux.IN_DELETE, name, d)
	v.gone(d)
}

// gone tells that a file has gone, unless it has other names or is open. Then the last close tells.
func (v victim) gone(d *Dentry) {
	if v.id.tree != nil && v.last && d.opens.Load() == 0 {
		v.id.tell(WatchEvent{Mask: linux.IN_DELETE_SELF | d.dirBit(), Gone: true})
	}
}

// closed tells that a description was closed, and that its file has gone if that was all that kept it.
func (f *File) closed() {
	d := f.Path.Dentry
	if d == nil || f.Ops == nil || !d.watched() {
		return
	}
	mask := uint32(linux.IN_CLOSE_NOWRITE)
	if f.Writable() {
		mask = linux.IN_CLOSE_WRITE
	}
	f.Path.happened(mask)
	if d.isDead() && d.opens.Load() == 1 {
		if st, errno := d.inode.Stat(); errno == 0 && (st.Nlink == 0 || d.kind == linux.S_IFDIR) {
			FileID{d.tree, st.Ino}.tell(WatchEvent{Mask: linux.IN_DELETE_SELF | d.dirBit(), Gone: true})
		}
	}
}

// moved tells of a rename of d, which has been made. over is the file that was replaced, if over.id is set.
func (d *Dentry) moved(from *Dentry, name string, to *Dentry, newName string, over victim) {
	if !d.watched() {
		return
	}
	cookie := moveCookie.Add(1)
	from.watchedID().tell(WatchEvent{Mask: linux.IN_MOVED_FROM | d.dirBit(), Cookie: cookie, Name: name})
	to.watchedID().tell(WatchEvent{Mask: linux.IN_MOVED_TO | d.dirBit(), Cookie: cookie, Name: newName})
	if over.id.tree != nil {
		over.id.linked()
	}
	d.watchedID().tell(WatchEvent{Mask: linux.IN_MOVE_SELF | d.dirBit()})
}

// changed tells of changed attributes (notify_change).
func (p Path) changed(mask AttrMask) {
	const times = AttrAtime | AttrMtime
	var events uint32
	if mask&(AttrMode|AttrUID|AttrGID) != 0 || mask&times == times {
		events |= linux.IN_ATTRIB
	} else if mask&AttrAtime != 0 {
		events |= linux.IN_ACCESS
	}
	if mask&AttrSize != 0 || mask&times == AttrMtime {
		events |= linux.IN_MODIFY
	}
	if events != 0 {
		p.happened(events)
	}
}

// transferred tells of a read or a write of n bytes.
func (f *File) transferred(n int, mask uint32) {
	if n > 0 && f.Path.Dentry != nil {
		f.Path.happened(mask)
	}
}

// unmounted tells all watchers that the file system has gone.
func (t *tree) unmounted() {
	t.watches.mu.Lock()
	all := t.watches.byIno
	t.watches.byIno = nil
	t.watches.active.Store(0)
	t.watches.mu.Unlock()
	for _, list := range all {
		for _, w := range list {
			w.Happened(WatchEvent{Mask: linux.IN_UNMOUNT, Gone: true})
		}
	}
}
