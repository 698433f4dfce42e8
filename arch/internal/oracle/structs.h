/* One variable for each structure; its name is the structure's in the recorded facts. */

#if !(defined(__x86_64__) || __SIZEOF_LONG__ == 8 || defined(__riscv) || (defined(__mips__) && _MIPS_SIM == _ABIN32))
struct stat64 stat64;
#endif
#if !(defined(__riscv) && __riscv_xlen == 32) && !defined(__loongarch__)
struct stat stat;
#endif
struct statfs statfs;
struct statfs64 statfs64;
struct statx statx;
struct timespec timespec;
struct __kernel_timespec timespec64;
struct timeval timeval;
struct itimerspec itimerspec;
struct __kernel_itimerspec itimerspec64;
struct itimerval itimerval;
struct timezone timezone;
struct tms tms;
struct timex timex;
struct __kernel_timex timex64;
struct flock flock;
#if __SIZEOF_LONG__ == 4 && !defined(__x86_64__)
struct flock64 flock64;
#endif
struct f_owner_ex f_owner_ex;
struct rlimit rlimit;
struct rlimit64 rlimit64;
struct rusage rusage;
struct sysinfo sysinfo;
struct new_utsname utsname;
struct iovec iovec;
struct pollfd pollfd;
struct epoll_event epoll_event;
struct inotify_event inotify_event;
struct open_how open_how;
struct termios termios;
#ifdef TCGETS2
struct termios2 termios2;
#endif
struct winsize winsize;
siginfo_t siginfo;
struct sigevent sigevent;
stack_t stack;
struct signalfd_siginfo signalfd_siginfo;
struct sched_param sched_param;
struct sched_attr sched_attr;
struct robust_list_head robust_list_head;
struct clone_args clone_args;
struct __user_cap_header_struct cap_header;
struct __user_cap_data_struct cap_data;
struct ipc64_perm ipc64_perm;
struct semid64_ds semid64_ds;
struct shmid64_ds shmid64_ds;
struct msqid64_ds msqid64_ds;
struct sembuf sembuf;
struct seminfo seminfo;
struct msginfo msginfo;
struct shminfo64 shminfo64;
struct shm_info shm_info;
struct mq_attr mq_attr;

/* The rest is not in the headers for user space: declared as in the kernel's include/linux/{socket,fs,dirent,if}.h and
   fs/readdir.c. */
struct user_msghdr {
	void *msg_name;
	int msg_namelen;
	struct iovec *msg_iov;
	__kernel_size_t msg_iovlen;
	void *msg_control;
	__kernel_size_t msg_controllen;
	unsigned int msg_flags;
};
struct user_msghdr msghdr;
struct { struct user_msghdr msg_hdr; unsigned int msg_len; } mmsghdr;
struct { __kernel_size_t cmsg_len; int cmsg_level; int cmsg_type; } cmsghdr;
struct { __u32 pid, uid, gid; } ucred;
struct { int l_onoff, l_linger; } linger;
struct { __u32 handle_bytes; int handle_type; } file_handle;
struct { __u64 d_ino; __s64 d_off; unsigned short d_reclen; unsigned char d_type; char d_name[]; } dirent64;
struct { unsigned long d_ino, d_off; unsigned short d_reclen; char d_name[]; } dirent;
struct {
	char ifr_name[16];
	struct { unsigned long mem_start, mem_end; unsigned short base_addr; unsigned char irq, dma, port; } ifr_map;
} ifreq;

/* struct sigaction, from include/linux/signal_types.h: the one in some headers for user space is older. Compatible 32-bit
   ABIs (x32, n32) have struct compat_sigaction, which is the same in their own types. */
#undef sa_handler
#ifdef __mips__
struct { unsigned int sa_flags; void *sa_handler; unsigned long sa_mask[16 / sizeof(long)]; } sigaction;
#elif defined(__i386__) || defined(__x86_64__) || defined(__arm__) || defined(__aarch64__) || defined(__powerpc__) || \
	defined(__s390x__) || defined(__sh__) || defined(__m68k__)
struct { void *sa_handler; unsigned long sa_flags; void *sa_restorer; unsigned long sa_mask[8 / sizeof(long)]; } sigaction;
#else
struct { void *sa_handler; unsigned long sa_flags; unsigned long sa_mask[8 / sizeof(long)]; } sigaction;
#endif
