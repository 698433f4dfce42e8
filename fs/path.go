package fs

// Path is a place in the name space. The zero Path is nowhere.
type Path struct {
	Mount  *Mount
	Dentry *Dentry
}

// IsZero reports whether p is nowhere.
func (p Path) IsZero() bool { return p.Dentry == nil }

// Inode is the file at p.
func (p Path) Inode() Inode { return p.Dentry.inode }

// Mount is one mounted file system, or a part of one (mount(2)).
type Mount struct{}

// Dentry is a name that was looked up: one component, its parent, and the inode it leads to.
type Dentry struct {
	inode Inode
}
