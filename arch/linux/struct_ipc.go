package linux

// IpcPerm is struct ipc64_perm (asm-generic/ipcbuf.h).
type IpcPerm struct {
	Key                  int32
	UID, GID, Cuid, Cgid uint32
	Mode                 uint32
	Seq                  uint32
}

// SemidDS is struct semid64_ds (asm-generic/sembuf.h). Times are in seconds.
type SemidDS struct {
	Perm         IpcPerm
	Otime, Ctime int64
	Nsems        uint64
}

// ShmidDS is struct shmid64_ds (asm-generic/shmbuf.h).
type ShmidDS struct {
	Perm                IpcPerm
	Segsz               uint64
	Atime, Dtime, Ctime int64
	Cpid, Lpid          int32
	Nattch              uint64
}

// MsqidDS is struct msqid64_ds (asm-generic/msgbuf.h).
type MsqidDS struct {
	Perm                 IpcPerm
	Stime, Rtime, Ctime  int64
	Cbytes, Qnum, Qbytes uint64
	Lspid, Lrpid         int32
}

// Sembuf is an operation of semop(2) (linux/sem.h).
type Sembuf struct {
	Num uint16
	Op  int16
	Flg int16
}

// Seminfo is struct seminfo (linux/sem.h).
type Seminfo struct {
	Semmap, Semmni, Semmns, Semmnu, Semmsl, Semopm, Semume, Semusz, Semvmx, Semaem int32
}

// Msginfo is struct msginfo (linux/msg.h).
type Msginfo struct {
	Msgpool, Msgmap, Msgmax, Msgmnb, Msgmni, Msgssz, Msgtql int32
	Msgseg                                                  uint16
}

// Shminfo is struct shminfo64 (asm-generic/shmbuf.h).
type Shminfo struct {
	Shmmax, Shmmin, Shmmni, Shmseg, Shmall uint64
}

// ShmInfo is struct shm_info (linux/shm.h): the answer to SHM_INFO.
type ShmInfo struct {
	UsedIDs                     int32
	ShmTot, ShmRss, ShmSwp      uint64
	SwapAttempts, SwapSuccesses uint64
}

// MqAttr is struct mq_attr (linux/mqueue.h).
type MqAttr struct {
	Flags, Maxmsg, Msgsize, Curmsgs int64
}
