package arch

import (
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// IpcPerm is struct ipc64_perm of asm-generic/ipcbuf.h where __kernel_mode_t has 32 bits.
type IpcPerm struct {
	Key                  int32
	UID, GID, Cuid, Cgid uint32
	Mode                 uint32
	Seq                  uint16 `c:"Seq,short"`
	_                    uint16
	_                    [2]layout.KULong
}

// IpcPermShortMode is the same where __kernel_mode_t has 16 bits.
type IpcPermShortMode struct {
	Key                  int32
	UID, GID, Cuid, Cgid uint32
	Mode                 uint16
	_                    uint16
	Seq                  uint16 `c:"Seq,short"`
	_                    uint16
	_                    [2]layout.KULong
}

// NewIPC builds the generic IPC structures with the struct ipc64_perm of an ABI.
func NewIPC[Perm any](r layout.Rules) IPC {
	ipc := IPC{
		SemidDS: layout.New[linux.SemidDS](semidDS[Perm]{}, r),
		ShmidDS: layout.New[linux.ShmidDS](shmidDS[Perm]{}, r),
		MsqidDS: layout.New[linux.MsqidDS](msqidDS[Perm]{}, r),
		Sembuf:  layout.New[linux.Sembuf](linux.Sembuf{}, r),
		Seminfo: layout.New[linux.Seminfo](linux.Seminfo{}, r),
		Msginfo: layout.New[linux.Msginfo](linux.Msginfo{}, r),
		Shminfo: layout.New[linux.Shminfo](shminfoShape{}, r),
		ShmInfo: layout.New[linux.ShmInfo](shmInfoShape{}, r),
		MqAttr:  layout.New[linux.MqAttr](mqAttrShape{}, r),
	}
	if r.LongSize == 4 && r.KernelLong != 8 {
		ipc.SemidDS = layout.New[linux.SemidDS](semidDS32[Perm]{}, r)
		ipc.ShmidDS = layout.New[linux.ShmidDS](shmidDS32[Perm]{}, r)
		ipc.MsqidDS = layout.New[linux.MsqidDS](msqidDS32[Perm]{}, r)
	}
	return ipc
}

// semidDS is struct semid64_ds of asm-generic/sembuf.h with 64-bit long.
type semidDS[Perm any] struct {
	Perm         Perm
	Otime, Ctime layout.KLong
	Nsems        layout.KULong
	_            [2]layout.KULong
}

// semidDS32 is the same with 32-bit long: times are in two halves.
type semidDS32[Perm any] struct {
	Perm      Perm
	OtimeLow  layout.ULong `c:"Otime"`
	OtimeHigh layout.ULong `c:"Otime>>32"`
	CtimeLow  layout.ULong `c:"Ctime"`
	CtimeHigh layout.ULong `c:"Ctime>>32"`
	Nsems     layout.ULong
	_         [2]layout.ULong
}

// shmidDS is struct shmid64_ds of asm-generic/shmbuf.h with 64-bit long.
type shmidDS[Perm any] struct {
	Perm                Perm
	Segsz               layout.KULong
	Atime, Dtime, Ctime layout.KLong
	Cpid, Lpid          int32
	Nattch              layout.KULong
	_                   [2]layout.KULong
}

type shmidDS32[Perm any] struct {
	Perm       Perm
	Segsz      layout.ULong
	AtimeLow   layout.ULong `c:"Atime"`
	AtimeHigh  layout.ULong `c:"Atime>>32"`
	DtimeLow   layout.ULong `c:"Dtime"`
	DtimeHigh  layout.ULong `c:"Dtime>>32"`
	CtimeLow   layout.ULong `c:"Ctime"`
	CtimeHigh  layout.ULong `c:"Ctime>>32"`
	Cpid, Lpid int32
	Nattch     layout.ULong
	_          [2]layout.ULong
}

// msqidDS is struct msqid64_ds of asm-generic/msgbuf.h with 64-bit long.
type msqidDS[Perm any] struct {
	Perm                 Perm
	Stime, Rtime, Ctime  layout.KLong
	Cbytes, Qnum, Qbytes layout.KULong
	Lspid, Lrpid         int32
	_                    [2]layout.KULong
}

type msqidDS32[Perm any] struct {
	Perm      Perm
	StimeLow  layout.ULong `c:"Stime"`
	StimeHigh layout.ULong `c:"Stime>>32"`
	RtimeLow  layout.ULong `c:"Rtime"`
	RtimeHigh layout.ULong `c:"Rtime>>32"`
	CtimeLow  layout.ULong `c:"Ctime"`
	CtimeHigh layout.ULong `c:"Ctime>>32"`
	msqidRest
}

type msqidRest struct {
	Cbytes, Qnum, Qbytes layout.ULong
	Lspid, Lrpid         int32
	_                    [2]layout.ULong
}

// MsqidDSHighFirst is struct msqid64_ds where the upper halves come first: big-endian mips, and powerpc.
type MsqidDSHighFirst[Perm any] struct {
	Perm      Perm
	StimeHigh layout.ULong `c:"Stime>>32"`
	StimeLow  layout.ULong `c:"Stime"`
	RtimeHigh layout.ULong `c:"Rtime>>32"`
	RtimeLow  layout.ULong `c:"Rtime"`
	CtimeHigh layout.ULong `c:"Ctime>>32"`
	CtimeLow  layout.ULong `c:"Ctime"`
	msqidRest
}

// shminfoShape is struct shminfo64 of asm-generic/shmbuf.h.
type shminfoShape struct {
	Shmmax, Shmmin, Shmmni, Shmseg, Shmall layout.KULong
	_                                      [4]layout.KULong
}

// shmInfoShape is struct shm_info of linux/shm.h.
type shmInfoShape struct {
	UsedIDs                     int32
	ShmTot, ShmRss, ShmSwp      layout.KULong
	SwapAttempts, SwapSuccesses layout.KULong
}

// mqAttrShape is struct mq_attr of linux/mqueue.h.
type mqAttrShape struct {
	Flags, Maxmsg, Msgsize, Curmsgs layout.KLong
	_                               [4]layout.KLong
}
