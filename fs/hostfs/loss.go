package hostfs

import (
	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
)

// loss follows a file while one of its names is taken away.
type loss struct {
	sb   *Superblock
	id   hostID
	node *node   // nil if nobody holds the file
	h    *handle // of the node, to see what becomes of it
	from place
	nlnk uint32
	dir  bool
}

// watch looks at what a name leads to, before it is taken away.
func (sb *Superblock) watch(dir int, name string, from place) *loss {
	var st unix.Statx_t
	if statAt(dir, name, &st) != nil {
		return &loss{}
	}
	l := &loss{sb: sb, id: idOf(&st), from: from, nlnk: st.Nlink, dir: uint32(st.Mode)&linux.S_IFMT == linux.S_IFDIR}
	if l.node = sb.live(&st); l.node != nil {
		l.h, _ = l.node.acquire()
	}
	return l
}

func (l *loss) same(o *loss) bool { return l.sb != nil && o.sb != nil && l.id == o.id && !l.dir }

// happened settles what is known of the file: its name is now another one, or none.
func (l *loss) happened(to place) {
	if l.sb == nil {
		return
	}
	if l.node != nil {
		l.node.moved(l.from, to)
	}
	if to.dir == nil && (l.dir || l.nlnk <= 1) {
		l.bury()
	}
}

// bury remembers what a file without names was like, and lets go of its inode number and its descriptor: the host shall get
// the space back when the last open description goes.
func (l *loss) bury() {
	l.sb.mu.Lock()
	delete(l.sb.numbers, l.id)
	delete(l.sb.made, l.id)
	l.sb.mu.Unlock()
	if l.node == nil {
		return
	}
	last := linux.Stat{Ino: l.node.ino, Mode: l.node.mode, Dev: l.sb.opts.Dev, Blksize: blockSize}
	var st unix.Statx_t
	if l.h != nil && statAt(l.h.fd, "", &st) == nil {
		last = l.node.guestStat(&st)
	}
	last.Nlink = 0
	l.sb.mu.Lock()
	l.node.gone = &last
	l.sb.mu.Unlock()
	l.sb.handles.drop(l.node.key)
}

func (l *loss) done() {
	if l.h != nil {
		l.sb.handles.put(l.h)
	}
}

// grave is what a node was when its last name went; nil if it has names.
func (n *node) grave() *linux.Stat {
	n.sb.mu.Lock()
	defer n.sb.mu.Unlock()
	return n.gone
}
