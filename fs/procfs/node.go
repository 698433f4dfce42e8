package procfs

import (
	"bytes"
	"encoding/binary"
	"hash/fnv"
	"strings"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// entry is a name of the tree. Which of the functions it has depends on the file type in mode.
type entry struct {
	name string
	mode uint32
	id   uint32 // position in the tables, for inode numbers
	// private contents are for those who may inspect the task, besides what mode says.
	private bool
	// descriptor is a link in fd: its mode and size are of their own.
	descriptor bool

	// open makes files that are no text.
	open  func(n node) fs.FileOps
	text  func(v *view, b *bytes.Buffer) linux.Errno // regular files
	write func(v *view, data string) linux.Errno     // nil: cannot be written
	link  func(v *view) (string, linux.Errno)        // symbolic links, magic ones included
	place func(v *view) (fs.Path, linux.Errno)       // makes a link a magic one
	dir   []*entry                                   // directories: fixed names, before those of more
	more  *listing
}

// listing is the part of a directory that changes.
type listing struct {
	names func(v *view) []string
	find  func(v *view, name string) (node, bool)
	each  *entry // what is found, if it belongs to this listing alone
}

// view is what the functions of an entry work on.
type view struct {
	fs   *FS
	c    *fs.Caller
	task Task // nil outside of process directories
	arg  int  // the descriptor, in fd and fdinfo
}

// node is an entry of a task.
type node struct {
	fs.Unsupported
	sb   *FS
	e    *entry
	task Task
	arg  int
}

// magic is a node that is a magic link.
type magic struct{ node }

func (n node) view(c *fs.Caller) *view { return &view{n.sb, c, n.task, n.arg} }

// at gives the node of another entry of the same task.
func (n node) at(e *entry) node { return node{sb: n.sb, e: e, task: n.task, arg: n.arg} }

// inode gives n as the VFS needs it.
func (n node) inode() fs.Inode {
	if n.e.place != nil {
		return magic{n}
	}
	return n
}

// ProcessID implements fs.ProcessDirectory.
func (n node) ProcessID() int {
	switch {
	case n.e != n.sb.task.process:
		return 0
	case n.gone():
		return -1
	}
	return n.task.PID()
}

func (n node) kind() uint32 { return n.e.mode & linux.S_IFMT }

// gone reports that the task has ended and been waited for.
func (n node) gone() bool { return n.task != nil && !n.task.Alive() }

// ino is a number that depends on nothing but the name: 31 bits, so that every guest can hold it.
func (n node) ino() uint64 {
	if n.e == n.sb.root {
		return 1
	}
	h := fnv.New32a()
	key := [3]uint32{n.e.id, 0, uint32(n.arg)}
	if n.task != nil {
		key[1] = uint32(n.task.TID())
	}
	_ = binary.Write(h, binary.LittleEndian, key)
	return uint64(h.Sum32()>>1) + 2
}

// Stat implements fs.Inode. Files of a process belong to its effective user, or to root if it is not dumpable.
func (n node) Stat() (linux.Stat, linux.Errno) {
	st := linux.Stat{
		Dev: n.sb.dev, Ino: n.ino(), Mode: n.e.mode, Nlink: 1, Blksize: 1024,
		Atime: n.sb.boot, Mtime: n.sb.boot, Ctime: n.sb.boot,
	}
	if n.task != nil {
		if s := n.task.Status(); s.Dumpable || n.e.mode == linux.S_IFDIR|0o555 {
			st.UID, st.GID = s.Cred.EUID, s.Cred.EGID
		}
	}
	switch {
	case n.e.descriptor:
		st.Mode, st.Size = n.fdMode(), 64
	case n.kind() == linux.S_IFDIR:
		st.Nlink = n.subdirectories() + 2
	}
	return st, 0
}

func (n node) subdirectories() (count uint32) {
	for _, e := range n.e.dir {
		if e.mode&linux.S_IFMT == linux.S_IFDIR {
			count++
		}
	}
	switch n.e {
	case n.sb.root:
		count += uint32(len(n.sb.kernel.PIDs()))
	case n.sb.task.threads:
		count += uint32(len(n.task.Threads()))
	}
	return count
}

// SetAttr implements fs.Inode: O_TRUNC and touch(1) succeed where writing would, the rest is refused.
func (n node) SetAttr(_ *fs.Caller, set *fs.SetAttr) linux.Errno {
	if set.Mask&(fs.AttrMode|fs.AttrUID|fs.AttrGID) != 0 {
		return linux.EPERM
	}
	return 0
}

// Lookup implements fs.Inode.
func (n node) Lookup(c *fs.Caller, name string) (fs.Inode, linux.Errno) {
	if n.kind() != linux.S_IFDIR {
		return nil, linux.ENOTDIR
	}
	if n.gone() {
		return nil, linux.ENOENT
	}
	for _, e := range n.e.dir {
		if e.name == name {
			return n.at(e).inode(), 0
		}
	}
	if n.e.more != nil {
		if found, ok := n.e.more.find(n.view(c), name); ok {
			return found.inode(), 0
		}
	}
	return nil, linux.ENOENT
}

// Readlink implements fs.Inode.
func (n node) Readlink(c *fs.Caller) (string, linux.Errno) {
	if n.e.link == nil {
		return "", linux.EINVAL
	}
	v := n.view(c)
	if errno := n.allowed(v); errno != 0 {
		return "", errno
	}
	return n.e.link(v)
}

// Follow implements fs.MagicLink.
func (m magic) Follow(c *fs.Caller) (fs.Path, linux.Errno) {
	v := m.view(c)
	if errno := m.allowed(v); errno != 0 {
		return fs.Path{}, errno
	}
	return m.e.place(v)
}

// allowed checks that the task is there and, for what is private, that the caller may look into it.
func (n node) allowed(v *view) linux.Errno {
	switch {
	case n.gone():
		return linux.ENOENT
	case n.e.private && !v.mayInspect():
		return linux.EACCES
	}
	return 0
}

// Open implements fs.Inode.
func (n node) Open(c *fs.Caller, flags uint32) (fs.FileOps, linux.Errno) {
	v := n.view(c)
	if n.gone() {
		return nil, linux.ENOENT
	}
	if n.kind() == linux.S_IFDIR {
		return &fs.SnapshotDir{List: n.listing}, 0
	}
	writes := flags&linux.O_ACCMODE != linux.O_RDONLY
	switch {
	case writes && n.e.mode&0o200 == 0:
		return nil, linux.EACCES
	case n.e.private && !v.mayInspect():
		return nil, linux.EACCES
	}
	if n.e.open != nil {
		return n.e.open(n), 0
	}
	return &textFile{n: n}, 0
}

// parentIno is what ".." in a listing shows; only the directories below the root matter to anybody.
func (n node) parentIno() uint64 { return n.sb.Root().(node).ino() }

// listing is the directory as it is now.
func (n node) listing(c *fs.Caller) (*fs.DirFile, linux.Errno) {
	if n.gone() {
		return nil, linux.ENOENT
	}
	return fs.NewDirFile(n.ino(), n.parentIno(), n.list(n.view(c))), 0
}

// list makes the entries of a directory: fixed names first.
func (n node) list(v *view) []fs.DirEntry {
	var out []fs.DirEntry
	add := func(name string, child node) {
		out = append(out, fs.DirEntry{Name: name, Ino: child.ino(), Type: uint8(child.kind() >> 12)})
	}
	for _, e := range n.e.dir {
		add(e.name, n.at(e))
	}
	if n.e.more == nil {
		return out
	}
	for _, name := range n.e.more.names(v) {
		if child, ok := n.e.more.find(v, name); ok {
			add(name, child)
		}
	}
	return out
}

// textFile is an open regular file.
type textFile struct {
	fs.UnsupportedFile
	n    node
	text lockedText
}

// Seekable implements fs.FileOps.
func (*textFile) Seekable() bool { return true }

// ReadAt implements fs.FileOps.
func (f *textFile) ReadAt(c *fs.Caller, dst [][]byte, off int64) (int, linux.Errno) {
	return f.text.read(dst, off, func() ([]byte, linux.Errno) {
		var b bytes.Buffer
		if f.n.gone() {
			return nil, linux.ESRCH
		}
		errno := f.n.e.text(f.n.view(c), &b)
		return b.Bytes(), errno
	})
}

// WriteAt implements fs.FileOps. What is written is one value, at most a page, wherever it is written.
func (f *textFile) WriteAt(c *fs.Caller, src [][]byte, _ int64) (int, linux.Errno) {
	if f.n.gone() {
		return 0, linux.ESRCH
	}
	if f.n.e.write == nil {
		return 0, linux.EINVAL
	}
	n := fs.Size(src)
	buf := make([]byte, min(n, 4096))
	fs.CopyIn(buf, src)
	if errno := f.n.e.write(f.n.view(c), strings.TrimSuffix(string(buf), "\n")); errno != 0 {
		return 0, errno
	}
	return n, 0
}

// Seek implements fs.Seeker: the end is not known.
func (f *textFile) Seek(_ *fs.Caller, cur, off int64, whence int) (int64, linux.Errno) {
	if whence != linux.SEEK_SET && whence != linux.SEEK_CUR {
		return 0, linux.EINVAL
	}
	return fs.SeekOffset(cur, 0, off, whence)
}

// dir, file, raw and link make entries.
func dir(name string, perm uint32, entries ...*entry) *entry {
	return &entry{name: name, mode: linux.S_IFDIR | perm, dir: entries}
}

func file(name string, perm uint32, text func(v *view, b *bytes.Buffer) linux.Errno) *entry {
	return &entry{name: name, mode: linux.S_IFREG | perm, text: text}
}

func raw(name string, perm uint32, open func(n node) fs.FileOps) *entry {
	return &entry{name: name, mode: linux.S_IFREG | perm, open: open}
}

func link(name string, target func(v *view) (string, linux.Errno)) *entry {
	return &entry{name: name, mode: linux.S_IFLNK | 0o777, link: target}
}

// writable adds writing to a file.
func (e *entry) writable(write func(v *view, data string) linux.Errno) *entry {
	e.write = write
	e.mode |= 0o200
	return e
}

// secret makes an entry private.
func (e *entry) secret() *entry {
	e.private = true
	return e
}

// static is a file that always says the same.
func static(name, text string) *entry {
	return file(name, 0o444, func(_ *view, b *bytes.Buffer) linux.Errno {
		b.WriteString(text)
		return 0
	})
}
