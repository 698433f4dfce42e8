package guest

import (
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/syscalls/kernel"
)

// signals takes the host's signals to the guest, and the guest's stops to the host.
//
// The host's terminal keeps its line discipline, in the modes that the guest sets. So what is typed reaches muslrun as a
// signal of the host, and becomes one of the guest's: for the process group that the guest has in the foreground, of
// which the host knows nothing. muslrun itself stays in the host's foreground, until the guest's first program stops.
// Then it gives the terminal its old modes back and stops too, so that the shell outside takes over.
type signals struct {
	*machine
	first *kernel.ThreadGroup
	asked bool // the host's terminal has asked muslrun to stop

	sent chan os.Signal
	cont chan os.Signal // SIGCONT alone
	done chan struct{}
}

// typed are the signals that the host's terminal sends; told are those that are for the first program alone.
var (
	typed = []os.Signal{unix.SIGINT, unix.SIGQUIT, unix.SIGTSTP, unix.SIGWINCH}
	told  = []os.Signal{unix.SIGHUP, unix.SIGTERM, unix.SIGUSR1, unix.SIGUSR2}
)

// forwardSignals passes signals on until stop is called.
func (m *machine) forwardSignals(first *kernel.ThreadGroup) (stop func()) {
	signal.Ignore(syscall.SIGPIPE)
	s := &signals{
		machine: m, first: first, sent: make(chan os.Signal, 16), cont: make(chan os.Signal, 1), done: make(chan struct{}),
	}
	signal.Notify(s.sent, append(typed, told...)...)
	signal.Notify(s.cont, unix.SIGCONT)
	go s.run()
	return func() {
		signal.Stop(s.sent)
		signal.Stop(s.cont)
		close(s.done)
	}
}

func (s *signals) run() {
	for {
		select {
		case sig := <-s.sent:
			s.forward(linux.Signal(sig.(syscall.Signal)))
		case <-s.cont:
			s.resume()
		case sig := <-s.stopped:
			s.suspend(sig)
		case <-s.done:
			return
		}
	}
}

// forward sends one signal of the host to whom it is for.
func (s *signals) forward(sig linux.Signal) {
	switch sig {
	case linux.SIGINT, linux.SIGQUIT, linux.SIGTSTP:
		s.asked = s.asked || sig == linux.SIGTSTP
		s.signalForeground(sig)
	case linux.SIGWINCH:
		s.resized()
	case linux.SIGHUP:
		if s.hostTerminal != nil && s.hostTerminal.HungUp() {
			s.tty.Hangup()
			return
		}
		s.send(sig)
	default:
		s.send(sig)
	}
}

// signalForeground signals the process group that the guest has in the foreground, or where it has none the first
// program's, which is what a shell outside means by its foreground.
func (s *signals) signalForeground(sig linux.Signal) {
	if s.tty != nil && s.tty.Foreground() != 0 {
		s.tty.Signal(sig)
		return
	}
	s.kernel.SignalGroup(s.first.PGID(), sig)
}

func (s *signals) send(sig linux.Signal) {
	s.first.Send(&linux.Siginfo{Signo: int32(sig), Code: linux.SI_KERNEL})
}

// suspend stops muslrun, because a signal has stopped the guest's first program. Where there is no terminal, and so perhaps
// nobody who could continue it, a guest cannot do that to muslrun: --timeout has to be kept.
func (s *signals) suspend(sig linux.Signal) {
	if s.hostTerminal == nil && !s.asked {
		return
	}
	_ = s.stdio.Restore()
	stopSelf(syscall.Signal(sig))
	select { // of being continued Go may tell a little later; where nobody would do it, there was no stop
	case <-s.cont:
	case <-time.After(50 * time.Millisecond):
	}
	s.resume()
	s.resized()
}

// firstStopped is told by the kernel.
func (m *machine) firstStopped(sig linux.Signal) {
	select {
	case m.stopped <- sig:
	default: // one that was not seen to yet
	}
}

// resume goes on after muslrun was stopped, by the guest or by somebody outside.
func (s *signals) resume() {
	s.asked = false
	_ = s.stdio.Apply()
	first := s.first.PGID()
	s.kernel.SignalGroup(first, linux.SIGCONT)
	if s.tty != nil && s.tty.Foreground() != first {
		s.tty.Signal(linux.SIGCONT)
	}
}

func (s *signals) resized() {
	if s.hostTerminal != nil {
		s.hostTerminal.Resized()
	}
}

// sigaction is room for a host's struct sigaction. All zeros it is SIG_DFL.
type sigaction [8]uint64

// stopSelf stops muslrun by a signal that a shell outside would see of the program natively. It returns when muslrun was
// continued. os/signal has no way back to the default action of a signal that was once asked for, so the kernel is asked.
func stopSelf(sig syscall.Signal) {
	const maskSize = 8
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var usual, old sigaction
	action := func(set, get *sigaction) {
		_, _, _ = syscall.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(set)),
			uintptr(unsafe.Pointer(get)), maskSize, 0, 0)
	}
	if sig != unix.SIGSTOP {
		action(&usual, &old)
		defer action(&old, nil)
	}
	_ = unix.Tgkill(os.Getpid(), unix.Gettid(), sig)
}
