package hostfs

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"weak"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// maxPlaces is how many names of one file are remembered.
const maxPlaces = 4

// node is one host inode. It holds no descriptor of its own: acquire finds one in the cache, or opens it anew by the places
// where the file was seen.
type node struct {
	sb    *Superblock
	id    hostID
	key   serial
	ino   uint64 // the guest's inode number
	mode  uint32 // file type only
	btime unix.StatxTimestamp

	places []place     // guarded by sb.mu; most recent first, one for a directory
	gone   *linux.Stat // guarded by sb.mu; what it was when its last name went

	// sizing is held while the size is changed or depends on what is done (truncation, O_APPEND); it is taken before mu.
	sizing sync.Mutex
	// shrinkTo is one more than the size that a truncation under way will leave, 0 if there is none.
	shrinkTo atomic.Int64

	mu     sync.Mutex // guards what follows, and is not held during host calls that can take long
	shared [sharedKinds]*sharedFD
	object *fs.MapObject
}

// place is a name that led to a node. It keeps the directory, and so all ancestors, alive.
type place struct {
	dir  *node
	name string
}

func devOf(st *unix.Statx_t) uint64 { return uint64(st.Dev_major)<<32 | uint64(st.Dev_minor) }

func idOf(st *unix.Statx_t) hostID { return hostID{devOf(st), st.Ino} }

// is reports whether st describes the file that n stands for, and not one that has got its inode number.
func (n *node) is(st *unix.Statx_t) bool {
	return n.id == idOf(st) && n.mode == uint32(st.Mode)&linux.S_IFMT && n.btime == st.Btime
}

func (n *node) isDir() bool { return n.mode == linux.S_IFDIR }

// nodeOf finds or makes the node of a host inode that was just seen at dir/name; dir is nil for the root.
func (sb *Superblock) nodeOf(st *unix.Statx_t, dir *node, name string) *node {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	n := sb.liveLocked(st)
	if n == nil {
		id := idOf(st)
		sb.lastKey++
		n = &node{
			sb: sb, id: id, key: sb.lastKey, ino: sb.numberLocked(id), mode: uint32(st.Mode) & linux.S_IFMT, btime: st.Btime,
		}
		sb.nodes[id] = weak.Make(n)
		if dir != nil { // the root stays as long as the superblock, which a cleanup of its own would keep for ever
			runtime.AddCleanup(n, sb.forget, grave{id, n.key, sb.nodes[id]})
		}
	}
	if dir != nil {
		n.seenAtLocked(place{dir, name})
	}
	return n
}

// live finds the node of a host inode if somebody holds it.
func (sb *Superblock) live(st *unix.Statx_t) *node {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	return sb.liveLocked(st)
}

func (sb *Superblock) liveLocked(st *unix.Statx_t) *node {
	n := sb.nodes[idOf(st)].Value()
	if n == nil || n.gone != nil || !n.is(st) {
		return nil
	}
	return n
}

// grave is what is left of a node that was collected.
type grave struct {
	id   hostID
	key  serial
	node weak.Pointer[node]
}

func (sb *Superblock) forget(g grave) {
	sb.mu.Lock()
	if sb.nodes[g.id] == g.node {
		delete(sb.nodes, g.id)
	}
	sb.mu.Unlock()
	sb.handles.drop(g.key)
}

func (n *node) seenAtLocked(p place) {
	if len(n.places) > 0 && n.places[0] == p {
		return
	}
	keep := maxPlaces
	if n.isDir() {
		keep = 1
	}
	others := slices.DeleteFunc(slices.Clone(n.places), func(q place) bool { return q == p })
	n.places = append([]place{p}, others[:min(len(others), keep-1)]...)
}

// moved records that dir/name leads to n no longer, and to, unless it is zero, does.
func (n *node) moved(from, to place) {
	n.sb.mu.Lock()
	defer n.sb.mu.Unlock()
	n.places = slices.DeleteFunc(slices.Clone(n.places), func(q place) bool { return q == from })
	if to.dir != nil {
		n.seenAtLocked(to)
	}
}

