package fs

import "muslrun/arch/linux"

// Has reports whether a capability is in the effective set.
func (c *Credentials) Has(capability linux.Capability) bool {
	return c.Effective>>capability&1 != 0
}

// Permits decides about access by mode bits and capabilities (path_resolution(7)). mask is a set of linux.R_OK, W_OK
// and X_OK; the file-system ids decide.
func (c *Credentials) Permits(st *linux.Stat, mask uint32) bool {
	bits := st.Mode
	if c.FSUID == st.UID {
		bits >>= 6
	} else if c.InGroup(st.GID) {
		bits >>= 3
	}
	return mask&^bits&7 == 0 || c.overrides(st, mask)
}

// overrides reports whether capabilities allow what the mode bits refuse.
func (c *Credentials) overrides(st *linux.Stat, mask uint32) bool {
	dir := st.Mode&linux.S_IFMT == linux.S_IFDIR
	if mask == linux.R_OK || dir && mask&linux.W_OK == 0 {
		if c.Has(linux.CAP_DAC_READ_SEARCH) {
			return true
		}
	}
	runnable := dir || mask&linux.X_OK == 0 || st.Mode&0o111 != 0
	return runnable && c.Has(linux.CAP_DAC_OVERRIDE)
}

// owns reports whether the caller may do what is reserved to the owner.
func (c *Credentials) owns(st *linux.Stat) bool {
	return c.FSUID == st.UID || c.Has(linux.CAP_FOWNER)
}

// searchesAll reports whether the caller may search every directory.
func (c *Credentials) searchesAll() bool {
	const caps = 1<<linux.CAP_DAC_OVERRIDE | 1<<linux.CAP_DAC_READ_SEARCH
	return c.Effective&caps != 0
}

// permission checks access to p (inode_permission). Mounts that are read only are looked at elsewhere.
func (p Path) permission(c *Caller, mask uint32) linux.Errno {
	if mask == linux.X_OK && p.IsDir() && c.Cred.searchesAll() {
		return 0
	}
	st, errno := p.Dentry.inode.Stat()
	if errno != 0 {
		return errno
	}
	if !c.Cred.Permits(&st, mask) {
		return linux.EACCES
	}
	return 0
}

// StripPrivileges gives a mode without the bits that a write by this caller takes away (file_remove_privs). gid is the
// file's group. File systems that know their modes apply it when data changes.
func (c *Caller) StripPrivileges(mode, gid uint32) uint32 {
	if mode&linux.S_IFMT != linux.S_IFREG || c.Cred.Has(linux.CAP_FSETID) {
		return mode
	}
	return mode &^ c.Cred.kills(mode, gid)
}

// kills gives the bits that go when somebody changes a file: set-user-id, and set-group-id where the group may
// execute, or else if the caller is not in the group (setattr_should_drop_sgid).
func (c *Credentials) kills(mode, gid uint32) uint32 {
	kill := privileges(mode)
	if !c.InGroup(gid) && !c.Has(linux.CAP_FSETID) {
		kill |= mode & linux.S_ISGID
	}
	return kill
}

// privileges are the bits of a mode that give the file's identity to who runs it.
func privileges(mode uint32) uint32 {
	kill := mode & linux.S_ISUID
	if mode&0o010 != 0 {
		kill |= mode & linux.S_ISGID
	}
	return kill
}
