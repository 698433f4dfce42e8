package procfs

import (
	"muslrun/arch/linux"
	"muslrun/fs"
)

// FS is the file system.
type FS struct {
	kernel Kernel
	dev    uint64
	boot   linux.Timespec
	root   *entry
	task   taskEntries
}

// New makes the file system; dev is its st_dev.
func New(k Kernel, dev uint64) *FS {
	f := &FS{kernel: k, dev: dev, boot: k.System().Boot}
	f.task = f.newTaskEntries()
	f.root = f.rootEntry()
	id := uint32(0)
	for _, e := range []*entry{f.root, f.task.process, f.task.thread} {
		number(e, &id)
	}
	return f
}

// number gives each entry its place in the tables, which tells inode numbers apart.
func number(e *entry, id *uint32) {
	*id++
	e.id = *id
	for _, child := range e.dir {
		number(child, id)
	}
	if e.more != nil && e.more.each != nil {
		number(e.more.each, id)
	}
}

// Root implements fs.Superblock.
func (f *FS) Root() fs.Inode { return node{sb: f, e: f.root, arg: -1} }

// Type implements fs.Superblock.
func (*FS) Type() string { return "proc" }

// Statfs implements fs.Superblock.
func (*FS) Statfs() (linux.Statfs, linux.Errno) {
	return linux.Statfs{Type: linux.PROC_SUPER_MAGIC, Bsize: 4096, Frsize: 4096, Namelen: linux.NAME_MAX}, 0
}

// mayInspect decides as ptrace(2) does for reading with the file-system ids: one's own process, the same user and group
// everywhere, or CAP_SYS_PTRACE.
func (v *view) mayInspect() bool {
	if v.task == nil {
		return true
	}
	if self := v.fs.kernel.Self(v.c); self != nil && self.PID() == v.task.PID() {
		return true
	}
	s, c := v.task.Status(), v.c.Cred
	t := s.Cred
	same := c.FSUID == t.UID && c.FSUID == t.EUID && c.FSUID == t.SUID &&
		c.FSGID == t.GID && c.FSGID == t.EGID && c.FSGID == t.SGID
	covers := t.Permitted&^c.Permitted == 0
	return same && s.Dumpable && covers || c.Has(linux.CAP_SYS_PTRACE)
}
