package sock

import (
	"muslrun/arch/linux"
	"muslrun/fs"
)

// Message is what goes with the bytes of a send or receive (struct msghdr). MSG_DONTWAIT is set in the flags of every
// operation on a socket that does not block.
type Message struct {
	Flags uint32 // linux.MSG_*
	// Names is where path names of AF_UNIX lead to; sends with an address need it.
	Names *fs.Context
	// Addr is the destination of a send if HasAddr, and the source of what was received: a zero Family stands for none.
	Addr    Address
	HasAddr bool

	// Files are those of SCM_RIGHTS. A sender's are its own until the socket has taken something.
	Files []*fs.File
	// FileLimit is RLIMIT_NOFILE: a sender may not have more files under way.
	FileLimit uint64
	// Cred is SCM_CREDENTIALS: a sender's claim, which was checked, or what a receiver is told.
	Cred *linux.Ucred
	// Control are control messages of other kinds.
	Control []Control

	// Out are the flags of a received message: MSG_TRUNC, MSG_OOB, MSG_EOR.
	Out uint32
	// Stamp is when a message arrived, for SO_TIMESTAMP; zero without.
	Stamp linux.Timespec
}

// Control is a control message in the inner form.
type Control struct {
	Level, Type int
	Data        []byte
}

// Has reports whether all bits of a flag are set.
func (m *Message) Has(flag uint32) bool { return m.Flags&flag == flag }

// Drop closes the files of a message that nobody wants.
func (m *Message) Drop(c *fs.Caller) {
	for _, f := range m.Files {
		f.Unref(c)
	}
	m.Files = nil
}
