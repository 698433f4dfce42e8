package args

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// Layouts that a declaration can name; see arch.Structs for what they are.
type (
	StatLayout            struct{}
	Stat64Layout          struct{}
	StatxLayout           struct{}
	StatfsLayout          struct{}
	Statfs64Layout        struct{}
	FlockLayout           struct{}
	Flock64Layout         struct{}
	FOwnerExLayout        struct{}
	DirentLayout          struct{}
	Dirent64Layout        struct{}
	OpenHowLayout         struct{}
	HandleLayout          struct{}
	InotifyLayout         struct{}
	IovecLayout           struct{}
	PollfdLayout          struct{}
	EpollLayout           struct{}
	TermiosLayout         struct{}
	Termios2Layout        struct{}
	WinsizeLayout         struct{}
	TimespecLayout        struct{}
	Timespec64Layout      struct{}
	TimevalLayout         struct{}
	Timeval64Layout       struct{}
	ItimerspecLayout      struct{}
	Itimerspec64Layout    struct{}
	ItimervalLayout       struct{}
	TimezoneLayout        struct{}
	TmsLayout             struct{}
	TimexLayout           struct{}
	Timex64Layout         struct{}
	UtsnameLayout         struct{}
	SysinfoLayout         struct{}
	RusageLayout          struct{}
	RlimitLayout          struct{}
	Rlimit64Layout        struct{}
	SchedParamLayout      struct{}
	SchedAttrLayout       struct{}
	RobustListLayout      struct{}
	CloneArgsLayout       struct{}
	CapHeaderLayout       struct{}
	CapDataLayout         struct{}
	UserDescLayout        struct{}
	SigactionLayout       struct{}
	SigaltStackLayout     struct{}
	SigeventLayout        struct{}
	SignalfdSiginfoLayout struct{}
	MsghdrLayout          struct{}
	MmsghdrLayout         struct{}
	CmsghdrLayout         struct{}
	UcredLayout           struct{}
	LingerLayout          struct{}
	IfreqLayout           struct{}
	SemidDSLayout         struct{}
	ShmidDSLayout         struct{}
	MsqidDSLayout         struct{}
	SembufLayout          struct{}
	SeminfoLayout         struct{}
	MsginfoLayout         struct{}
	ShminfoLayout         struct{}
	ShmInfoLayout         struct{}
	MqAttrLayout          struct{}
)

// Of implements Codec.
func (StatLayout) Of(s *arch.Structs) *layout.Codec[linux.Stat] { return s.Stat }

// Of implements Codec.
func (Stat64Layout) Of(s *arch.Structs) *layout.Codec[linux.Stat] { return s.Stat64 }

// Of implements Codec.
func (StatxLayout) Of(s *arch.Structs) *layout.Codec[linux.Statx] { return s.Statx }

// Of implements Codec.
func (StatfsLayout) Of(s *arch.Structs) *layout.Codec[linux.Statfs] { return s.Statfs }

// Of implements Codec.
func (Statfs64Layout) Of(s *arch.Structs) *layout.Codec[linux.Statfs] { return s.Statfs64 }

// Of implements Codec.
func (FlockLayout) Of(s *arch.Structs) *layout.Codec[linux.Flock] { return s.Flock }

// Of implements Codec.
func (Flock64Layout) Of(s *arch.Structs) *layout.Codec[linux.Flock] { return s.Flock64 }

// Of implements Codec.
func (FOwnerExLayout) Of(s *arch.Structs) *layout.Codec[linux.FOwnerEx] { return s.FOwnerEx }

// Of implements Codec.
func (DirentLayout) Of(s *arch.Structs) *layout.Codec[linux.Dirent] { return s.Dirent }

// Of implements Codec.
func (Dirent64Layout) Of(s *arch.Structs) *layout.Codec[linux.Dirent] { return s.Dirent64 }

