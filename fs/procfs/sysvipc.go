package procfs

import (
	"bytes"
	"fmt"

	"muslrun/arch/linux"
)

// IPC is what sysvipc(7) knows, each kind in the order of its table.
type IPC struct {
	Messages   []IPCObject[linux.MsqidDS]
	Semaphores []IPCObject[linux.SemidDS]
	Memory     []IPCObject[linux.ShmidDS]
}

// IPCObject is one object with its id.
type IPCObject[T any] struct {
	ID int32
	DS T
}

// sysvipcEntry is /proc/sysvipc, in the format of ipc/util.c and its users.
func sysvipcEntry() *entry {
	return dir("sysvipc", 0o555,
		file("msg", 0o444, ipcMessages), file("sem", 0o444, ipcSemaphores), file("shm", 0o444, ipcMemory))
}

// ipcOwners are four columns of every kind.
func ipcOwners(p *linux.IpcPerm) string {
	return fmt.Sprintf("%5d %5d %5d %5d", p.UID, p.GID, p.Cuid, p.Cgid)
}

func ipcMessages(v *view, b *bytes.Buffer) linux.Errno {
	b.WriteString("       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid" +
		"      stime      rtime      ctime\n")
	for _, o := range v.fs.kernel.IPC().Messages {
		q := &o.DS
		fmt.Fprintf(b, "%10d %10d  %4o  %10d %10d %5d %5d %s %10d %10d %10d\n", q.Perm.Key, o.ID, q.Perm.Mode, q.Cbytes,
			q.Qnum, q.Lspid, q.Lrpid, ipcOwners(&q.Perm), q.Stime, q.Rtime, q.Ctime)
	}
	return 0
}

func ipcSemaphores(v *view, b *bytes.Buffer) linux.Errno {
	b.WriteString("       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n")
	for _, o := range v.fs.kernel.IPC().Semaphores {
		s := &o.DS
		fmt.Fprintf(b, "%10d %10d  %4o  %10d %s %10d %10d\n", s.Perm.Key, o.ID, s.Perm.Mode, s.Nsems, ipcOwners(&s.Perm),
			s.Otime, s.Ctime)
	}
	return 0
}

func ipcMemory(v *view, b *bytes.Buffer) linux.Errno {
	b.WriteString("       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid" +
		"      atime      dtime      ctime                   rss                  swap\n")
	for _, o := range v.fs.kernel.IPC().Memory {
		s := &o.DS
		fmt.Fprintf(b, "%10d %10d  %4o %21d %5d %5d  %5d %s %10d %10d %10d %21d %21d\n", s.Perm.Key, o.ID, s.Perm.Mode,
			s.Segsz, s.Cpid, s.Lpid, s.Nattch, ipcOwners(&s.Perm), s.Atime, s.Dtime, s.Ctime, s.Segsz, 0)
	}
	return 0
}
