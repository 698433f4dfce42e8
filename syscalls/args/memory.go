package args

import (
	"math"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/syscalls/kernel"
	"muslrun/syscalls/mm"
)

// Path is a path name. One that cannot be read ends the call with EFAULT or ENAMETOOLONG before its handler.
type Path string

// pathMax is PATH_MAX, its NUL included (linux/limits.h).
const pathMax = 4096

// Load reads the string.
func (Path) Load(s *Source) Path {
	str, errno := s.Task.Space().CString(s.Pointer(), pathMax-1, linux.ENAMETOOLONG)
	if errno != 0 && s.Errno == 0 {
		s.Errno = errno
	}
	return Path(str)
}

// Print quotes the string.
func (a Path) Print(p *Printer) { p.Quote([]byte(a), pathMax) }

// AttrName is the name of an extended attribute. A longer one than there can be ends the call with ERANGE.
type AttrName string

// Load reads the string.
func (AttrName) Load(s *Source) AttrName {
	str, errno := s.Task.Space().CString(s.Pointer(), linux.XATTR_NAME_MAX, linux.ERANGE)
	if errno != 0 && s.Errno == 0 {
		s.Errno = errno
	}
	return AttrName(str)
}

// Print quotes the string.
func (a AttrName) Print(p *Printer) { p.Quote([]byte(a), linux.XATTR_NAME_MAX) }

// PathOrNull is a Path whose address may be null.
type PathOrNull struct {
	Name string
	Null bool
}

// Load reads the string if there is one.
func (PathOrNull) Load(s *Source) PathOrNull {
	if s.Task.ABI.Pointers() == 4 && uint32(s.words[s.next]) == 0 || s.words[s.next] == 0 {
		s.next++
		return PathOrNull{Null: true}
	}
	return PathOrNull{Name: string(Path("").Load(s))}
}

// Print quotes the string.
func (a PathOrNull) Print(p *Printer) {
	if a.Null {
		p.String("NULL")
		return
	}
	p.Quote([]byte(a.Name), pathMax)
}

// InBuf is a buffer that the call reads, and OutBuf one that it writes: an address and a size.
type (
	InBuf  struct{ Addr, Len uint64 }
	OutBuf struct{ Addr, Len uint64 }
)

// Load takes two words.
func (InBuf) Load(s *Source) InBuf { return InBuf{s.Pointer(), s.Pointer()} }

// Load takes two words.
func (OutBuf) Load(s *Source) OutBuf { return OutBuf{s.Pointer(), s.Pointer()} }

// maxIO is the most that one read or write moves (MAX_RW_COUNT).
const maxIO = math.MaxInt32 &^ 4095

// View is the buffer's memory for a file operation, as far as it can be read; EFAULT if that is nothing.
func (b InBuf) View(t *kernel.Task) ([][]byte, linux.Errno) { return view(t, b.Addr, b.Len, emu.Read) }

// View is the buffer's memory for a file operation, as far as it can be written; EFAULT if that is nothing.
func (b OutBuf) View(t *kernel.Task) ([][]byte, linux.Errno) {
	return view(t, b.Addr, b.Len, emu.Write)
}

func view(t *kernel.Task, addr, n uint64, access emu.Access) ([][]byte, linux.Errno) {
	if int64(n) < 0 {
		return nil, linux.EINVAL
	}
	if addr >= t.Space().Size() && n != 0 {
		return nil, linux.EFAULT
	}
	return t.View(addr, min(n, maxIO), access)
}

// Bytes copies a buffer of at most limit bytes; tooLong is answered for a larger one.
func (b InBuf) Bytes(t *kernel.Task, limit uint64, tooLong linux.Errno) ([]byte, linux.Errno) {
	if b.Len > limit {
		return nil, tooLong
	}
	p := make([]byte, b.Len)
	return p, t.Space().Read(b.Addr, p)
}

// Store writes all of p; the caller has checked that it fits.
func (b OutBuf) Store(t *kernel.Task, p []byte) linux.Errno { return t.Space().Write(b.Addr, p) }

// Print shows the first bytes.
func (b InBuf) Print(p *Printer) {
	p.memory(b.Addr, b.Len)
	p.String(", ")
	p.Uint(b.Len)
}

// Print shows the bytes that the call has written: as many as its result says.
func (b OutBuf) Print(p *Printer) {
	if p.after() {
		p.memory(b.Addr, min(b.Len, p.written()))
	} else {
		p.Pointer(b.Addr)
	}
	p.String(", ")
	p.Uint(b.Len)
}

// InVec is a vector of buffers that the call reads, and OutVec one that it writes: the address of an array of iovec, and
// its length.
type (
	InVec  struct{ Addr, Count uint64 }
	OutVec struct{ Addr, Count uint64 }
)

// Load takes two words.
func (InVec) Load(s *Source) InVec { return InVec{s.Pointer(), s.ULong()} }

// Load takes two words.
func (OutVec) Load(s *Source) OutVec { return OutVec{s.Pointer(), s.ULong()} }

// View is the vector's memory for a file operation.
func (v InVec) View(t *kernel.Task) ([][]byte, linux.Errno) {
	return views(t, v.Addr, v.Count, emu.Read)
}

// View is the vector's memory for a file operation.
func (v OutVec) View(t *kernel.Task) ([][]byte, linux.Errno) {
	return views(t, v.Addr, v.Count, emu.Write)
}

// iovMax is UIO_MAXIOV (linux/uio.h).
const iovMax = 1024

