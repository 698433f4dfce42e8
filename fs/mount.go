package fs

import (
	"sync/atomic"

	"muslrun/arch/linux"
)

// MountFlags are the options of a mount: linux.ST_RDONLY, ST_NOSUID, ST_NODEV, ST_NOEXEC, ST_NOATIME.
type MountFlags uint32

// The options of a mount.
const (
	MountReadOnly MountFlags = linux.ST_RDONLY
	MountNoSUID   MountFlags = linux.ST_NOSUID
	MountNoDev    MountFlags = linux.ST_NODEV
	MountNoExec   MountFlags = linux.ST_NOEXEC
	MountNoAtime  MountFlags = linux.ST_NOATIME
)

// Mount is one mounted file system, or a part of one (mount(2)).
type Mount struct {
	ns     *Namespace // nil for an internal mount
	tree   *tree
	root   *Dentry // what it shows at its top; nil for an internal mount
	id     int
	source string
	flags  atomic.Uint32
	files  atomic.Int64 // open files that were opened here

	// Guarded by ns.mu. at is zero for the root mount and after unmounting.
	at       Path
	detached bool
}

// NewInternalMount mounts a file system nowhere (kern_mount): pipes, sockets and memfd files have their paths there.
// sb.Root may be nil.
func NewInternalMount(sb Superblock) *Mount {
	return &Mount{tree: newTree(sb)}
}

// Anonymous gives a place for an inode without a name in any directory. name is shown as it is by Path.Name, such as
// "pipe:[17]".
func (m *Mount) Anonymous(name string, inode Inode) (Path, linux.Errno) {
	d, errno := m.tree.newDentry(nil, name, inode)
	if errno != 0 {
		return Path{}, errno
	}
	d.anonymous = true
	return Path{m, d}, 0
}

// Flags are the options in force.
func (m *Mount) Flags() MountFlags { return MountFlags(m.flags.Load()) }

// Superblock is the file system that is mounted.
func (m *Mount) Superblock() Superblock { return m.tree.sb }

// ID is the mount's number in its namespace, as statx(2) and mountinfo show it.
func (m *Mount) ID() int { return m.id }

// Has reports whether all the options are in force.
func (m *Mount) Has(flags MountFlags) bool { return m.Flags()&flags == flags }

func (m *Mount) readOnly() bool { return m.Has(MountReadOnly) }

// attachedAt is the place it is mounted on; zero for a root mount and a detached one.
func (m *Mount) attachedAt() Path {
	if m.ns == nil {
		return Path{}
	}
	m.ns.mu.RLock()
	defer m.ns.mu.RUnlock()
	return m.at
}
