package arch

import (
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

func genericSockets(r layout.Rules) Sockets {
	return Sockets{
		Msghdr:  layout.New[linux.Msghdr](msghdrShape{}, r),
		Mmsghdr: layout.New[linux.Mmsghdr](mmsghdrShape{}, r),
		Cmsghdr: layout.New[linux.Cmsghdr](cmsghdrShape{}, r),
		Ucred:   layout.New[linux.Ucred](linux.Ucred{}, r),
		Linger:  layout.New[linux.Linger](linux.Linger{}, r),
		Ifreq:   layout.New[linux.Ifreq](ifreqShape(r), r),
	}
}

// msghdrShape is struct user_msghdr of include/linux/socket.h. musl's own struct msghdr has other types, with padding that
// its sendmsg clears.
type msghdrShape struct {
	Name       layout.Ptr
	Namelen    int32
	Iov        layout.Ptr
	Iovlen     layout.ULong
	Control    layout.Ptr
	Controllen layout.ULong
	Flags      uint32
}

type mmsghdrShape struct {
	Hdr msghdrShape
	Len uint32
}

// cmsghdrShape is struct cmsghdr of include/linux/socket.h.
type cmsghdrShape struct {
	Len         layout.ULong
	Level, Type int32
}

// ifreqShape is struct ifreq of linux/if.h, whose union holds a struct ifmap with two longs.
func ifreqShape(r layout.Rules) any {
	switch {
	case r.LongSize == 8:
		return linux.Ifreq{}
	case r.MaxAlign == 2:
		return struct {
			Name [16]byte
			Data [14]byte
		}{}
	}
	return struct {
		Name [16]byte
		Data [16]byte
	}{}
}
