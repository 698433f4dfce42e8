package epoll

import (
	"sync"

	"muslrun/arch/linux"
)

// Epolls that watch each other are a graph without circles, at most maxDepth edges deep (EP_MAX_NESTS) and of bounded
// width: a look at one, and an announcement, follow every path.
const (
	maxDepth = 4
	maxWidth = 32
)

// nesting guards the edges of the graph: the inner and outer maps of every Epoll, which count the interests.
var nesting sync.Mutex

// nest adds an edge: ELOOP if there would be a circle or too long a path, EINVAL for too many edges at one place.
func nest(outer, inner *Epoll) linux.Errno {
	nesting.Lock()
	defer nesting.Unlock()
	down, circle := inner.levels(outer, func(e *Epoll) map[*Epoll]int { return e.inner })
	up, _ := outer.levels(nil, func(e *Epoll) map[*Epoll]int { return e.outer })
	switch {
	case circle, up+1+down > maxDepth:
		return linux.ELOOP
	case len(outer.inner) >= maxWidth || len(inner.outer) >= maxWidth:
		return linux.EINVAL
	}
	if outer.inner == nil {
		outer.inner = map[*Epoll]int{}
	}
	if inner.outer == nil {
		inner.outer = map[*Epoll]int{}
	}
	outer.inner[inner]++
	inner.outer[outer]++
	return 0
}

// part takes an edge away.
func part(outer, inner *Epoll) {
	nesting.Lock()
	defer nesting.Unlock()
	if outer.inner[inner]--; outer.inner[inner] == 0 {
		delete(outer.inner, inner)
	}
	if inner.outer[outer]--; inner.outer[outer] == 0 {
		delete(inner.outer, outer)
	}
}

// levels counts the edges of the longest path from e in one direction, and tells whether one leads to target.
func (e *Epoll) levels(target *Epoll, next func(*Epoll) map[*Epoll]int) (depth int, reaches bool) {
	level := map[*Epoll]bool{e: true}
	for ; depth <= maxDepth; depth++ {
		if level[target] {
			return depth, true
		}
		further := map[*Epoll]bool{}
		for at := range level {
			for to := range next(at) {
				further[to] = true
			}
		}
		if len(further) == 0 {
			return depth, false
		}
		level = further
	}
	return depth, false
}