// Of implements Codec.
func (OpenHowLayout) Of(s *arch.Structs) *layout.Codec[linux.OpenHow] { return s.OpenHow }

// Of implements Codec.
func (HandleLayout) Of(s *arch.Structs) *layout.Codec[linux.FileHandle] { return s.Handle }

// Of implements Codec.
func (InotifyLayout) Of(s *arch.Structs) *layout.Codec[linux.InotifyEvent] { return s.Inotify }

// Of implements Codec.
func (IovecLayout) Of(s *arch.Structs) *layout.Codec[linux.Iovec] { return s.Iovec }

// Of implements Codec.
func (PollfdLayout) Of(s *arch.Structs) *layout.Codec[linux.Pollfd] { return s.Pollfd }

// Of implements Codec.
func (EpollLayout) Of(s *arch.Structs) *layout.Codec[linux.EpollEvent] { return s.Epoll }

// Of implements Codec.
func (TermiosLayout) Of(s *arch.Structs) *layout.Codec[linux.Termios] { return s.Termios }

// Of implements Codec.
func (Termios2Layout) Of(s *arch.Structs) *layout.Codec[linux.Termios] { return s.Termios2 }

// Of implements Codec.
func (WinsizeLayout) Of(s *arch.Structs) *layout.Codec[linux.Winsize] { return s.Winsize }

// Of implements Codec.
func (TimespecLayout) Of(s *arch.Structs) *layout.Codec[linux.Timespec] { return s.Timespec }

// Of implements Codec.
func (Timespec64Layout) Of(s *arch.Structs) *layout.Codec[linux.Timespec] { return s.Timespec64 }

// Of implements Codec.
func (TimevalLayout) Of(s *arch.Structs) *layout.Codec[linux.Timeval] { return s.Timeval }

// Of implements Codec.
func (Timeval64Layout) Of(s *arch.Structs) *layout.Codec[linux.Timeval] { return s.Timeval64 }

// Of implements Codec.
func (ItimerspecLayout) Of(s *arch.Structs) *layout.Codec[linux.Itimerspec] { return s.Itimerspec }

// Of implements Codec.
func (Itimerspec64Layout) Of(s *arch.Structs) *layout.Codec[linux.Itimerspec] { return s.Itimerspec64 }

// Of implements Codec.
func (ItimervalLayout) Of(s *arch.Structs) *layout.Codec[linux.Itimerval] { return s.Itimerval }

// Of implements Codec.
func (TimezoneLayout) Of(s *arch.Structs) *layout.Codec[linux.Timezone] { return s.Timezone }

// Of implements Codec.
func (TmsLayout) Of(s *arch.Structs) *layout.Codec[linux.Tms] { return s.Tms }

// Of implements Codec.
func (TimexLayout) Of(s *arch.Structs) *layout.Codec[linux.Timex] { return s.Timex }

// Of implements Codec.
func (Timex64Layout) Of(s *arch.Structs) *layout.Codec[linux.Timex] { return s.Timex64 }

// Of implements Codec.
func (UtsnameLayout) Of(s *arch.Structs) *layout.Codec[linux.Utsname] { return s.Utsname }

// Of implements Codec.
func (SysinfoLayout) Of(s *arch.Structs) *layout.Codec[linux.Sysinfo] { return s.Sysinfo }

// Of implements Codec.
func (RusageLayout) Of(s *arch.Structs) *layout.Codec[linux.Rusage] { return s.Rusage }

// Of implements Codec.
func (RlimitLayout) Of(s *arch.Structs) *layout.Codec[linux.Rlimit] { return s.Rlimit }

// Of implements Codec.
func (Rlimit64Layout) Of(s *arch.Structs) *layout.Codec[linux.Rlimit] { return s.Rlimit64 }

// Of implements Codec.
func (SchedParamLayout) Of(s *arch.Structs) *layout.Codec[linux.SchedParam] { return s.SchedParam }