func views(t *kernel.Task, addr, count uint64, access emu.Access) ([][]byte, linux.Errno) {
	var few [8]linux.Iovec // so that usual vectors need no memory
	vec, errno := appendIovecs(few[:0], t, addr, count)
	if errno != 0 {
		return nil, errno
	}
	return t.Views(vec, access)
}

// Iovecs reads an array of iovec and applies the rules of readv(2): EINVAL for too many, or a negative length; what is
// past the most that one call moves is cut.
func Iovecs(t *kernel.Task, addr, count uint64) ([]linux.Iovec, linux.Errno) {
	return appendIovecs(nil, t, addr, count)
}

func appendIovecs(vec []linux.Iovec, t *kernel.Task, addr, count uint64) ([]linux.Iovec, linux.Errno) {
	if count > iovMax {
		return nil, linux.EINVAL
	}
	codec := t.ABI.Structs.Iovec
	size := uint64(codec.Size())
	left := uint64(maxIO)
	for i := range count {
		var v linux.Iovec
		if errno := mm.Load(t.Space(), codec, addr+i*size, &v); errno != 0 {
			return nil, errno
		}
		if negative(t.ABI, v.Len) {
			return nil, linux.EINVAL
		}
		v.Len = min(v.Len, left)
		left -= v.Len
		vec = append(vec, v)
	}
	return vec, 0
}

// negative reports whether a size_t would be negative as a ssize_t.
func negative(a *arch.ABI, n uint64) bool { return n>>(a.Data.PtrSize*8-1)&1 != 0 }

// Print shows address and length.
func (v InVec) Print(p *Printer) { p.vector(v.Addr, v.Count) }

// Print shows address and length.
func (v OutVec) Print(p *Printer) { p.vector(v.Addr, v.Count) }

// Codec chooses one of the layouts that an ABI has for a structure; its zero value is what a declaration names.
type Codec[C any] interface {
	Of(s *arch.Structs) *layout.Codec[C]
}

// In is a structure that the call reads, Out one that it writes and InOut one that it does both to: an address, which may
// be null.
type (
	In[C any, S Codec[C]]    struct{ Addr uint64 }
	Out[C any, S Codec[C]]   struct{ Addr uint64 }
	InOut[C any, S Codec[C]] struct{ Addr uint64 }
)

func codecOf[C any, S Codec[C]](t *kernel.Task) *layout.Codec[C] {
	var s S
	return s.Of(t.ABI.Structs)
}

// Load takes the address.
func (In[C, S]) Load(s *Source) In[C, S] { return In[C, S]{s.Pointer()} }

// Load takes the address.
func (Out[C, S]) Load(s *Source) Out[C, S] { return Out[C, S]{s.Pointer()} }

// Load takes the address.
func (InOut[C, S]) Load(s *Source) InOut[C, S] { return InOut[C, S]{s.Pointer()} }

// Null reports whether there is no structure.
func (a In[C, S]) Null() bool { return a.Addr == 0 }

// Null reports whether there is no structure.
func (a Out[C, S]) Null() bool { return a.Addr == 0 }

// Null reports whether there is no structure.
func (a InOut[C, S]) Null() bool { return a.Addr == 0 }

// Get reads the structure.
func (a In[C, S]) Get(t *kernel.Task, dst *C) linux.Errno {
	return mm.Load(t.Space(), codecOf[C, S](t), a.Addr, dst)
}

// At reads element i of an array that starts there.
func (a In[C, S]) At(t *kernel.Task, i int, dst *C) linux.Errno {
	c := codecOf[C, S](t)
	return mm.Load(t.Space(), c, a.Addr+uint64(i*c.Size()), dst)
}

// Put writes the structure.
func (a Out[C, S]) Put(t *kernel.Task, src *C) linux.Errno {
	return mm.Store(t.Space(), codecOf[C, S](t), a.Addr, src)
}

// PutAt writes element i of an array that starts there.
func (a Out[C, S]) PutAt(t *kernel.Task, i int, src *C) linux.Errno {
	c := codecOf[C, S](t)
	return mm.Store(t.Space(), c, a.Addr+uint64(i*c.Size()), src)
}

// PutIf writes the structure if the guest wants it.
func (a Out[C, S]) PutIf(t *kernel.Task, src *C) linux.Errno {
	if a.Addr == 0 {
		return 0
	}
	return a.Put(t, src)
}

// In and Out are the two halves.
func (a InOut[C, S]) In() In[C, S] { return In[C, S]{a.Addr} }

// Out is the half that is written.
func (a InOut[C, S]) Out() Out[C, S] { return Out[C, S]{a.Addr} }

// Print shows the structure's fields.
func (a In[C, S]) Print(p *Printer) { printStruct[C, S](p, a.Addr) }

// Print shows the structure's fields once the call has filled them.
func (a Out[C, S]) Print(p *Printer) {
	if p.after() && p.succeeded() {
		printStruct[C, S](p, a.Addr)
		return
	}
	p.Pointer(a.Addr)
}

// Print shows the structure's fields after the call.
func (a InOut[C, S]) Print(p *Printer) {
	p.after()
	printStruct[C, S](p, a.Addr)
}

func printStruct[C any, S Codec[C]](p *Printer, addr uint64) {
	var c C
	codec := codecOf[C, S](p.Task)
	if addr == 0 || codec == nil || mm.Load(p.Task.Space(), codec, addr, &c) != 0 {
		p.Pointer(addr)
		return
	}
	p.Struct(c)
}
