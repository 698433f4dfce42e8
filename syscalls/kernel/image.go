package kernel

import (
	"errors"
	"fmt"
	"io"

	"muslrun/arch"
	"muslrun/arch/all"
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/fs"
	"muslrun/loader"
	"muslrun/syscalls/mm"
)

// image is a program in memory, ready to run: what execve makes before it lets go of the old one.
type image struct {
	abi    *arch.ABI
	memory *Memory
	cpu    emu.CPU
	cred   *fs.Credentials
	secure bool // AT_SECURE
}

// execRequest is what execve(2) is asked for.
type execRequest struct {
	kernel *Kernel
	abi    *arch.ABI // of the task that asks; nil for the first program
	caller fs.Caller
	fs     *fs.Context
	limits *Limits
	path   string
	file   *fs.File // executed instead of what path names (execveat with an empty path); path still is what it is called
	args   []string
	env    []string

	noNewPrivs bool // of PR_SET_NO_NEW_PRIVS
	vanishes   bool // ExecSpec.Vanishes
}

// load builds the image. The error carries an Errno (loader.Errno) and a text for the person who runs muslrun.
func (r *execRequest) load() (*image, error) {
	finder := loader.Finder{
		Open: r.open, ByELF: func(f *arch.ELFFacts) *arch.ABI { a, _ := all.ByELF(f); return a }, NoScript: r.vanishes,
	}
	program, err := finder.Find(r.path, r.args)
	if err != nil {
		return nil, err
	}
	defer program.Close()
	engine, err := r.kernel.Engine(program.ABI)
	if err != nil {
		return nil, &NoEngine{Path: program.Path, Err: err}
	}
	cfg := mm.Config{ABI: program.ABI, Accountant: r.kernel.Memory, StackLimit: r.stackLimit(), Caller: &r.kernel.caller}
	vm, err := r.kernel.vms.Take(engine, program.ABI, emu.Room{Want: cfg.WindowSize(), Least: cfg.LeastWindow()}, program.Path)
	if err != nil {
		return nil, fmt.Errorf("engine %s: %w", engine.Name(), err)
	}
	cfg.Window = vm.Window
	space, err := mm.New(cfg)
	if err != nil {
		r.kernel.vms.Leave(vm)
		return nil, err
	}
	memory := newMemory(r.kernel, space, vm, memoryLayout{Exe: exePath(program)})
	img, err := r.fill(memory, program)
	if err != nil {
		memory.unref()
		return nil, err
	}
	return img, nil
}

// fill maps the program and its stack, and makes the CPU that will run it.
func (r *execRequest) fill(memory *Memory, program *loader.Program) (*image, error) {
	space := memory.Space
	target := &loadSpace{Space: space}
	loaded, err := loader.Load(target, program.ABI, program.Exec, program.Interp)
	if err != nil {
		return nil, err
	}
	space.SetBrk(loaded.Brk)
	cred, secure := r.credentials(program)
	stack, errno := r.buildStack(target, program, loaded, cred, secure)
	if errno != 0 {
		return nil, &loader.Error{Errno: errno, Path: program.Path, Msg: "cannot build its stack: " + errno.Error()}
	}
	memory.describe(loaded, stack)
	if memory.Trampoline, errno = target.mapTrampoline(program.ABI); errno != 0 {
		return nil, &loader.Error{Errno: errno, Path: program.Path, Msg: "cannot map the code that ends signal handlers"}
	}
	cpu, err := memory.Machine.NewCPU()
	if err != nil {
		return nil, fmt.Errorf("engine %s: %w", memory.Engine, err)
	}
	enter(cpu, program.ABI, loaded, stack)
	return &image{abi: program.ABI, memory: memory, cpu: cpu, cred: cred, secure: secure}, nil
}

// enter sets the registers that a new program finds.
func enter(cpu emu.CPU, abi *arch.ABI, loaded *loader.Loaded, stack *loader.Stack) {
	cpu.SetReg(abi.ISA.Regs.SP, stack.SP)
	cpu.SetReg(abi.ISA.Regs.PC, loaded.Entry)
	if abi.Entry != nil {
		abi.Entry(cpu, loaded.Entered(stack))
	}
}

// stackLimit is how large the stack may become.
func (r *execRequest) stackLimit() uint64 {
	const smallest, largest = 128 << 10, 256 << 20
	return min(max(r.limits[linux.RLIMIT_STACK].Cur, smallest), largest) &^ 0xffff
}

