package args

import (
	"muslrun/arch"
	"muslrun/arch/linux"
)

// Scalar arguments.
type (
	// FD is a file descriptor.
	FD int32
	// DirFD is a directory descriptor or AT_FDCWD.
	DirFD int32
	// Int and UInt are int and unsigned int.
	Int  int32
	UInt uint32
	// Long and ULong are long and unsigned long.
	Long  int64
	ULong uint64
	// Hex is an unsigned long that is best read in hexadecimal.
	Hex uint64
	// Addr is an address that the kernel does not look behind, and Size a number of bytes.
	Addr uint64
	Size uint64
	// PID is a process or thread id.
	PID int32
	// Mode is a file mode.
	Mode uint32
	// Off is an off_t in one register; Off64 a 64-bit offset in whatever the ABI takes for it; OffPRW the one of pread64
	// and pwrite64, which SuperH pads; OffLoHi that of preadv and pwritev, which is always two longs, low word first.
	Off     int64
	Off64   int64
	OffPRW  int64
	OffLoHi int64
	// Signal is a signal in inner numbering; it may be out of range.
	Signal int32
	// OldID is the user or group id of a call that has a twin with 32 in its name: 16 bits where the ABI says so
	// (arch.ABI.UID16), of which all ones mean -1.
	OldID uint32
	// Clock is a clock id.
	Clock int32
)

func (FD) Load(s *Source) FD       { return FD(s.Int()) }
func (DirFD) Load(s *Source) DirFD { return DirFD(s.Int()) }
func (Int) Load(s *Source) Int     { return Int(s.Int()) }
func (UInt) Load(s *Source) UInt   { return UInt(s.Int()) }
func (Long) Load(s *Source) Long   { return Long(s.Long()) }
func (ULong) Load(s *Source) ULong { return ULong(s.ULong()) }
func (Hex) Load(s *Source) Hex     { return Hex(s.ULong()) }
func (Addr) Load(s *Source) Addr   { return Addr(s.Pointer()) }
func (Size) Load(s *Source) Size   { return Size(s.Pointer()) }
func (PID) Load(s *Source) PID     { return PID(s.Int()) }
func (Mode) Load(s *Source) Mode   { return Mode(s.Int()) }
func (Clock) Load(s *Source) Clock { return Clock(s.Int()) }
func (Off64) Load(s *Source) Off64 { return Off64(s.Wide()) }

// Load takes a word and widens it (low2highuid in linux/highuid.h).
func (OldID) Load(s *Source) OldID {
	id := uint32(s.Int())
	if !s.Task.ABI.UID16 {
		return OldID(id)
	}
	if id = uint32(uint16(id)); id == 0xffff {
		return 0xffffffff
	}
	return OldID(id)
}

// ID is the number.
func (a OldID) ID() uint32 { return uint32(a) }

// ID is the number.
func (a UInt) ID() uint32 { return uint32(a) }

// Load takes one register, as wide as it is.
func (Off) Load(s *Source) Off {
	if s.Task.ABI.Convention.Wide {
		return Off(s.Word())
	}
	return Off(s.Int())
}

// Load takes a pair, after the word that SuperH's pread64 and pwrite64 leave out.
func (OffPRW) Load(s *Source) OffPRW {
	if s.Task.ABI.Convention.Pairs == arch.PairsPread {
		s.Word()
	}
	return OffPRW(s.Wide())
}

// Load takes two longs, low word first on every ABI.
func (OffLoHi) Load(s *Source) OffLoHi {
	low, high := s.Word(), s.Word()
	if s.Task.ABI.Convention.Wide {
		return OffLoHi(low)
	}
	return OffLoHi(high<<32 | uint64(uint32(low)))
}

// Load takes a number and gives it in inner numbering.
func (Signal) Load(s *Source) Signal {
	return Signal(s.Task.ABI.Consts.Signals.ToInner(uint64(uint32(s.Int()))))
}

func (a FD) Print(p *Printer)      { p.Int(int64(a)) }
func (a Int) Print(p *Printer)     { p.Int(int64(a)) }
func (a UInt) Print(p *Printer)    { p.Uint(uint64(a)) }
func (a Long) Print(p *Printer)    { p.Int(int64(a)) }
func (a ULong) Print(p *Printer)   { p.Uint(uint64(a)) }
func (a Hex) Print(p *Printer)     { p.Hex(uint64(a)) }
func (a Addr) Print(p *Printer)    { p.Pointer(uint64(a)) }
func (a Size) Print(p *Printer)    { p.Uint(uint64(a)) }
func (a PID) Print(p *Printer)     { p.Int(int64(a)) }
func (a Mode) Print(p *Printer)    { p.Octal(uint64(a)) }
func (a OldID) Print(p *Printer)   { p.Int(int64(int32(a))) }
func (a Off) Print(p *Printer)     { p.Int(int64(a)) }
func (a Off64) Print(p *Printer)   { p.Int(int64(a)) }
func (a OffPRW) Print(p *Printer)  { p.Int(int64(a)) }
func (a OffLoHi) Print(p *Printer) { p.Int(int64(a)) }
func (a Signal) Print(p *Printer)  { p.String(linux.Signal(a).String()) }
func (a Clock) Print(p *Printer)   { p.Enum(clockNames, int64(a)) }

// Print writes AT_FDCWD by its name.
func (a DirFD) Print(p *Printer) {
	if a == linux.AT_FDCWD {
		p.String("AT_FDCWD")
		return
	}
	p.Int(int64(a))
}

// Ignored is an argument that a call takes but does not use.
type Ignored struct{}

// Load skips a word.
func (Ignored) Load(s *Source) Ignored {
	s.Word()
	return Ignored{}
}

// Print writes a place holder.
func (Ignored) Print(p *Printer) { p.String("_") }
