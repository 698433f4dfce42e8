// Package syscalls declares every system call that muslrun answers (table.go, one line each) and implements them
// (sys_SUBJECT.go). A declaration gives the call's name, the types of its arguments and its handler; dispatch, tracing and
// the documentation come from it.
package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// call is one declaration.
type call struct {
	name  string // as in arch.CallNumbers
	run   func(s *args.Source) (uint64, linux.Errno)
	print func(s *args.Source, p *args.Printer)
}

// result is what a handler returns: a value, or an error number.
type result = uint64

func sys0(name string, fn func(*kernel.Task) (result, linux.Errno)) call {
	return call{name, func(s *args.Source) (result, linux.Errno) { return fn(s.Task) }, func(*args.Source, *args.Printer) {}}
}

func sys1[A args.Arg[A]](name string, fn func(*kernel.Task, A) (result, linux.Errno)) call {
	run := func(s *args.Source) (result, linux.Errno) {
		a := load[A](s)
		if s.Errno != 0 {
			return 0, s.Errno
		}
		return fn(s.Task, a)
	}
	return call{name, run, show[A]}
}

func sys2[A args.Arg[A], B args.Arg[B]](name string, fn func(*kernel.Task, A, B) (result, linux.Errno)) call {
	run := func(s *args.Source) (result, linux.Errno) {
		a, b := load[A](s), load[B](s)
		if s.Errno != 0 {
			return 0, s.Errno
		}
		return fn(s.Task, a, b)
	}
	return call{name, run, showAll(show[A], show[B])}
}

func sys3[A args.Arg[A], B args.Arg[B], C args.Arg[C]](
	name string, fn func(*kernel.Task, A, B, C) (result, linux.Errno)) call {
	run := func(s *args.Source) (result, linux.Errno) {
		a, b, c := load[A](s), load[B](s), load[C](s)
		if s.Errno != 0 {
			return 0, s.Errno
		}
		return fn(s.Task, a, b, c)
	}
	return call{name, run, showAll(show[A], show[B], show[C])}
}

func sys4[A args.Arg[A], B args.Arg[B], C args.Arg[C], D args.Arg[D]](
	name string, fn func(*kernel.Task, A, B, C, D) (result, linux.Errno)) call {
	run := func(s *args.Source) (result, linux.Errno) {
		a, b, c, d := load[A](s), load[B](s), load[C](s), load[D](s)
		if s.Errno != 0 {
			return 0, s.Errno
		}
		return fn(s.Task, a, b, c, d)
	}
	return call{name, run, showAll(show[A], show[B], show[C], show[D])}
}

func sys5[A args.Arg[A], B args.Arg[B], C args.Arg[C], D args.Arg[D], E args.Arg[E]](
	name string, fn func(*kernel.Task, A, B, C, D, E) (result, linux.Errno)) call {
	run := func(s *args.Source) (result, linux.Errno) {
		a, b, c, d, e := load[A](s), load[B](s), load[C](s), load[D](s), load[E](s)
		if s.Errno != 0 {
			return 0, s.Errno
		}
		return fn(s.Task, a, b, c, d, e)
	}
	return call{name, run, showAll(show[A], show[B], show[C], show[D], show[E])}
}

func sys6[A args.Arg[A], B args.Arg[B], C args.Arg[C], D args.Arg[D], E args.Arg[E], F args.Arg[F]](
	name string, fn func(*kernel.Task, A, B, C, D, E, F) (result, linux.Errno)) call {
	run := func(s *args.Source) (result, linux.Errno) {
		a, b, c, d, e, f := load[A](s), load[B](s), load[C](s), load[D](s), load[E](s), load[F](s)
		if s.Errno != 0 {
			return 0, s.Errno
		}
		return fn(s.Task, a, b, c, d, e, f)
	}
	return call{name, run, showAll(show[A], show[B], show[C], show[D], show[E], show[F])}
}

func load[A args.Arg[A]](s *args.Source) A {
	var zero A
	return zero.Load(s)
}

func show[A args.Arg[A]](s *args.Source, p *args.Printer) { load[A](s).Print(p) }

// showAll prints arguments with commas between.
func showAll(shows ...func(*args.Source, *args.Printer)) func(*args.Source, *args.Printer) {
	return func(s *args.Source, p *args.Printer) {
		for i, show := range shows {
			if i > 0 {
				p.String(", ")
			}
			show(s, p)
		}
	}
}
