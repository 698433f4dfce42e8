package syscalls

import (
	"strconv"
	"sync"
	"sync/atomic"

	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// Dispatcher answers system calls for a kernel. It implements kernel.Calls.
type Dispatcher struct {
	// Trace, if not nil, is given a line for each call.
	Trace *Tracer
	// Missing is told of the first use of every call that is not built.
	Missing func(t *kernel.Task, name string)

	byName map[string]*call
	tables sync.Map                  // *arch.ABI -> []*call by number less Base
	recent atomic.Pointer[callTable] // the one that was used last: most guests have one ABI
	missed sync.Map                  // names that Missing has been told of
}

// New makes a Dispatcher over the table of declarations.
func New() *Dispatcher {
	d := &Dispatcher{byName: map[string]*call{}}
	all := table()
	for i := range all {
		d.byName[all[i].name] = &all[i]
	}
	return d
}

// Call implements kernel.Calls.
func (d *Dispatcher) Call(t *kernel.Task, number uint64, words *kernel.Words) (uint64, linux.Errno) {
	c := d.find(t.ABI, number)
	if c == nil {
		return d.unknown(t, number, words)
	}
	if d.Trace != nil {
		return d.Trace.run(t, c, words)
	}
	return c.do(source(t, words))
}

// do runs the handler; a fault on guest memory that went away meanwhile is EFAULT.
func (c *call) do(s *args.Source) (value uint64, errno linux.Errno) {
	defer kernel.CatchFault(&errno)
	return c.run(s)
}

// source is the task's own Source, at the first word.
func source(t *kernel.Task, words *kernel.Words) *args.Source {
	s, ok := t.Scratch.(*args.Source)
	if !ok {
		s = &args.Source{}
		t.Scratch = s
	}
	s.Reset(t, words)
	return s
}

// find is the declaration for a number of an ABI; nil if there is none.
func (d *Dispatcher) find(a *arch.ABI, number uint64) *call {
	recent := d.recent.Load()
	if recent == nil || recent.abi != a {
		recent = d.table(a)
		d.recent.Store(recent)
	}
	if i := number - a.Calls.Base; i < uint64(len(recent.calls)) {
		return recent.calls[i]
	}
	return d.byName[a.Calls.Name(number)]
}

// callTable is the calls of an ABI, by number from its base on.
type callTable struct {
	abi   *arch.ABI
	calls []*call
}

func (d *Dispatcher) table(a *arch.ABI) *callTable {
	table, ok := d.tables.Load(a)
	if !ok {
		table, _ = d.tables.LoadOrStore(a, &callTable{a, d.build(a)})
	}
	return table.(*callTable)
}

func (d *Dispatcher) build(a *arch.ABI) []*call {
	calls := make([]*call, len(a.Calls.Names))
	for i, name := range a.Calls.Names {
		calls[i] = d.byName[name]
	}
	return calls
}

// unknown answers a call that is not built.
func (d *Dispatcher) unknown(t *kernel.Task, number uint64, words *kernel.Words) (uint64, linux.Errno) {
	name := t.ABI.Calls.Name(number)
	if name == "" {
		name = "syscall_" + strconv.FormatUint(number, 10)
	}
	if _, again := d.missed.LoadOrStore(name, true); !again && d.Missing != nil {
		d.Missing(t, name)
	}
	if d.Trace != nil {
		d.Trace.unknown(t, name, words)
	}
	return 0, linux.ENOSYS
}
