package fs

import (
	"strings"

	"muslrun/arch/linux"
)

// Path is a place in the name space. The zero Path is nowhere.
type Path struct {
	Mount  *Mount
	Dentry *Dentry
}

// IsZero reports whether p is nowhere.
func (p Path) IsZero() bool { return p.Dentry == nil }

// Inode is the file at p.
func (p Path) Inode() Inode { return p.Dentry.inode }

// Kind is the file type of p: one of linux.S_IF*.
func (p Path) Kind() uint32 { return p.Dentry.kind }

// IsDir reports whether p is a directory.
func (p Path) IsDir() bool { return p.Dentry.kind == linux.S_IFDIR }

// isLink reports whether p is a symbolic link, a magic one included.
func (p Path) isLink() bool { return p.Dentry.kind == linux.S_IFLNK }

// Name gives p as a string seen from root, as the links in /proc/PID/fd show it: " (deleted)" follows a name that is
// no longer there, and what cannot be reached from root is named from the top of its mount.
func (p Path) Name(root Path) string {
	name, _, deleted := p.trace(root)
	if deleted {
		return name + " (deleted)"
	}
	return name
}

// trace climbs from p to root. reached is false if it ended at the top of a detached mount, or above root, or gave up
// because the name is longer than any that can be used.
func (p Path) trace(root Path) (name string, reached, deleted bool) {
	if p.Dentry.anonymous {
		return p.Dentry.name, true, false
	}
	var parts []string
	deleted = p.Dentry.isDead()
	for size := 0; p != root; {
		up, name, ok := p.climb()
		if !ok || size >= linux.PATH_MAX {
			return join(parts), root.IsZero(), deleted
		}
		if name != "" {
			parts = append(parts, name)
			size += len(name) + 1
		}
		p = up
	}
	return join(parts), true, deleted
}

// climb goes one step towards the top: to the parent, leaving name behind, or from a mount to where it is mounted.
func (p Path) climb() (up Path, name string, ok bool) {
	if p.Dentry == p.Mount.root {
		up = p.Mount.attachedAt()
		return up, "", !up.IsZero()
	}
	parent, name := p.Dentry.place()
	return Path{p.Mount, parent}, name, parent != nil
}

// join makes an absolute name of components that come last first.
func join(parts []string) string {
	if len(parts) == 0 {
		return "/"
	}
	var b strings.Builder
	for i := len(parts) - 1; i >= 0; i-- {
		b.WriteByte('/')
		b.WriteString(parts[i])
	}
	return b.String()
}
