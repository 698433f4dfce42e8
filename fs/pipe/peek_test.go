package pipe

import (
	"testing"

	"muslrun/arch/linux"
)

func TestPeekTakesNothing(t *testing.T) {
	r, w, errno := New(NewLimits(), 0)
	if errno != 0 {
		t.Fatal(errno)
	}
	buf := make([]byte, 8)
	if _, errno := r.Peek([][]byte{buf}); errno != linux.EAGAIN {
		t.Errorf("empty pipe: %v", errno)
	}
	if _, errno := w.Peek([][]byte{buf}); errno != linux.EBADF {
		t.Errorf("writing end: %v", errno)
	}
	w.WriteAt(nil, [][]byte{[]byte("abc"), []byte("defghijk")}, 0)
	for range 2 {
		if n, errno := r.Peek([][]byte{buf}); n != 8 || errno != 0 || string(buf) != "abcdefgh" {
			t.Errorf("peek: %d %v %q", n, errno, buf)
		}
	}
	if n, errno := r.ReadAt(nil, [][]byte{buf[:3]}, 0); n != 3 || errno != 0 {
		t.Errorf("read: %d %v", n, errno)
	}
	if n, _ := r.Peek([][]byte{buf}); n != 8 || string(buf) != "defghijk" {
		t.Errorf("peek after read: %d %q", n, buf)
	}
	w.Release(nil)
	r.ReadAt(nil, [][]byte{buf}, 0)
	if n, errno := r.Peek([][]byte{buf}); n != 0 || errno != 0 {
		t.Errorf("end of file: %d %v", n, errno)
	}
}
