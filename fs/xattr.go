package fs

import (
	"slices"
	"strings"

	"muslrun/arch/linux"
)

// xattrAccess checks whether the caller may use an attribute of that name (xattr(7), xattr_permission).
func (p Path) xattrAccess(c *Caller, name string, write bool) linux.Errno {
	if name == "" || len(name) > linux.XATTR_NAME_MAX {
		return linux.ERANGE
	}
	if write && p.Mount.readOnly() {
		return linux.EROFS
	}
	mask := uint32(linux.R_OK)
	refused := linux.ENODATA
	if write {
		mask, refused = linux.W_OK, linux.EPERM
	}
	space, rest, _ := strings.Cut(name, ".")
	switch space {
	case "security", "system":
		return p.xattrReserved(c, name, write)
	case "trusted":
		if !c.Cred.Has(linux.CAP_SYS_ADMIN) {
			return refused
		}
		return 0
	case "user":
		if rest == "" {
			return linux.EINVAL
		}
		return p.xattrUser(c, mask, refused)
	}
	return linux.EOPNOTSUPP
}

// xattrReserved guards the name spaces that the kernel itself gives a meaning: writing file capabilities needs
// CAP_SETFCAP, other security attributes CAP_SYS_ADMIN.
func (p Path) xattrReserved(c *Caller, name string, write bool) linux.Errno {
	if !write || strings.HasPrefix(name, "system.") {
		return 0
	}
	need := linux.CAP_SYS_ADMIN
	if name == "security.capability" {
		need = linux.CAP_SETFCAP
	}
	if !c.Cred.Has(need) {
		return linux.EPERM
	}
	return 0
}

// xattrUser allows user attributes on files and directories only, in sticky directories to the owner.
func (p Path) xattrUser(c *Caller, mask uint32, refused linux.Errno) linux.Errno {
	st, errno := p.Stat()
	if errno != 0 {
		return errno
	}
	kind := st.Mode & linux.S_IFMT
	if kind != linux.S_IFREG && kind != linux.S_IFDIR {
		return refused
	}
	stickyDir := kind == linux.S_IFDIR && st.Mode&linux.S_ISVTX != 0
	if stickyDir && mask == linux.W_OK && !c.Cred.owns(&st) {
		return linux.EPERM
	}
	if !c.Cred.Permits(&st, mask) {
		return linux.EACCES
	}
	return 0
}

// Getxattr implements getxattr(2) on p.
func (p Path) Getxattr(c *Caller, name string) ([]byte, linux.Errno) {
	if errno := p.xattrAccess(c, name, false); errno != 0 {
		return nil, errno
	}
	return p.Inode().Getxattr(c, name)
}

// Setxattr implements setxattr(2) on p; flags are linux.XATTR_CREATE and XATTR_REPLACE. The value is kept: it must
// not be changed afterwards.
func (p Path) Setxattr(c *Caller, name string, value []byte, flags uint32) linux.Errno {
	switch {
	case flags&^(linux.XATTR_CREATE|linux.XATTR_REPLACE) != 0:
		return linux.EINVAL
	case len(value) > linux.XATTR_SIZE_MAX:
		return linux.E2BIG
	}
	if errno := p.xattrAccess(c, name, true); errno != 0 {
		return errno
	}
	errno := p.Inode().Setxattr(c, name, value, flags)
	if errno == 0 {
		p.happened(linux.IN_ATTRIB)
	}
	return errno
}

// Listxattr implements listxattr(2) on p: the names, without those that the caller may not see.
func (p Path) Listxattr(c *Caller) ([]string, linux.Errno) {
	names, errno := p.Inode().Listxattr(c)
	if errno == 0 && !c.Cred.Has(linux.CAP_SYS_ADMIN) {
		names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return strings.HasPrefix(n, "trusted.") })
	}
	return names, errno
}

// Removexattr implements removexattr(2) on p.
func (p Path) Removexattr(c *Caller, name string) linux.Errno {
	if errno := p.xattrAccess(c, name, true); errno != 0 {
		return errno
	}
	errno := p.Inode().Removexattr(c, name)
	if errno == 0 {
		p.happened(linux.IN_ATTRIB)
	}
	return errno
}
