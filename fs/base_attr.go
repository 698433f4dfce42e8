package fs

import (
	"sync"

	"muslrun/arch/linux"
)

// Attributes is the base of an Inode whose attributes are kept in memory and change only when somebody sets them: devices,
// pipes and the like. It is Unsupported in everything else.
type Attributes struct {
	Unsupported
	mu sync.Mutex
	st linux.Stat
}

// SetStat gives the attributes to begin with.
func (a *Attributes) SetStat(st linux.Stat) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.st = st
}

// Stat implements Inode.
func (a *Attributes) Stat() (linux.Stat, linux.Errno) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.st, 0
}

// SetAttr implements Inode. The size stays: there are no data.
func (a *Attributes) SetAttr(_ *Caller, set *SetAttr) linux.Errno {
	a.mu.Lock()
	defer a.mu.Unlock()
	if set.Mask&AttrMode != 0 {
		a.st.Mode = a.st.Mode&linux.S_IFMT | set.Mode&^linux.S_IFMT
	}
	if set.Mask&AttrUID != 0 {
		a.st.UID = set.UID
	}
	if set.Mask&AttrGID != 0 {
		a.st.GID = set.GID
	}
	if set.Mask&AttrAtime != 0 {
		a.st.Atime = set.Atime
	}
	if set.Mask&AttrMtime != 0 {
		a.st.Mtime = set.Mtime
	}
	a.st.Ctime = set.Ctime
	return 0
}
