package args

import (
	"muslrun/arch/linux"
)

// Flag words. Load gives them in inner numbering.
type (
	OpenFlags    uint32 // of open(2)
	EventfdFlags uint32 // of eventfd2(2)
	Prot         uint64 // of mmap(2)
	MapFlags     uint64 // of mmap(2)
	AtFlags      uint32 // of the *at calls
	FcntlCmd     uint32
	EpollOp      uint32 // of epoll_ctl(2)
	FileAdvice   uint32 // of posix_fadvise(2)
	IoctlCmd     uint32
	Whence       uint32 // of lseek(2)
	Resource     uint32 // of getrlimit(2)
	Advice       uint32 // of madvise(2)
	RWFlags      uint32 // of preadv2(2)
	InotifyMask  uint32 // of inotify_add_watch(2)
)

// Load renumbers where the ABI has flags of its own.
func (OpenFlags) Load(s *Source) OpenFlags {
	return OpenFlags(s.Task.ABI.Consts.Open.ToInner(uint64(uint32(s.Int()))))
}

// Load renumbers where the ABI has flags of its own.
func (MapFlags) Load(s *Source) MapFlags {
	return MapFlags(s.Task.ABI.Consts.Mmap.ToInner(s.ULong()))
}

// Load renumbers where the ABI has commands of its own.
func (FcntlCmd) Load(s *Source) FcntlCmd {
	return FcntlCmd(s.Task.ABI.Consts.Fcntl.ToInner(uint64(uint32(s.Int()))))
}

// Load renumbers where the ABI has requests of its own.
func (IoctlCmd) Load(s *Source) IoctlCmd {
	return IoctlCmd(s.Task.ABI.Consts.Ioctl.ToInner(uint64(uint32(s.Int()))))
}

// Load renumbers EFD_NONBLOCK and EFD_CLOEXEC as the O_* that they are; EFD_SEMAPHORE, which no O_* may take the place of,
// stays.
func (EventfdFlags) Load(s *Source) EventfdFlags {
	flags := uint64(uint32(s.Int()))
	inner := s.Task.ABI.Consts.Open.ToInner(flags &^ linux.EFD_SEMAPHORE)
	return EventfdFlags(inner | flags&linux.EFD_SEMAPHORE)
}

// Load renumbers where the ABI has values of its own.
func (FileAdvice) Load(s *Source) FileAdvice {
	return FileAdvice(s.Task.ABI.Consts.Fadvise.ToInner(uint64(uint32(s.Int()))))
}

func (EpollOp) Load(s *Source) EpollOp { return EpollOp(s.Int()) }
func (Prot) Load(s *Source) Prot       { return Prot(s.ULong()) }
func (AtFlags) Load(s *Source) AtFlags { return AtFlags(s.Int()) }
func (Whence) Load(s *Source) Whence   { return Whence(s.Int()) }
func (Resource) Load(s *Source) Resource {
	return Resource(s.Int())
}
func (Advice) Load(s *Source) Advice   { return Advice(s.Int()) }
func (RWFlags) Load(s *Source) RWFlags { return RWFlags(s.Int()) }

// Load takes the word.
func (InotifyMask) Load(s *Source) InotifyMask { return InotifyMask(s.Int()) }

// Print writes the events and modes by name.
func (a InotifyMask) Print(p *Printer) { p.Flags(inotifyNames, uint64(a), "0") }

// Print writes the access mode and the other flags by name.
func (a OpenFlags) Print(p *Printer) {
	modes := [...]string{"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"}
	p.String(modes[a&linux.O_ACCMODE])
	if rest := uint64(a &^ linux.O_ACCMODE); rest != 0 {
		p.String("|")
		p.Flags(openNames, rest, "")
	}
}

// Print writes the flags by name.
func (a EventfdFlags) Print(p *Printer) {
	p.Flags([]Name{{linux.EFD_SEMAPHORE, "EFD_SEMAPHORE"}, {linux.EFD_CLOEXEC, "EFD_CLOEXEC"},
		{linux.EFD_NONBLOCK, "EFD_NONBLOCK"}}, uint64(a), "0")
}

func (a FileAdvice) Print(p *Printer) { p.Enum(fadviseNames, int64(a)) }
func (a EpollOp) Print(p *Printer)    { p.Enum(epollNames, int64(a)) }
func (a Prot) Print(p *Printer)       { p.Flags(protNames, uint64(a), "PROT_NONE") }
func (a MapFlags) Print(p *Printer)   { p.Flags(mapNames, uint64(a), "0") }
func (a AtFlags) Print(p *Printer)    { p.Flags(atNames, uint64(a), "0") }
func (a FcntlCmd) Print(p *Printer)   { p.Enum(fcntlNames, int64(a)) }
func (a Whence) Print(p *Printer)     { p.Enum(whenceNames, int64(a)) }
func (a Resource) Print(p *Printer)   { p.Enum(resourceNames, int64(a)) }
func (a Advice) Print(p *Printer)     { p.Enum(adviceNames, int64(a)) }
func (a RWFlags) Print(p *Printer)    { p.Flags(rwNames, uint64(a), "0") }

// Print writes the request's name if it is known.
func (a IoctlCmd) Print(p *Printer) {
	for _, n := range ioctlNames {
		if n.Value == uint64(a) {
			p.String(n.Name)
			return
		}
	}
	p.Hex(uint64(a))
}
