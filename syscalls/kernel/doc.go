// Package kernel is the Linux that guests run on: tasks, processes, signals, waiting, time and limits. It knows no system
// call by name; package syscalls gives it a Calls to answer them.
//
//	Kernel       one running Linux: clock, pids, mounts, memory account, engines
//	ThreadGroup  a process (signal_struct): its tasks, limits, exit status
//	Task         a thread (task_struct): a CPU, a signal mask, and pointers to what it shares with others:
//	             Memory (mm), Files, FS (root, cwd, umask), Sighand, as clone(2) has it
//	TTY          a terminal as job control sees it: the session that it controls, the process group in the foreground
//
// A task is a goroutine that runs loop.go: it lets the engine run until it stops, answers the stop, delivers signals, and
// goes on. Blocking is blocking that goroutine, in Task.Block only, so that every wait ends when a signal arrives.
//
// Lock order: that of Kernel.jobs (process groups, sessions, terminals), Kernel.mu, ThreadGroup.mu, Sighand.mu, Files.mu,
// then those of packages fs and mm. No lock is held while a task blocks or runs guest code.
package kernel
