// Package s390x describes the Linux ABI of z/Architecture.
package s390x

import (
	"debug/elf"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// ABIs lists the package's ABI.
func ABIs() []arch.Entry {
	file := arch.ELF{Machine: elf.EM_S390, Class: elf.ELFCLASS64, Data: elf.ELFDATA2MSB}
	return []arch.Entry{{Name: "s390x", ELF: file, Build: build}}
}

// hwcap is esan3 zarch stfle ldisp eimm etf3eh high_gprs vxrs (asm/elf.h): a z13, which Go and others insist on.
const hwcap = 1<<0 | 1<<1 | 1<<2 | 1<<4 | 1<<5 | 1<<8 | 1<<9 | hwcapVX

func build(e arch.Entry) *arch.ABI {
	isa := ISA()
	r := layout.Rules{Order: layout.Big, LongSize: 8, PtrSize: 8, Align64: 8}
	consts := arch.GenericConsts(r)
	consts.Fadvise = arch.NewTable(map[uint64]uint64{linux.POSIX_FADV_DONTNEED: 6, linux.POSIX_FADV_NOREUSE: 7})
	consts.Ioctl = arch.NewTable(map[uint64]uint64{linux.FIOQSIZE: 0x545e})
	high, low := isa.Regs.Reg("a0"), isa.Regs.Reg("a1")
	a := &arch.ABI{
		Name: e.Name, ISA: isa, ELF: e.ELF, Data: r, PageSize: 4096, TaskSize: 1 << 53,
		Machine: "s390x", Platform: "z13", HWCap: hwcap,
		Calls: arch.NewCalls(0, calls, nil), Convention: convention(isa.Regs), Structs: structs(r), Consts: consts,
		Entry: arch.PlainEntry,
		SetTLS: func(regs arch.Registers, v uint64) {
			regs.SetReg(high, v>>32)
			regs.SetReg(low, v&0xffffffff)
		},
	}
	a.Frames = frames(a)
	return a
}

// convention takes the call number from the svc instruction, or from r1 where that says 0.
func convention(file *arch.RegisterFile) arch.Convention {
	number := file.Reg("r1")
	return arch.Convention{
		Number: number, Args: file.Args("r2", "r3", "r4", "r5", "r6", "r7"),
		Result: file.Reg("r2"), Result2: arch.NoReg, Wide: true, TrapSize: 2,
		ReadNumber: func(regs arch.Registers, code int64) uint64 {
			if code > 0 {
				return uint64(code)
			}
			return regs.Reg(number) & 0xffff
		},
	}
}

func structs(r layout.Rules) *arch.Structs {
	s := arch.GenericStructs(r)
	s.Stat = layout.New[linux.Stat](stat{}, r)
	s.Stat64 = s.Stat
	s.Statfs = layout.New[linux.Statfs](statfs{}, r)
	s.Statfs64 = s.Statfs
	s.Sigaction = layout.New[linux.Sigaction](arch.SigactionWithRestorer{}, r)
	s.IPC = arch.NewIPC[ipcPerm](r)
	return s
}

// stat is struct stat of asm/stat.h: the times come before the block size.
type stat struct {
	Dev, Ino, Nlink layout.ULong
	Mode            uint32
	UID, GID        uint32
	_               uint32
	Rdev            layout.ULong
	Size            layout.ULong
	Atime           layout.Long  `c:"Atime.Sec"`
	AtimeNsec       layout.ULong `c:"Atime.Nsec"`
	Mtime           layout.Long  `c:"Mtime.Sec"`
	MtimeNsec       layout.ULong `c:"Mtime.Nsec"`
	Ctime           layout.Long  `c:"Ctime.Sec"`
	CtimeNsec       layout.ULong `c:"Ctime.Nsec"`
	Blksize         layout.ULong
	Blocks          layout.Long
	_               [3]layout.ULong
}

// statfs is struct statfs of asm/statfs.h: its words have 32 bits.
type statfs struct {
	Type, Bsize                         uint32
	Blocks, Bfree, Bavail, Files, Ffree uint64
	Fsid                                [2]int32
	Namelen, Frsize, Flags              uint32
	_                                   [4]uint32
}

// ipcPerm is struct ipc64_perm of asm/ipcbuf.h.
type ipcPerm struct {
	Key                  int32
	UID, GID, Cuid, Cgid uint32
	Mode                 uint32
	_                    uint16
	Seq                  uint16 `c:"Seq,short"`
	_                    [2]layout.ULong
}
