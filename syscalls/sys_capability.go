package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

type (
	capHeader  = args.InOut[linux.CapHeader, args.CapHeaderLayout]
	capDataIn  = args.In[linux.CapData, args.CapDataLayout]
	capDataOut = args.Out[linux.CapData, args.CapDataLayout]
)

// capWords is how many words of 32 bits the structures of a version have for each set; 0 for an unknown version.
func capWords(version uint32) int {
	switch version {
	case linux.LINUX_CAPABILITY_VERSION_1:
		return 1
	case linux.LINUX_CAPABILITY_VERSION_2, linux.LINUX_CAPABILITY_VERSION_3:
		return 2
	}
	return 0
}

// readCapHeader reads the header; an unknown version is answered by the one that is preferred, and EINVAL.
func readCapHeader(t *kernel.Task, header capHeader) (h linux.CapHeader, words int, errno linux.Errno) {
	if errno := header.In().Get(t, &h); errno != 0 {
		return h, 0, errno
	}
	if words = capWords(h.Version); words == 0 {
		h.Version = linux.LINUX_CAPABILITY_VERSION_3
		if errno := header.Out().Put(t, &h); errno != 0 {
			return h, 0, errno
		}
		return h, 0, linux.EINVAL
	}
	if h.Pid < 0 {
		return h, 0, linux.EINVAL
	}
	return h, words, 0
}

// capget implements Linux system call capget(2). Without a place for the data, an unknown version is no error.
func capget(t *kernel.Task, header capHeader, out capDataOut) (result, linux.Errno) {
	h, words, errno := readCapHeader(t, header)
	switch {
	case errno == linux.EINVAL && words == 0 && h.Pid >= 0 && out.Null():
		return 0, 0
	case errno != 0:
		return 0, errno
	}
	other, errno := scheduled(t, args.PID(h.Pid))
	if errno != 0 || out.Null() {
		return 0, errno
	}
	c := other.Caller.Cred
	for i := range words {
		shift := 32 * i
		data := linux.CapData{
			Effective: uint32(c.Effective >> shift), Permitted: uint32(c.Permitted >> shift),
			Inheritable: uint32(c.Inheritable >> shift),
		}
		if errno := out.PutAt(t, i, &data); errno != 0 {
			return 0, errno
		}
	}
	return 0, 0
}

// capset implements Linux system call capset(2): for the caller alone.
func capset(t *kernel.Task, header capHeader, in capDataIn) (result, linux.Errno) {
	h, words, errno := readCapHeader(t, header)
	switch {
	case errno != 0:
		return 0, errno
	case h.Pid != 0 && int(h.Pid) != t.TID:
		return 0, linux.EPERM
	}
	var effective, permitted, inheritable uint64
	for i := range words {
		var data linux.CapData
		if errno := in.At(t, i, &data); errno != 0 {
			return 0, errno
		}
		effective |= uint64(data.Effective) << (32 * i)
		permitted |= uint64(data.Permitted) << (32 * i)
		inheritable |= uint64(data.Inheritable) << (32 * i)
	}
	return 0, setCapabilities(t, effective&linux.CapsAll, permitted&linux.CapsAll, inheritable&linux.CapsAll)
}

// setCapabilities applies the rules of capset (cap_capset in security/commoncap.c).
func setCapabilities(t *kernel.Task, effective, permitted, inheritable uint64) linux.Errno {
	old := t.Caller.Cred
	switch {
	case inheritable&^(old.Inheritable|old.Permitted) != 0 && !t.Capable(linux.CAP_SETPCAP),
		inheritable&^(old.Inheritable|old.Bounding) != 0,
		permitted&^old.Permitted != 0,
		effective&^permitted != 0:
		return linux.EPERM
	}
	var c fs.Credentials = *old
	c.Effective, c.Permitted, c.Inheritable = effective, permitted, inheritable
	c.Ambient &= permitted & inheritable
	t.Caller.Cred = &c
	return 0
}
