package fs

import "muslrun/arch/linux"

// Unsupported is the base of an Inode: it answers what Linux answers for a file that does not have the operation.
// Only Stat is left to whoever embeds it.
type Unsupported struct{}

// SetAttr refuses.
func (Unsupported) SetAttr(*Caller, *SetAttr) linux.Errno { return linux.EPERM }

// Lookup says that this is no directory.
func (Unsupported) Lookup(*Caller, string) (Inode, linux.Errno) { return nil, linux.ENOTDIR }

// Create refuses as proc(5) does: what could be there is there already.
func (Unsupported) Create(*Caller, string, *CreateSpec) (Inode, linux.Errno) {
	return nil, linux.ENOENT
}

// Link refuses.
func (Unsupported) Link(*Caller, string, Inode) linux.Errno { return linux.EPERM }

// Remove refuses.
func (Unsupported) Remove(*Caller, string, bool) linux.Errno { return linux.EPERM }

// Rename refuses.
func (Unsupported) Rename(*Caller, string, Inode, string, uint32) linux.Errno { return linux.EPERM }

// Readlink says that this is no symbolic link.
func (Unsupported) Readlink(*Caller) (string, linux.Errno) { return "", linux.EINVAL }

// Open refuses, as for a socket's name.
func (Unsupported) Open(*Caller, uint32) (FileOps, linux.Errno) { return nil, linux.ENXIO }

// Getxattr has none.
func (Unsupported) Getxattr(*Caller, string) ([]byte, linux.Errno) { return nil, linux.EOPNOTSUPP }

// Setxattr refuses.
func (Unsupported) Setxattr(*Caller, string, []byte, uint32) linux.Errno { return linux.EOPNOTSUPP }

// Listxattr has none.
func (Unsupported) Listxattr(*Caller) ([]string, linux.Errno) { return nil, 0 }

// Removexattr refuses.
func (Unsupported) Removexattr(*Caller, string) linux.Errno { return linux.EOPNOTSUPP }
