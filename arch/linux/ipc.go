package linux

// Keys, flags and commands of System V IPC, from linux/ipc.h. IPC_64 marks the commands of the newer structures.
const (
	IPC_PRIVATE = 0
	IPC_CREAT   = 0o1000
	IPC_EXCL    = 0o2000
	IPC_NOWAIT  = 0o4000
	IPC_RMID    = 0
	IPC_SET     = 1
	IPC_STAT    = 2
	IPC_INFO    = 3
	IPC_64      = 0x100
)

// Commands of semctl(2) and flags of semop(2), from linux/sem.h.
const (
	SEM_UNDO     = 0x1000
	GETPID       = 11
	GETVAL       = 12
	GETALL       = 13
	GETNCNT      = 14
	GETZCNT      = 15
	SETVAL       = 16
	SETALL       = 17
	SEM_STAT     = 18
	SEM_INFO     = 19
	SEM_STAT_ANY = 20
	SEMMNI       = 32000
	SEMMSL       = 32000
	SEMOPM       = 500
	SEMVMX       = 32767
)

// Commands and flags of the shared memory calls, from linux/shm.h.
const (
	SHM_LOCK      = 11
	SHM_UNLOCK    = 12
	SHM_STAT      = 13
	SHM_INFO      = 14
	SHM_STAT_ANY  = 15
	SHM_R         = 0o400
	SHM_W         = 0o200
	SHM_HUGETLB   = 0o4000
	SHM_NORESERVE = 0o10000
	SHM_RDONLY    = 0o10000
	SHM_RND       = 0o20000
	SHM_REMAP     = 0o40000
	SHM_EXEC      = 0o100000
	SHM_DEST      = 0x200
	SHM_LOCKED    = 0x400
	SHMMNI        = 4096
)

// Commands, flags and limits of message queues, from linux/msg.h.
const (
	MSG_STAT     = 11
	MSG_INFO     = 12
	MSG_STAT_ANY = 13
	MSG_NOERROR  = 0o10000
	MSG_EXCEPT   = 0o20000
	MSG_COPY     = 0o40000
	MSGMNI       = 32000
	MSGMAX       = 8192
	MSGMNB       = 16384
)

// Subcalls of ipc(2), from linux/ipc.h.
const (
	SEMOP      = 1
	SEMGET     = 2
	SEMCTL     = 3
	SEMTIMEDOP = 4
	MSGSND     = 11
	MSGRCV     = 12
	MSGGET     = 13
	MSGCTL     = 14
	SHMAT      = 21
	SHMDT      = 22
	SHMGET     = 23
	SHMCTL     = 24
)

// Limits of POSIX message queues, from linux/mqueue.h.
const (
	MQ_PRIO_MAX  = 32768
	MQ_BYTES_MAX = 819200
)
