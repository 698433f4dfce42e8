package enginetest

import "muslrun/emu"

// successor closes the fixture's CPU, empties window and machine, and maps the fixture's pages for a new CPU.
func (f *fixture) successor() {
	f.Helper()
	m, ok := f.machine.(emu.Reusable)
	if !ok {
		f.Skip("machines serve one process")
	}
	f.cpu.Close()
	if err := f.window.Reset(); err != nil {
		f.Fatal(err)
	}
	if !m.Reset() {
		f.Fatal("a machine that has done little cannot be reset")
	}
	f.mapPage(codeAt, emu.ProtRead|emu.ProtExec)
	f.mapPage(dataAt, emu.ProtRead|emu.ProtWrite)
	cpu, err := f.machine.NewCPU()
	if err != nil {
		f.Fatal(err)
	}
	*f.live = cpu
	f.cpu = cpu
}

// nextProcess runs the same code, other code, and the first again in processes that follow each other. The code is put in
// place without a word to the machine, as mmap does it.
func nextProcess(f *fixture) {
	for i, name := range []string{"one", "one", "two", "one"} {
		if i > 0 {
			f.successor()
		}
		f.put(codeAt, name)
		f.setPC(codeAt)
		f.set("val", 0)
		f.run(emu.SystemCall)
		f.want("val", map[string]uint64{"one": 1, "two": 2}[name])
	}
}

// nextProcessSeesNothing: what a process had mapped is not there for the next one, be it code or data.
func nextProcessSeesNothing(f *fixture) {
	f.mapPage(otherAt, emu.ProtRead|emu.ProtExec)
	f.put(otherAt, "one")
	f.setPC(otherAt)
	f.run(emu.SystemCall)
	f.successor()
	f.setPC(otherAt)
	if s := f.run(emu.Fault); s.Addr != otherAt || s.Access != emu.Fetch {
		f.Errorf("%+v, not a fetch from %#x", s, otherAt)
	}
	f.load(codeAt, "store")
	f.run(emu.SystemCall)
	f.successor()
	f.load(codeAt, "load")
	f.set("val", 1)
	f.run(emu.SystemCall)
	f.want("val", 0)
	f.set("addr", holeAt)
	f.setPC(codeAt)
	f.run(emu.Fault)
}

// nextProcessCrossesPages has one instruction change behind a page boundary, in a block that begins before it.
func nextProcessCrossesPages(f *fixture) {
	const page2 = codeAt + emu.PageSize
	for i, name := range []string{"one", "two", "two", "one"} {
		if i > 0 {
			f.successor()
		}
		f.mapPage(page2, emu.ProtRead|emu.ProtExec)
		s := f.has("load")
		code := append(s.bytes(f.abi.ISA)[:s.at], f.has(name).bytes(f.abi.ISA)...)
		f.protect(codeAt, emu.ProtRead|emu.ProtWrite)
		f.protect(page2, emu.ProtRead|emu.ProtWrite)
		copy(f.window.Bytes(page2-s.at, uint64(len(code))), code)
		f.protect(codeAt, emu.ProtRead|emu.ProtExec)
		f.protect(page2, emu.ProtRead|emu.ProtExec)
		f.set("count", 0)
		f.setPC(page2 - s.at)
		f.run(emu.SystemCall)
		f.want("count", 1)
		f.want("val", map[string]uint64{"one": 1, "two": 2}[name])
	}
}
