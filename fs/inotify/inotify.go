// Package inotify is inotify(7): a queue of events of the files that it watches, as the operations of one file
// description.
package inotify

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs"
)

// Limits, as in /proc/sys/fs/inotify: events in a queue, and watches of one instance.
const (
	maxEvents  = 16384
	maxWatches = 65536
)

// headSize is the size of struct inotify_event without a name. Names are padded to multiples of it.
const headSize = 16

// Masks of events, and what can be asked for beside them.
const (
	always = linux.IN_UNMOUNT | linux.IN_Q_OVERFLOW | linux.IN_IGNORED
	modes  = linux.IN_EXCL_UNLINK | linux.IN_ONESHOT
	// Valid is every bit that inotify_add_watch(2) knows.
	Valid = linux.IN_ALL_EVENTS | always | modes | linux.IN_ONLYDIR | linux.IN_DONT_FOLLOW | linux.IN_MASK_ADD |
		linux.IN_MASK_CREATE | linux.IN_ISDIR
)

// Inotify is one instance.
type Inotify struct {
	fs.UnsupportedFile
	order   layout.Order
	release func()
	queue   fs.Queue

	mu      sync.Mutex
	events  []event
	over    bool // an overflow is in the queue
	watches map[int32]*watch
	byFile  map[fs.FileID]*watch
	last    int32 // the last watch descriptor given
}

type event struct {
	linux.InotifyEvent
	name string
}

// size is the event's size as it is read.
func (e *event) size() int { return headSize + int(e.Len) }

// watch is a watch on one file. It is guarded by the instance's mu.
type watch struct {
	owner *Inotify
	wd    int32
	mask  uint32
	file  fs.FileID
	path  fs.Path // keeps the file from being forgotten
	gone  bool
}

// New makes an instance without watches. order is the byte order of the guest; released is called when it is closed.
func New(order layout.Order, released func()) *Inotify {
	return &Inotify{order: order, release: released, watches: map[int32]*watch{}, byFile: map[fs.FileID]*watch{}}
}

