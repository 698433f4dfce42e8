package memfs

import (
	"sort"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// dir is a directory. All but the node is guarded by FS.names.
type dir struct {
	node
	parent  *dir
	entries map[string]*entry
	order   []*entry // by number; removed ones stay until half of them are
	removed int
	last    int64 // the number given out last
}

// entry is a name in a directory.
type entry struct {
	name   string
	number int64
	inode  inode // nil once it is removed
}

// firstNumber leaves the cookies 0 and 1 to "." and "..".
const firstNumber = 2

// entrySize is what an entry adds to the size of a directory (BOGO_DIRENT_SIZE).
const entrySize = 20

func (m *FS) newDir(spec *fs.CreateSpec, now linux.Timespec) *dir {
	return &dir{node: m.newNode(spec, now), entries: map[string]*entry{}, last: firstNumber - 1}
}

// Stat implements fs.Inode.
func (d *dir) Stat() (linux.Stat, linux.Errno) {
	d.fs.names.RLock()
	n := len(d.entries)
	d.fs.names.RUnlock()
	st := d.stat()
	st.Size = int64(2+n) * entrySize
	return st, 0
}

// Lookup implements fs.Inode.
func (d *dir) Lookup(_ *fs.Caller, name string) (fs.Inode, linux.Errno) {
	d.fs.names.RLock()
	defer d.fs.names.RUnlock()
	if e := d.entries[name]; e != nil {
		return e.inode, 0
	}
	return nil, linux.ENOENT
}

// put adds an entry at the end.
func (d *dir) put(name string, i inode) {
	d.last++
	e := &entry{name: name, number: d.last, inode: i}
	d.entries[name] = e
	d.order = append(d.order, e)
}

// take removes an entry. The order is tidied when most of it is gone.
func (d *dir) take(name string) {
	e := d.entries[name]
	delete(d.entries, name)
	e.inode = nil
	d.removed++
	if d.removed > 16 && d.removed > len(d.order)/2 {
		d.tidy()
	}
}

func (d *dir) tidy() {
	kept := make([]*entry, 0, len(d.entries))
	for _, e := range d.order {
		if e.inode != nil {
			kept = append(kept, e)
		}
	}
	d.order, d.removed = kept, 0
}

// from gives the entries whose number is at least that.
func (d *dir) from(number int64) []*entry {
	i := sort.Search(len(d.order), func(i int) bool { return d.order[i].number >= number })
	return d.order[i:]
}

// Drop implements fs.Held.
func (d *dir) Drop() { drop(d, 1) }

func (*dir) free() {}

// Open implements fs.Inode.
func (d *dir) Open(_ *fs.Caller, flags uint32) (fs.FileOps, linux.Errno) {
	return &listing{dir: d, noatime: flags&linux.O_NOATIME != 0}, 0
}

// listing is an open directory.
type listing struct {
	fs.DirFile // reading, writing and seeking
	dir        *dir
	noatime    bool
	end        int64 // entries made after the listing began are not shown, or a loop that makes them would never end
}

// ReadDir implements fs.DirReader. The cookie of an entry is the number that follows it.
func (l *listing) ReadDir(c *fs.Caller, cookie int64, emit func(e fs.DirEntry) bool) linux.Errno {
	if !l.noatime {
		l.dir.accessed(c)
	}
	d := l.dir
	d.fs.names.RLock()
	defer d.fs.names.RUnlock()
	if cookie == 0 || l.end == 0 {
		l.end = d.last
	}
	if cookie <= 0 && !emit(fs.DirEntry{Name: ".", Ino: d.ino, Type: linux.S_IFDIR >> 12, Cookie: 1}) {
		return 0
	}
	if cookie <= 1 && !emit(fs.DirEntry{Name: "..", Ino: d.parent.ino, Type: linux.S_IFDIR >> 12, Cookie: firstNumber}) {
		return 0
	}
	for _, e := range d.from(cookie) {
		if e.number > l.end {
			break
		}
		if e.inode != nil && !emit(e.entry()) {
			break
		}
	}
	return 0
}

// entry describes e. The type bits of a mode never change, so no lock is needed to read them from the node.
func (e *entry) entry() fs.DirEntry {
	n := e.inode.base()
	return fs.DirEntry{Name: e.name, Ino: n.ino, Type: n.kind(), Cookie: e.number + 1}
}

// kind is the DT_* of a node.
func (n *node) kind() uint8 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return uint8(n.mode >> 12)
}
