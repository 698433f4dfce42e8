package syscalls

import (
	"fmt"
	"io"
	"sync"

	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// Tracer writes a line for each system call, as strace(1) does (--strace).
type Tracer struct {
	mu sync.Mutex
	w  io.Writer
}

// NewTracer traces to w.
func NewTracer(w io.Writer) *Tracer { return &Tracer{w: w} }

// run does a call and writes its line.
func (tr *Tracer) run(t *kernel.Task, c *call, words *kernel.Words) (uint64, linux.Errno) {
	saved := *words
	p := &args.Printer{Task: t}
	before := c.show(t, p, &saved)
	value, errno := c.do(source(t, words))
	if p.Late && errno != kernel.NoResult {
		p.Done, p.Value, p.Errno = true, value, errno
		before = c.show(t, p, &saved)
	}
	tr.line(t, c.name, before, outcome(value, errno))
	return value, errno
}

// show prints the arguments.
func (c *call) show(t *kernel.Task, p *args.Printer, words *kernel.Words) string {
	var s args.Source
	s.Reset(t, words)
	c.print(&s, p)
	return p.Take()
}

func (tr *Tracer) unknown(t *kernel.Task, name string, words *kernel.Words) {
	list := fmt.Sprintf("%#x, %#x, %#x, %#x, %#x, %#x", words[0], words[1], words[2], words[3], words[4], words[5])
	tr.line(t, name, list, outcome(0, linux.ENOSYS))
}

func (tr *Tracer) line(t *kernel.Task, name, list, result string) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	fmt.Fprintf(tr.w, "[pid %d] %s(%s) = %s\n", t.TID, name, list, result)
}

func outcome(value uint64, errno linux.Errno) string {
	switch {
	case errno == kernel.NoResult:
		return "?"
	case errno >= linux.ERESTARTSYS:
		return "? (to be restarted)"
	case errno != 0:
		return fmt.Sprintf("-1 %s (%v)", errno.Name(), errno)
	case value > 1<<16:
		return fmt.Sprintf("%#x", value)
	}
	return fmt.Sprintf("%d", value)
}