func (r *execRequest) buildStack(s *loadSpace, p *loader.Program, l *loader.Loaded, cred *fs.Credentials, secure bool) (
	*loader.Stack, linux.Errno) {
	size := min(r.stackLimit(), s.Top()/4&^0xffff)
	prot := emu.ProtRead | emu.ProtWrite
	if p.Exec.ExecStack {
		prot |= emu.ProtExec
	}
	top := s.Top()
	if errno := s.MapStack(min(size, r.stackStart(p)), size, prot); errno != 0 {
		return nil, errno
	}
	spec := loader.StackSpec{
		Top: top, Size: size, Limit: max(r.limits[linux.RLIMIT_STACK].Cur, 128<<10), Args: p.Args, Env: r.env,
		ExecFn: p.ExecFn, UID: cred.UID, EUID: cred.EUID, GID: cred.GID, EGID: cred.EGID, Secure: secure,
	}
	if _, err := io.ReadFull(r.kernel.Random, spec.Random[:]); err != nil {
		return nil, linux.EIO
	}
	return loader.BuildStack(s, p.ABI, l, &spec)
}

// stackStart is how much stack a program starts with: room for what BuildStack puts there, and what setup_arg_pages in
// Linux's fs/exec.c adds.
func (r *execRequest) stackStart(p *loader.Program) uint64 {
	const (
		expand  = 128 << 10
		vectors = 4 << 10 // the auxiliary vector and what it points to
		pointer = 8
	)
	n := len(p.ExecFn) + vectors
	for _, list := range [][]string{p.Args, r.env} {
		for _, s := range list {
			n += len(s) + 1 + pointer
		}
	}
	return (uint64(n)+expand)&^0xffff + 0x10000
}

// describe remembers what /proc tells.
func (m *Memory) describe(l *loader.Loaded, st *loader.Stack) {
	m.ArgStart, m.ArgEnd, m.EnvStart, m.EnvEnd = st.ArgStart, st.ArgEnd, st.EnvStart, st.EnvEnd
	m.StackStart, m.Auxv = st.SP, st.Auxv
	m.CodeStart, m.CodeEnd = l.StartCode, l.EndCode
	m.DataStart, m.DataEnd = l.StartData, l.EndData
}

// exePath is the place of the ELF file that was loaded.
func exePath(p *loader.Program) fs.Path {
	if f, ok := p.Exec.File.(*execFile); ok {
		return f.file.Path
	}
	return fs.Path{}
}

// credentials are the identities and capabilities of the new program, and whether AT_SECURE is to be set: what its
// set-user-ID and set-group-ID bits give, and root's right to all capabilities (bprm_fill_uid in Linux's fs/exec.c,
// cap_bprm_creds_from_file in security/commoncap.c).
func (r *execRequest) credentials(p *loader.Program) (*fs.Credentials, bool) {
	old := r.caller.Cred
	cred := *old
	if path := exePath(p); !r.noNewPrivs && !path.IsZero() && !path.Mount.Has(fs.MountNoSUID) {
		setIDs(&cred, p)
	}
	cred.SUID, cred.FSUID, cred.SGID, cred.FSGID = cred.EUID, cred.EUID, cred.EGID, cred.EGID
	setID := cred.EUID != old.UID || cred.EGID != old.GID
	if setID {
		cred.Ambient = 0
	}
	cred.Permitted = cred.Ambient
	root := cred.Securebits&linux.SECBIT_NOROOT == 0
	if root && (cred.UID == 0 || cred.EUID == 0) {
		cred.Permitted |= cred.Bounding | cred.Inheritable
	}
	cred.Effective = cred.Ambient
	if root && cred.EUID == 0 {
		cred.Effective = cred.Permitted
	}
	cred.Securebits &^= linux.SECBIT_KEEP_CAPS
	return &cred, setID || cred.UID != 0 && cred.Permitted&^cred.Ambient != 0
}

// setIDs applies the set-user-ID and set-group-ID bits of a program.
func setIDs(cred *fs.Credentials, p *loader.Program) {
	st, errno := p.Exec.File.(*execFile).file.Stat()
	if errno != 0 {
		return
	}
	if st.Mode&linux.S_ISUID != 0 {
		cred.EUID = st.UID
	}
	if st.Mode&linux.S_ISGID != 0 && st.Mode&0o010 != 0 {
		cred.EGID = st.GID
	}
}

