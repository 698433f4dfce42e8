package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/syscalls/kernel"
)

// rtSigreturn implements Linux system call rt_sigreturn(2).
func rtSigreturn(t *kernel.Task) (result, linux.Errno) { return 0, t.SigReturn(true) }

// sigreturn implements Linux system call sigreturn(2), of handlers without SA_SIGINFO where these have a frame of their own.
func sigreturn(t *kernel.Task) (result, linux.Errno) { return 0, t.SigReturn(false) }
