// Package tty is the terminal line discipline (termios(3), n_tty of Linux) and the pseudo terminals built on it
// (pty(7)).
//
//	Discipline  pure: bytes from the keyboard in, lines for the reader, echo and signals out; no locks, no waiting
//	Pair        a pseudo terminal: a Discipline between the operations of a master and of its slaves
//
//	master write --> Discipline.Input  --> queue  --> slave read
//	                       |  echo
//	master read  <---- screen <------- Discipline.Output <-- slave write
//
// Sessions and process groups are the kernel's: it gives a Pair its fs.JobControl, which is asked whether a caller may read
// or write, and is told what was typed.
package tty