// open opens a file that is to be executed (do_open_execat): execute permission counts, not read permission.
func (r *execRequest) open(path string) (loader.File, linux.Errno) {
	if r.file != nil && path == r.path {
		return r.openFile(r.file.Path)
	}
	p, errno := r.fs.Resolve(&r.caller, fs.Path{}, path, 0)
	if errno == linux.ENOENT && r.kernel.Provide != nil && r.kernel.Provide(path, r.abi) {
		p, errno = r.fs.Resolve(&r.caller, fs.Path{}, path, 0)
	}
	if errno != 0 {
		return nil, errno
	}
	return r.openFile(p)
}

func (r *execRequest) openFile(p fs.Path) (loader.File, linux.Errno) {
	if p.IsZero() || p.Kind() != linux.S_IFREG || p.Mount.Has(fs.MountNoExec) {
		return nil, linux.EACCES
	}
	st, errno := p.Inode().Stat()
	if errno != 0 {
		return nil, errno
	}
	if !r.caller.Cred.Permits(&st, linux.X_OK) {
		return nil, linux.EACCES
	}
	allow, errno := p.DenyWrite()
	if errno != 0 {
		return nil, errno
	}
	f, errno := r.fs.OpenPath(&r.kernel.caller, p, linux.O_RDONLY|linux.O_LARGEFILE)
	if errno != 0 {
		allow()
		return nil, errno
	}
	return &execFile{file: f, caller: &r.kernel.caller, allow: allow}, 0
}

// execFile is a guest file as the loader reads it.
type execFile struct {
	file   *fs.File
	caller *fs.Caller
	allow  func() // lets it be written again
}

// Size implements loader.File.
func (f *execFile) Size() int64 {
	st, errno := f.file.Stat()
	if errno != 0 {
		return 0
	}
	return st.Size
}

// ReadAt implements io.ReaderAt.
func (f *execFile) ReadAt(p []byte, off int64) (int, error) {
	total := 0
	for total < len(p) {
		n, errno := f.file.Pread(f.caller, [][]byte{p[total:]}, off+int64(total))
		if errno != 0 {
			return total, errno
		}
		if n == 0 {
			return total, io.EOF
		}
		total += n
	}
	return total, nil
}

// Close implements io.Closer.
func (f *execFile) Close() error {
	f.allow()
	f.file.Unref(f.caller)
	return nil
}

// loadSpace is an address space as the loader fills it.
type loadSpace struct {
	*mm.Space
	name string // of anonymous mappings
}

// MapFile implements loader.Space.
func (s *loadSpace) MapFile(addr, size uint64, prot emu.Prot, f loader.File, offset int64) linux.Errno {
	file := f.(*execFile).file
	mapper, ok := file.Ops.(fs.Mapper)
	if !ok {
		return linux.ENODEV
	}
	object, errno := mapper.Map()
	if errno != 0 {
		return errno
	}
	_, errno = s.Map(mm.Request{
		Addr: addr, Size: size, Place: mm.FixedFree, Prot: prot, File: file, Object: object, Offset: offset,
	})
	return errno
}

// MapAnonymous implements loader.Space.
func (s *loadSpace) MapAnonymous(addr, size uint64, prot emu.Prot) linux.Errno {
	_, errno := s.Map(mm.Request{Addr: addr, Size: size, Place: mm.FixedFree, Prot: prot, Name: s.name})
	return errno
}

// NoEngine says that no CPU engine runs a program. To the guest it is ENOEXEC.
type NoEngine struct {
	Path string
	Err  error
}

func (e *NoEngine) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *NoEngine) Unwrap() error { return e.Err }

// mapTrampoline maps the page with the code that handlers return to where they have no restorer; 0 if the ABI needs none.
func (s *loadSpace) mapTrampoline(abi *arch.ABI) (uint64, linux.Errno) {
	if abi.Frames == nil || abi.Frames.Trampoline() == nil {
		return 0, 0
	}
	return loader.MapTrampoline(&loadSpace{s.Space, "[vdso]"}, abi, abi.Frames.Trampoline())
}

// errNoProgram is what Start answers when there is nothing to run.
var errNoProgram = errors.New("no program given")
