package args

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/syscalls/kernel"
)

// Printer writes arguments as strace(1) does.
type Printer struct {
	Task *kernel.Task
	// Done says that the call has been made: Value and Errno are its result.
	Done  bool
	Value uint64
	Errno linux.Errno
	// Late is set when an argument can be shown in full only after the call.
	Late bool
	buf  []byte
}

// maxString is how many bytes of a buffer are shown (strace -s).
const maxString = 32

// Take returns what was printed and starts anew.
func (p *Printer) Take() string {
	s := string(p.buf)
	p.buf = p.buf[:0]
	return s
}

// after notes that an argument is shown after the call, and reports whether that is now.
func (p *Printer) after() bool {
	p.Late = true
	return p.Done
}

func (p *Printer) succeeded() bool { return p.Done && p.Errno == 0 }

// written is how many bytes a call that fills a buffer has filled.
func (p *Printer) written() uint64 {
	if p.Errno != 0 || int64(p.Value) < 0 {
		return 0
	}
	return p.Value
}

// String writes s as it is.
func (p *Printer) String(s string) { p.buf = append(p.buf, s...) }

// Int writes a decimal number.
func (p *Printer) Int(v int64) { p.buf = strconv.AppendInt(p.buf, v, 10) }

// Uint writes a decimal number.
func (p *Printer) Uint(v uint64) { p.buf = strconv.AppendUint(p.buf, v, 10) }

// Hex writes a hexadecimal number.
func (p *Printer) Hex(v uint64) { p.buf = strconv.AppendUint(append(p.buf, "0x"...), v, 16) }

// Octal writes an octal number with a leading zero.
func (p *Printer) Octal(v uint64) { p.buf = strconv.AppendUint(append(p.buf, '0'), v, 8) }

// Pointer writes an address, or NULL.
func (p *Printer) Pointer(v uint64) {
	if v == 0 {
		p.String("NULL")
		return
	}
	p.Hex(v)
}

// Quote writes at most limit bytes of b as a C string.
func (p *Printer) Quote(b []byte, limit int) {
	short := b[:min(len(b), limit)]
	p.buf = append(p.buf, '"')
	for _, c := range short {
		p.buf = appendC(p.buf, c)
	}
	p.buf = append(p.buf, '"')
	if len(short) < len(b) {
		p.String("...")
	}
}

func appendC(buf []byte, c byte) []byte {
	const special, letters = "\a\b\t\n\v\f\r\"\\", "abtnvfr\"\\"
	if i := strings.IndexByte(special, c); i >= 0 {
		return append(buf, '\\', letters[i])
	}
	if c < ' ' || c >= 0x7f {
		return fmt.Appendf(buf, "\\%03o", c)
	}
	return append(buf, c)
}

// memory shows the start of a guest buffer.
func (p *Printer) memory(addr, n uint64) {
	b := p.Task.Space().View(addr, min(n, maxString+1), emu.Read)
	if len(b) == 0 && n > 0 {
		p.Pointer(addr)
		return
	}
	p.Quote(b, maxString)
}

// vector shows an array of iovec.
func (p *Printer) vector(addr, count uint64) {
	vec, errno := Iovecs(p.Task, addr, count)
	if errno != 0 {
		p.Pointer(addr)
	} else {
		p.buf = append(p.buf, '[')
		for i, v := range vec {
			if i > 0 {
				p.String(", ")
			}
			p.String("{iov_base=")
			p.Hex(v.Base)
			p.String(", iov_len=")
			p.Uint(v.Len)
			p.String("}")
		}
		p.buf = append(p.buf, ']')
	}
	p.String(", ")
	p.Uint(count)
}

// Struct writes the fields of a canonical structure.
func (p *Printer) Struct(c any) { p.value(reflect.ValueOf(c)) }

func (p *Printer) value(v reflect.Value) {
	if set, ok := v.Interface().(linux.SigSet); ok {
		p.SigSet(set)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		p.fields(v)
	case reflect.Array:
		p.array(v)
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.Int(v.Int())
	default:
		p.Uint(v.Uint())
	}
}

func (p *Printer) fields(v reflect.Value) {
	p.buf = append(p.buf, '{')
	for i := range v.NumField() {
		if i > 0 {
			p.String(", ")
		}
		name := strings.ToLower(v.Type().Field(i).Name)
		p.String(name)
		p.buf = append(p.buf, '=')
		switch name {
		case "mode":
			p.Octal(v.Field(i).Uint())
		case "base", "addr", "handler", "restorer", "sp", "mask", "flags", "dev", "rdev":
			p.hexValue(v.Field(i))
		default:
			p.value(v.Field(i))
		}
	}
	p.buf = append(p.buf, '}')
}

// hexValue writes numbers in hexadecimal, and everything else as value does.
func (p *Printer) hexValue(v reflect.Value) {
	switch {
	case v.CanInt():
		p.Hex(uint64(v.Int()))
	case v.CanUint():
		p.Hex(v.Uint())
	default:
		p.value(v)
	}
}

// array writes bytes as a string and other elements as a list.
func (p *Printer) array(v reflect.Value) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		b := make([]byte, v.Len())
		reflect.Copy(reflect.ValueOf(b), v)
		text, _, _ := strings.Cut(string(b), "\x00")
		p.Quote([]byte(text), 2*maxString)
		return
	}
	p.buf = append(p.buf, '[')
	for i := range v.Len() {
		if i > 0 {
			p.String(", ")
		}
		p.value(v.Index(i))
	}
	p.buf = append(p.buf, ']')
}

// Name is a value and the name that the headers give it.
type Name struct {
	Value uint64
	Name  string
}

// Enum writes a value by its name in a table, or as a number.
func (p *Printer) Enum(names []Name, v int64) {
	for _, n := range names {
		if n.Value == uint64(v) {
			p.String(n.Name)
			return
		}
	}
	p.Int(v)
}

// Flags writes the names of the bits that are set, joined by "|", and what is left as a number. none stands for no bit.
func (p *Printer) Flags(names []Name, v uint64, none string) {
	sep := ""
	for _, n := range names {
		if n.Value != 0 && v&n.Value == n.Value {
			p.String(sep + n.Name)
			v &^= n.Value
			sep = "|"
		}
	}
	switch {
	case v != 0:
		p.String(sep)
		p.Hex(v)
	case sep == "":
		p.String(none)
	}
}
