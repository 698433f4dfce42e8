package loader

import (
	"bytes"
	"debug/elf"
	"fmt"
	"strings"
	"testing"

	"muslrun/arch"
	"muslrun/arch/linux"
)

// guest is a file system of a test: contents by path.
type guest map[string]string

// closer counts how often files are closed.
type closer struct {
	*bytes.Reader
	closed *int
}

func (c closer) Close() error {
	*c.closed++
	return nil
}

func (g guest) finder(closed *int) *Finder {
	return &Finder{
		Open: func(path string) (File, linux.Errno) {
			content, ok := g[path]
			switch {
			case !ok:
				return nil, linux.ENOENT
			case content == "denied":
				return nil, linux.EACCES
			}
			return closer{bytes.NewReader([]byte(content)), closed}, 0
		},
		ByELF: func(f *arch.ELFFacts) *arch.ABI {
			if f.Machine != elf.EM_MIPS {
				return nil
			}
			return kind{f.Class, f.Data}.abi(0x1000)
		},
	}
}

// dynamicFor is a dynamic program that asks for an interpreter.
func dynamicFor(k kind, interp string) *object {
	o := dynamic(k)
	o.programs = append(o.programs, programHeader{typ: elf.PT_INTERP, offset: 0x2000, fileSize: uint64(len(interp)) + 1})
	o.content = map[uint64][]byte{0x2000: []byte(interp + "\x00")}
	return o
}

func TestFind(t *testing.T) {
	k, musl := kinds[1], "/lib/ld-musl-mips.so.1"
	wrongMachine, wrongOrder, wrongPage := program(k), dynamic(kinds[0]), dynamicFor(k, musl)
	wrongMachine.machine = elf.EM_VAX
	wrongPage.programs[1].offset++
	foreign := program(kinds[2])
	foreign.machine = 0x1234
	files := func(more ...string) guest {
		g := guest{
			"static": string(program(k).bytes()), "dyn": string(dynamicFor(k, musl).bytes()),
			musl: string(dynamic(k).bytes()),
		}
		for i := 0; i < len(more); i += 2 {
			g[more[i]] = more[i+1]
		}
		return g
	}
	for _, c := range []struct {
		name   string
		files  guest
		path   string
		errno  linux.Errno
		result string // the arguments, or a part of the message
	}{
		{"static", files(), "static", 0, "[static x] static false"},
		{"dynamic", files(), "dyn", 0, "[dyn x] dyn true"},
		{"script", files("s", "#!dyn -f\n"), "s", 0, "[dyn -f s x] dyn true"},
		{"script of a script", files("s", "#! t 1\n", "t", "#!static\n"), "s", 0, "[static t 1 s x] static false"},
		{"not there", files(), "nothing", linux.ENOENT, "nothing: no such file or directory"},
		{"not allowed", files("p", "denied"), "p", linux.EACCES, "p: permission denied"},
		{"loop", files("s", "#!s\n"), "s", linux.ELOOP, "s: more than 5 scripts"},
		{"script's interpreter is not there", files("s", "#!/bin/sh\n"), "s", linux.ENOENT,
			`s: its #! interpreter "/bin/sh" cannot be run: no such file`},
		{"script's interpreter is no program", files("s", "#!t\n", "t", "text"), "s", linux.ENOEXEC,
			`t: not an ELF file: it starts with "text"`},
		{"machine", files("p", string(wrongMachine.bytes())), "p", linux.ENOEXEC,
			"built for machine 0x4b (EM_VAX), 32 bits, big-endian"},
		{"unknown machine", files("p", string(foreign.bytes())), "p", linux.ENOEXEC,
			"built for machine 0x1234, 64 bits, little-endian"},
		{"page size", files("p", string(wrongPage.bytes())), "p", linux.EINVAL, "does not suit pages of 4096 bytes"},
		{"no musl", guest{"p": files()["dyn"]}, "p", linux.ENOENT, "linked against musl; give --root"},
		{"no glibc", files("p", string(dynamicFor(k, "/lib64/ld-linux-x86-64.so.2").bytes())), "p", linux.ENOENT,
			"/lib64/ld-linux-x86-64.so.2 was not found in the guest: the program is linked against glibc"},
		{"no bionic", files("p", string(dynamicFor(k, "/system/bin/linker64").bytes())), "p", linux.ENOENT, "Android"},
		{"no idea", files("p", string(dynamicFor(k, "/x").bytes())), "p", linux.ENOENT, "shared libraries"},
		{"interpreter not allowed", files(musl, "denied"), "dyn", linux.EACCES, musl + " cannot be used: permission denied"},
		{"interpreter is text", files(musl, "text"), "dyn", linux.ELIBBAD, musl + " cannot be used: not an ELF file"},
		{"interpreter is cut off", files(musl, string(dynamic(k).bytes()[:0x1810])), "dyn", linux.ELIBBAD, "cut off"},
		{"interpreter's order", files(musl, string(wrongOrder.bytes())), "dyn", linux.ELIBBAD, "another kind of machine"},
		{"interpreter's machine", files(musl, string(wrongMachine.bytes())), "dyn", linux.ELIBBAD, "EM_VAX"},
		{"interpreter's pages", files(musl, string(wrongPage.bytes())), "dyn", linux.EINVAL, "does not suit"},
	} {
		opened, closed := 0, 0
		f := c.files.finder(&closed)
		open := f.Open
		f.Open = func(path string) (File, linux.Errno) {
			file, errno := open(path)
			if errno == 0 {
				opened++
			}
			return file, errno
		}
		p, err := f.Find(c.path, []string{c.path, "x"})
		got := ""
		if err == nil {
			got = fmt.Sprint(p.Args, " ", p.Path, " ", p.Interp != nil)
			p.Close()
		} else {
			got = err.Error()
		}
		if Errno(err) != c.errno || !strings.Contains(got, c.result) {
			t.Errorf("%s: got %q (%v), want %q (%v)", c.name, got, Errno(err), c.result, c.errno)
		}
		if opened != closed {
			t.Errorf("%s: %d files opened, %d closed", c.name, opened, closed)
		}
	}
}