// Of implements Codec.
func (SchedAttrLayout) Of(s *arch.Structs) *layout.Codec[linux.SchedAttr] { return s.SchedAttr }

// Of implements Codec.
func (RobustListLayout) Of(s *arch.Structs) *layout.Codec[linux.RobustListHead] { return s.RobustList }

// Of implements Codec.
func (CloneArgsLayout) Of(s *arch.Structs) *layout.Codec[linux.CloneArgs] { return s.CloneArgs }

// Of implements Codec.
func (CapHeaderLayout) Of(s *arch.Structs) *layout.Codec[linux.CapHeader] { return s.CapHeader }

// Of implements Codec.
func (CapDataLayout) Of(s *arch.Structs) *layout.Codec[linux.CapData] { return s.CapData }

// Of implements Codec.
func (UserDescLayout) Of(s *arch.Structs) *layout.Codec[linux.UserDesc] { return s.UserDesc }

// Of implements Codec.
func (SigactionLayout) Of(s *arch.Structs) *layout.Codec[linux.Sigaction] { return s.Sigaction }

// Of implements Codec.
func (SigaltStackLayout) Of(s *arch.Structs) *layout.Codec[linux.SigaltStack] { return s.SigaltStack }

// Of implements Codec.
func (SigeventLayout) Of(s *arch.Structs) *layout.Codec[linux.Sigevent] { return s.Sigevent }

// Of implements Codec.
func (SignalfdSiginfoLayout) Of(s *arch.Structs) *layout.Codec[linux.SignalfdSiginfo] {
	return s.SignalfdSiginfo
}

// Of implements Codec.
func (MsghdrLayout) Of(s *arch.Structs) *layout.Codec[linux.Msghdr] { return s.Msghdr }

// Of implements Codec.
func (MmsghdrLayout) Of(s *arch.Structs) *layout.Codec[linux.Mmsghdr] { return s.Mmsghdr }

// Of implements Codec.
func (CmsghdrLayout) Of(s *arch.Structs) *layout.Codec[linux.Cmsghdr] { return s.Cmsghdr }

// Of implements Codec.
func (UcredLayout) Of(s *arch.Structs) *layout.Codec[linux.Ucred] { return s.Ucred }

// Of implements Codec.
func (LingerLayout) Of(s *arch.Structs) *layout.Codec[linux.Linger] { return s.Linger }

// Of implements Codec.
func (IfreqLayout) Of(s *arch.Structs) *layout.Codec[linux.Ifreq] { return s.Ifreq }

// Of implements Codec.
func (SemidDSLayout) Of(s *arch.Structs) *layout.Codec[linux.SemidDS] { return s.SemidDS }

// Of implements Codec.
func (ShmidDSLayout) Of(s *arch.Structs) *layout.Codec[linux.ShmidDS] { return s.ShmidDS }

// Of implements Codec.
func (MsqidDSLayout) Of(s *arch.Structs) *layout.Codec[linux.MsqidDS] { return s.MsqidDS }

// Of implements Codec.
func (SembufLayout) Of(s *arch.Structs) *layout.Codec[linux.Sembuf] { return s.Sembuf }

// Of implements Codec.
func (SeminfoLayout) Of(s *arch.Structs) *layout.Codec[linux.Seminfo] { return s.Seminfo }

// Of implements Codec.
func (MsginfoLayout) Of(s *arch.Structs) *layout.Codec[linux.Msginfo] { return s.Msginfo }

// Of implements Codec.
func (ShminfoLayout) Of(s *arch.Structs) *layout.Codec[linux.Shminfo] { return s.Shminfo }

// Of implements Codec.
func (ShmInfoLayout) Of(s *arch.Structs) *layout.Codec[linux.ShmInfo] { return s.ShmInfo }

// Of implements Codec.
func (MqAttrLayout) Of(s *arch.Structs) *layout.Codec[linux.MqAttr] { return s.MqAttr }
