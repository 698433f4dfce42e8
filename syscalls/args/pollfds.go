package args

import (
	"muslrun/arch/linux"
	"muslrun/syscalls/kernel"
	"muslrun/syscalls/mm"
)

// Pollfds is the array of poll(2): its address and its length.
type Pollfds struct{ Addr, Count uint64 }

// Load takes two words; the length is an unsigned int.
func (Pollfds) Load(s *Source) Pollfds { return Pollfds{s.Pointer(), uint64(uint32(s.Int()))} }

// Get reads the array, whose length the caller has bounded.
func (a Pollfds) Get(t *kernel.Task) ([]linux.Pollfd, linux.Errno) {
	list := make([]linux.Pollfd, a.Count)
	codec := t.ABI.Structs.Pollfd
	for i := range list {
		if errno := mm.Load(t.Space(), codec, a.Addr+uint64(i*codec.Size()), &list[i]); errno != 0 {
			return nil, errno
		}
	}
	return list, 0
}

// Print lists the descriptors with what is waited for, and after the call with what was found.
func (a Pollfds) Print(p *Printer) {
	p.after()
	const shown = 32
	list, errno := Pollfds{a.Addr, min(a.Count, shown)}.Get(p.Task)
	if errno != 0 {
		p.Pointer(a.Addr)
	} else {
		p.String("[")
		for i := range list {
			if i > 0 {
				p.String(", ")
			}
			p.pollfd(&list[i])
		}
		p.String("]")
	}
	p.String(", ")
	p.Uint(a.Count)
}

func (p *Printer) pollfd(f *linux.Pollfd) {
	flags := p.Task.ABI.Consts.Poll
	p.String("{fd=")
	p.Int(int64(f.FD))
	p.String(", events=")
	p.Flags(pollNames, flags.ToInner(uint64(uint16(f.Events))), "0")
	if p.Done {
		p.String(", revents=")
		p.Flags(pollNames, flags.ToInner(uint64(uint16(f.Revents))), "0")
	}
	p.String("}")
}

var pollNames = []Name{
	{linux.POLLIN, "POLLIN"},
	{linux.POLLPRI, "POLLPRI"},
	{linux.POLLOUT, "POLLOUT"},
	{linux.POLLERR, "POLLERR"},
	{linux.POLLHUP, "POLLHUP"},
	{linux.POLLNVAL, "POLLNVAL"},
	{linux.POLLRDNORM, "POLLRDNORM"},
	{linux.POLLRDBAND, "POLLRDBAND"},
	{linux.POLLWRNORM, "POLLWRNORM"},
	{linux.POLLWRBAND, "POLLWRBAND"},
	{linux.POLLRDHUP, "POLLRDHUP"},
}
