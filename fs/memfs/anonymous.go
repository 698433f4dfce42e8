package memfs

import (
	"muslrun/arch/linux"
	"muslrun/fs"
)

// Memfd makes a file without a name for memfd_create(2), with the seals that it has from the start. The kernel puts it on an internal mount of m (fs.Mount.Anonymous) as "/memfd:name (deleted)".
func (m *FS) Memfd(c *fs.Caller, mode, seals uint32) (fs.Inode, linux.Errno) {
	spec := fs.CreateSpec{Mode: linux.S_IFREG | mode&0o7777, UID: c.Cred.FSUID, GID: c.Cred.FSGID}
	i, errno := m.make(&spec, c.Now())
	if errno != 0 {
		return nil, errno
	}
	f := i.(*file)
	f.nlink = 0
	f.memory = true
	f.seals.Store(seals)
	return f, 0
}
