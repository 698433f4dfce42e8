package loader

import (
	"debug/elf"
	"fmt"
	"path"
	"strings"

	"muslrun/arch"
	"muslrun/arch/linux"
)

// foreignFormats are files that people try to run, by their first bytes.
var foreignFormats = []struct{ magic, what string }{
	{"MZ", "a Windows or DOS program"},
	{"\xcf\xfa\xed\xfe", "a macOS program (Mach-O)"},
	{"\xce\xfa\xed\xfe", "a macOS program (Mach-O)"},
	{"\xfe\xed\xfa\xcf", "a macOS program (Mach-O)"},
	{"\xfe\xed\xfa\xce", "a macOS program (Mach-O)"},
	{"\xca\xfe\xba\xbe", "a macOS universal program or a Java class"},
	{"!<arch>\n", "a static library or another ar archive"},
	{"\x00asm", "a WebAssembly module"},
	{"BC\xc0\xde", "LLVM bitcode"},
	{"PK\x03\x04", "a zip archive"},
	{"\x1f\x8b", "gzip-compressed data"},
	{"\xfd7zXZ\x00", "xz-compressed data"},
	{"\x28\xb5\x2f\xfd", "zstd-compressed data"},
}

// notELF says what a file is instead of an ELF file, from its first bytes.
func notELF(head []byte) *Error {
	if len(head) == 0 {
		return notExec("the file is empty")
	}
	for _, f := range foreignFormats {
		if strings.HasPrefix(string(head), f.magic) {
			return notExec("not an ELF file: it looks like %s", f.what)
		}
	}
	start := head[:min(len(head), 8)]
	if printable(head) {
		return notExec("not an ELF file: it starts with %q, text without a #! line", start)
	}
	return notExec("not an ELF file: it starts with %q", start)
}

func printable(text []byte) bool {
	for _, c := range text {
		if c < ' ' && !strings.ContainsRune("\t\n\f\r", rune(c)) || c == 0x7f {
			return false
		}
	}
	return true
}

// machineName is how messages call an e_machine: its number, and its name where there is one.
func machineName(m elf.Machine) string {
	if name := m.String(); strings.HasPrefix(name, "EM_") && !strings.Contains(name, "+") {
		return fmt.Sprintf("machine %#x (%s)", uint16(m), name)
	}
	return fmt.Sprintf("machine %#x", uint16(m))
}

// noABI is the error for a file that no ABI of muslrun claims.
func noABI(f *arch.ELFFacts) *Error {
	width, order := 32, "little"
	if f.Class == elf.ELFCLASS64 {
		width = 64
	}
	if f.Data == elf.ELFDATA2MSB {
		order = "big"
	}
	return notExec("built for %s, %d bits, %s-endian, flags %#x: no ABI of muslrun's is like that (see `muslrun abis`)",
		machineName(f.Machine), width, order, f.Flags)
}

// libraries are the C libraries that an interpreter's file name gives away.
var libraries = []struct{ prefix, name string }{
	{"ld-musl-", "musl"},
	{"ld-linux", "glibc"},
	{"ld64.so", "glibc"},
	{"ld.so", "glibc"},
	{"ld-uClibc", "uClibc"},
	{"ld64-uClibc", "uClibc"},
	{"linker", "Android's bionic"},
	{"ld-elf", "a BSD's libc"},
}

// noInterpreter is the error for a program whose dynamic linker cannot be opened.
func noInterpreter(interp string, errno linux.Errno) *Error {
	if errno != linux.ENOENT && errno != linux.ENOTDIR {
		return fail(errno, "its interpreter %s cannot be used: %v", interp, errno)
	}
	library := "shared libraries"
	for _, l := range libraries {
		if strings.HasPrefix(path.Base(interp), l.prefix) {
			library = l.name
			break
		}
	}
	return fail(errno, "its interpreter %s was not found in the guest: the program is linked against %s; "+
		"give --root a root file system that has it, or link the program statically", interp, library)
}
