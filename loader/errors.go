package loader

import (
	"fmt"

	"muslrun/arch/linux"
)

// Error is why a program cannot be started: Errno is for the guest that called execve(2), and is what
// errors.As finds as a linux.Errno; the text is for the person who runs muslrun.
type Error struct {
	Errno linux.Errno
	Path  string // the guest file at fault; "" if not known
	Msg   string
}

func (e *Error) Error() string {
	if e.Path == "" {
		return e.Msg
	}
	return e.Path + ": " + e.Msg
}

// Unwrap gives the Errno.
func (e *Error) Unwrap() error { return e.Errno }

// at names the file at fault, if none is named yet.
func (e *Error) at(path string) *Error {
	if e != nil && e.Path == "" {
		e.Path = path
	}
	return e
}

func fail(errno linux.Errno, format string, args ...any) *Error {
	return &Error{Errno: errno, Msg: fmt.Sprintf(format, args...)}
}

// notExec is the error of a file that Linux does not take for a program.
func notExec(format string, args ...any) *Error { return fail(linux.ENOEXEC, format, args...) }
