package linux

// Msghdr is struct user_msghdr (include/linux/socket.h).
type Msghdr struct {
	Name       uint64
	Namelen    uint32
	Iov        uint64
	Iovlen     uint64
	Control    uint64
	Controllen uint64
	Flags      uint32
}

// Mmsghdr is struct mmsghdr (include/linux/socket.h).
type Mmsghdr struct {
	Hdr Msghdr
	Len uint32
}

// Cmsghdr is the head of a control message (include/linux/socket.h).
type Cmsghdr struct {
	Len         uint64
	Level, Type int32
}

// Ucred is struct ucred (include/linux/socket.h).
type Ucred struct {
	Pid      int32
	UID, GID uint32
}

// Linger is struct linger (include/linux/socket.h).
type Linger struct {
	Onoff, Linger int32
}

// Ifreq is struct ifreq (linux/if.h) with the union's bytes as they are.
type Ifreq struct {
	Name [16]byte
	Data [24]byte
}
