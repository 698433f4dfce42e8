package loader

import (
	"errors"
	"io"

	"muslrun/arch"
	"muslrun/arch/linux"
)

// maxScripts is how many scripts may interpret one another before Linux answers ELOOP (exec_binprm).
const maxScripts = 5

// Finder finds programs in a guest's file system.
type Finder struct {
	// Open opens a file that is to be executed, with the errors of execve(2): ENOENT, EACCES for what is not
	// a regular file or not executable, and so on. A File that is an io.Closer is closed by Program.Close.
	Open func(path string) (File, linux.Errno)
	// ByELF picks the ABI of an ELF file; nil if there is none.
	ByELF func(*arch.ELFFacts) *arch.ABI
	// NoScript says that an interpreter could not open the path that it would be given: a script is ENOENT.
	NoScript bool
}

// Program is what execve(2) will run.
type Program struct {
	ABI    *arch.ABI
	Path   string // of the ELF file: of the last interpreter if scripts came first
	ExecFn string // the path that was asked for
	Args   []string
	Exec   *Image
	Interp *Image // the dynamic linker, nil if the program names none

	opened []File
}

// Close closes the files that Find opened. Mappings stay.
func (p *Program) Close() {
	for _, f := range p.opened {
		if c, ok := f.(io.Closer); ok {
			_ = c.Close()
		}
	}
	p.opened = nil
}

// Find looks at what path names and gives the program that it stands for. The error is an *Error.
func (f *Finder) Find(path string, args []string) (*Program, error) {
	p := &Program{Path: path, ExecFn: path, Args: args}
	if e := f.find(p); e != nil {
		p.Close()
		return nil, e.at(p.Path)
	}
	return p, nil
}

func (f *Finder) find(p *Program) *Error {
	file, head, e := f.followScripts(p)
	if e != nil {
		return e
	}
	if p.Exec, e = parseELF(file, head); e != nil {
		return e
	}
	if p.ABI = f.ByELF(&p.Exec.Facts); p.ABI == nil {
		return noABI(&p.Exec.Facts)
	}
	if _, e := p.Exec.plan(p.ABI.PageSize); e != nil {
		return e
	}
	if p.Exec.Facts.Interp == "" {
		return nil
	}
	return f.findInterp(p)
}

// open opens p.Path.
func (f *Finder) open(p *Program, path string) (File, linux.Errno) {
	file, errno := f.Open(path)
	if errno == 0 {
		p.opened = append(p.opened, file)
	}
	return file, errno
}

// followScripts opens p.Path and, as long as that is a script, its interpreter. It gives the file that is not
// a script, and its first bytes.
func (f *Finder) followScripts(p *Program) (File, []byte, *Error) {
	var by string // the script that names p.Path
	for depth := 0; depth <= maxScripts; depth++ {
		file, errno := f.open(p, p.Path)
		if errno != 0 {
			return nil, nil, cannotOpen(p.Path, by, errno)
		}
		head, e := readHead(file)
		if e != nil || !isScript(head) {
			return file, head, e
		}
		s, e := parseScript(head)
		switch {
		case e != nil:
			return nil, nil, e
		case f.NoScript:
			return nil, nil, fail(linux.ENOENT, "its descriptor is closed before its interpreter could read it")
		}
		p.Args = s.argv(p.Path, p.Args)
		by, p.Path = p.Path, s.interp
	}
	return nil, nil, fail(linux.ELOOP, "more than %d scripts interpret one another", maxScripts).at(p.ExecFn)
}

func cannotOpen(path, by string, errno linux.Errno) *Error {
	if by == "" {
		return fail(errno, "%v", errno)
	}
	return fail(errno, "its #! interpreter %q cannot be run: %v", path, errno).at(by)
}

// findInterp opens and checks the dynamic linker that a program asks for.
func (f *Finder) findInterp(p *Program) *Error {
	path := p.Exec.Facts.Interp
	file, errno := f.open(p, path)
	if errno != 0 {
		return noInterpreter(path, errno)
	}
	img, e := identify(file)
	if e == nil {
		_, e = img.plan(p.ABI.PageSize)
	}
	if e != nil {
		return fail(badInterp(e.Errno), "its interpreter %s cannot be used: %s", path, e.Msg)
	}
	if i, x := &img.Facts, &p.Exec.Facts; i.Machine != x.Machine || i.Class != x.Class || i.Data != x.Data {
		return fail(linux.ELIBBAD, "its interpreter %s is for another kind of machine: %s", path, machineName(i.Machine))
	}
	p.Interp = img
	return nil
}

// badInterp is the error number for an interpreter: one that is no program is ELIBBAD.
func badInterp(errno linux.Errno) linux.Errno {
	if errno == linux.ENOEXEC {
		return linux.ELIBBAD
	}
	return errno
}

// Errno is the error number for the guest in an error of this package: 0 for nil, ENOEXEC for one that has none.
func Errno(err error) linux.Errno {
	var errno linux.Errno
	switch {
	case err == nil:
		return 0
	case errors.As(err, &errno):
		return errno
	}
	return linux.ENOEXEC
}