// use runs a host operation on an O_PATH descriptor of the node. A file that was removed is ENOENT.
func (n *node) use(op func(fd int) error) linux.Errno {
	errno := n.attempt(op)
	if errno == linux.ESTALE && n.grave() != nil {
		return linux.ENOENT
	}
	return errno
}

// attempt is use for open, where ESTALE makes the VFS look the name up again.
func (n *node) attempt(op func(fd int) error) linux.Errno {
	h, err := n.acquire()
	if err != nil {
		return errnoOf(err)
	}
	defer n.sb.handles.put(h)
	return errnoOf(op(h.fd))
}

// acquire gives a handle with a reference, which the caller puts back.
func (n *node) acquire() (*handle, error) {
	var tried []place
	for range maxMoves {
		if h := n.sb.handles.get(n.key); h != nil {
			return h, nil
		}
		places := n.seen()
		if tried != nil && slices.Equal(places, tried) {
			break
		}
		h, err := n.reopenAny(places)
		if err != unix.ESTALE {
			return h, err
		}
		tried = places // it may have been moved meanwhile
	}
	if h := n.borrow(); h != nil {
		return h, nil
	}
	return nil, unix.ESTALE
}

// maxMoves is how often a file may be moved while it is being found.
const maxMoves = 16

// seen gives the places where the node was seen; not nil.
func (n *node) seen() []place {
	n.sb.mu.Lock()
	defer n.sb.mu.Unlock()
	if n.places == nil {
		return []place{}
	}
	return n.places
}

// reopenAny tries places until one leads to the node. ESTALE says that none does.
func (n *node) reopenAny(places []place) (*handle, error) {
	for _, p := range places {
		h, err := n.reopen(p)
		if err == nil || err == unix.EMFILE || err == unix.ENFILE || err == unix.ENOMEM {
			return h, err
		}
	}
	return nil, unix.ESTALE
}

// reopen opens the node by a place where it was seen, if it is still there.
func (n *node) reopen(p place) (*handle, error) {
	dir, err := p.dir.acquire()
	if err != nil {
		return nil, err
	}
	defer n.sb.handles.put(dir)
	var st unix.Statx_t
	fd, err := n.sb.openPath(dir.fd, p.name, &st)
	if err != nil {
		return nil, err
	}
	if !n.is(&st) {
		_ = unix.Close(fd)
		return nil, unix.ESTALE
	}
	return n.sb.handles.add(n.key, fd), nil
}

// borrow makes a handle out of a descriptor that an open file or a mapping holds: an unlinked file has no place.
func (n *node) borrow() *handle {
	n.mu.Lock()
	defer n.mu.Unlock()
	fd := n.openFD()
	if fd < 0 {
		return nil
	}
	path, err := n.sb.relieved(func() (int, error) { return unix.Open(procFD(fd), unix.O_PATH|unix.O_CLOEXEC, 0) })
	if err != nil {
		return nil
	}
	return n.sb.handles.add(n.key, path)
}

// openFD is any open descriptor of the node, or -1.
func (n *node) openFD() int {
	for _, s := range n.shared {
		if s != nil {
			return s.fd
		}
	}
	if n.object != nil {
		return n.object.FD
	}
	return -1
}

// openPath opens one name of a directory with O_PATH and says what it found.
func (sb *Superblock) openPath(dir int, name string, st *unix.Statx_t) (int, error) {
	fd, err := sb.relieved(func() (int, error) { return openBeneath(dir, name, unix.O_PATH, 0) })
	if err != nil {
		return -1, err
	}
	if err := statAt(fd, "", st); err != nil {
		_ = unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// relieved opens a descriptor; if the host has none left, it gives up those that are only cached and tries again.
func (sb *Superblock) relieved(open func() (int, error)) (int, error) {
	fd, err := retry(open)
	for try := 0; try < 3 && (err == unix.EMFILE || err == unix.ENFILE); try++ {
		sb.handles.clear()
		if try > 0 {
			runtime.GC() // collects map objects that nobody maps; their cleanups run soon after
			time.Sleep(time.Millisecond)
		}
		fd, err = retry(open)
	}
	return fd, err
}