// Add implements inotify_add_watch(2) on a file that the caller has found and may read: a watch descriptor. EEXIST
// with IN_MASK_CREATE if there is one.
func (n *Inotify) Add(p fs.Path, mask uint32) (int32, linux.Errno) {
	file, errno := p.ID()
	if errno != 0 {
		return 0, errno
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	kept := mask & (linux.IN_ALL_EVENTS | modes)
	if w := n.byFile[file]; w != nil {
		switch {
		case mask&linux.IN_MASK_CREATE != 0:
			return 0, linux.EEXIST
		case mask&linux.IN_MASK_ADD != 0:
			kept |= w.mask
		}
		w.mask = kept
		return w.wd, 0
	}
	if len(n.watches) >= maxWatches {
		return 0, linux.ENOSPC
	}
	n.last++
	w := &watch{owner: n, wd: n.last, mask: kept, file: file, path: p}
	n.watches[w.wd], n.byFile[file] = w, w
	file.Watch(w)
	return w.wd, 0
}

// Remove implements inotify_rm_watch(2): EINVAL if there is no such watch.
func (n *Inotify) Remove(wd int32) linux.Errno {
	n.mu.Lock()
	w := n.watches[wd]
	if w == nil {
		n.mu.Unlock()
		return linux.EINVAL
	}
	n.end(w)
	n.mu.Unlock()
	w.file.Unwatch(w)
	n.queue.Notify(fs.EventIn)
	return 0
}

// end forgets a watch and says so. The instance is locked.
func (n *Inotify) end(w *watch) {
	w.gone = true
	delete(n.watches, w.wd)
	delete(n.byFile, w.file)
	n.push(w.wd, linux.IN_IGNORED, 0, "")
}

// Happened implements fs.Watch.
func (w *watch) Happened(e fs.WatchEvent) {
	told, ended := w.take(e)
	if ended && !e.Gone {
		w.file.Unwatch(w)
	}
	if told || ended {
		w.owner.queue.Notify(fs.EventIn)
	}
}

// take puts an event on the queue if it is wanted, and ends a watch that is over.
func (w *watch) take(e fs.WatchEvent) (told, ended bool) {
	n := w.owner
	n.mu.Lock()
	defer n.mu.Unlock()
	if w.gone {
		return false, false
	}
	hidden := e.Unlinked && e.Name != "" && w.mask&linux.IN_EXCL_UNLINK != 0
	if told = e.Mask&(w.mask|always)&^modes != 0 && !hidden; told {
		if e.Mask&(linux.IN_DELETE_SELF|linux.IN_MOVE_SELF) != 0 {
			e.Mask &^= linux.IN_ISDIR
		}
		n.push(w.wd, e.Mask, e.Cookie, e.Name)
	}
	if ended = e.Gone || told && w.mask&linux.IN_ONESHOT != 0; ended {
		n.end(w)
	}
	return told, ended
}

// push adds an event, unless it is like the one before; the queue says so once when it is full. The instance is
// locked.
func (n *Inotify) push(wd int32, mask, cookie uint32, name string) {
	e := event{linux.InotifyEvent{Wd: wd, Mask: mask, Cookie: cookie}, name}
	if name != "" {
		e.Len = uint32(len(name)+headSize) / headSize * headSize // with a NUL at least
	}
	switch full := len(n.events) >= maxEvents; {
	case full && n.over, !full && len(n.events) > 0 && n.events[len(n.events)-1] == e:
		return
	case full:
		n.over = true
		e = event{InotifyEvent: linux.InotifyEvent{Wd: -1, Mask: linux.IN_Q_OVERFLOW}}
	}
	n.events = append(n.events, e)
}

// ReadAt implements fs.FileOps: as many whole events as there is room for; EINVAL if not one fits.
func (n *Inotify) ReadAt(_ *fs.Caller, dst [][]byte, _ int64) (int, linux.Errno) {
	n.mu.Lock()
	defer n.mu.Unlock()
	room, total, count := fs.Size(dst), 0, 0
	for ; count < len(n.events) && total+n.events[count].size() <= room; count++ {
		total += n.events[count].size()
	}
	if count == 0 {
		if len(n.events) == 0 {
			return 0, linux.EAGAIN
		}
		return 0, linux.EINVAL
	}
	fs.CopyOut(dst, n.encode(n.events[:count], total)) // may fault: nothing is taken then
	for i := range n.events[:count] {
		n.over = n.over && n.events[i].Mask != linux.IN_Q_OVERFLOW
	}
	n.events = slices.Delete(n.events, 0, count)
	return total, 0
}

// encode gives events as a program reads them.
func (n *Inotify) encode(events []event, size int) []byte {
	out := make([]byte, size)
	at := out
	for i := range events {
		e := &events[i]
		for j, word := range [4]uint32{uint32(e.Wd), e.Mask, e.Cookie, e.Len} {
			n.order.PutUint(at[4*j:4*j+4], uint64(word))
		}
		copy(at[headSize:], e.name)
		at = at[e.size():]
	}
	return out
}

// Readable implements fs.BytesReadable.
func (n *Inotify) Readable() (total int, errno linux.Errno) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range n.events {
		total += n.events[i].size()
	}
	return total, 0
}

// Poll implements fs.FileOps.
func (n *Inotify) Poll() fs.Events {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.events) > 0 {
		return fs.EventIn
	}
	return 0
}

// Queue implements fs.FileOps.
func (n *Inotify) Queue() *fs.Queue { return &n.queue }

// Release implements fs.FileOps.
func (n *Inotify) Release(*fs.Caller) {
	n.mu.Lock()
	all := n.watches
	n.watches, n.byFile, n.events = nil, nil, nil
	for _, w := range all {
		w.gone = true
	}
	n.mu.Unlock()
	for _, w := range all {
		w.file.Unwatch(w)
	}
	n.release()
}

// FDInfo gives the lines of /proc/PID/fdinfo/FD that are an inotify's own (proc(5)).
func (n *Inotify) FDInfo() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var b strings.Builder
	for _, wd := range slices.Sorted(maps.Keys(n.watches)) {
		w := n.watches[wd]
		if st, errno := w.path.Stat(); errno == 0 {
			fmt.Fprintf(&b, "inotify wd:%x ino:%x sdev:%x mask:%x ignored_mask:0\n", wd, st.Ino, st.Dev, w.mask)
		}
	}
	return b.String()
}
