package ppc

import "muslrun/arch/linux"

// openFlags are powerpc's O_* (asm/fcntl.h).
func openFlags() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.O_DIRECT:    0o400000,
		linux.O_LARGEFILE: 0o200000,
		linux.O_DIRECTORY: 0o40000,
		linux.O_NOFOLLOW:  0o100000,
	}
}

// mmapFlags are powerpc's MAP_* (asm/mman.h).
func mmapFlags() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.MAP_LOCKED:    0x80,
		linux.MAP_NORESERVE: 0x40,
	}
}

// mlockallFlags are powerpc's MCL_* (asm/mman.h).
func mlockallFlags() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.MCL_CURRENT: 0x2000,
		linux.MCL_FUTURE:  0x4000,
		linux.MCL_ONFAULT: 0x8000,
	}
}

// sockOpts are powerpc's SO_* (asm/socket.h).
func sockOpts() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.SO_PASSCRED:     0x14,
		linux.SO_PEERCRED:     0x15,
		linux.SO_RCVLOWAT:     0x10,
		linux.SO_SNDLOWAT:     0x11,
		linux.SO_RCVTIMEO_OLD: 0x12,
		linux.SO_SNDTIMEO_OLD: 0x13,
	}
}

// iflags are powerpc's bits of c_iflag (asm/termbits.h).
func iflags() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.IUCLC: 0x1000,
		linux.IXON:  0x200,
		linux.IXOFF: 0x400,
	}
}

// oflags are powerpc's bits of c_oflag (asm/termbits.h).
func oflags() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.OLCUC: 0x4,
		linux.ONLCR: 0x2,
		linux.CR1:   0x1000,
		linux.CR2:   0x2000,
		linux.TAB1:  0x400,
		linux.TAB2:  0x800,
		linux.BSDLY: 0x8000,
		linux.VTDLY: 0x10000,
		linux.FFDLY: 0x4000,
	}
}

// cflags are powerpc's bits of c_cflag (asm/termbits.h).
func cflags() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.CS6:    0x100,
		linux.CS7:    0x200,
		linux.CSTOPB: 0x400,
		linux.CREAD:  0x800,
		linux.PARENB: 0x1000,
		linux.PARODD: 0x2000,
		linux.HUPCL:  0x4000,
		linux.CLOCAL: 0x8000,
	}
}

// lflags are powerpc's bits of c_lflag (asm/termbits.h).
func lflags() map[uint64]uint64 {
	return map[uint64]uint64{
		linux.ISIG:    0x80,
		linux.ICANON:  0x100,
		linux.XCASE:   0x4000,
		linux.ECHOE:   0x2,
		linux.ECHOK:   0x4,
		linux.ECHONL:  0x10,
		linux.NOFLSH:  0x80000000,
		linux.TOSTOP:  0x400000,
		linux.ECHOCTL: 0x40,
		linux.ECHOPRT: 0x20,
		linux.ECHOKE:  0x1,
		linux.FLUSHO:  0x800000,
		linux.PENDIN:  0x20000000,
		linux.IEXTEN:  0x400,
		linux.EXTPROC: 0x10000000,
	}
}
