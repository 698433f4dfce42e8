package mm

import (
	"slices"
	"sort"

	"muslrun/emu"
	"muslrun/fs"
)

// list is the VMAs of a Space in ascending order, without overlap.
type list struct {
	all    []*VMA
	caller *fs.Caller // for files that are released
}

// index is the position of the first VMA that ends after addr.
func (l *list) index(addr uint64) int {
	return sort.Search(len(l.all), func(i int) bool { return l.all[i].End > addr })
}

// find is the VMA that holds addr; nil if there is none.
func (l *list) find(addr uint64) *VMA {
	if i := l.index(addr); i < len(l.all) && l.all[i].Start <= addr {
		return l.all[i]
	}
	return nil
}

// overlap is the VMAs that touch [start, end). The slice is valid until the list changes.
func (l *list) overlap(start, end uint64) []*VMA {
	i := l.index(start)
	j := i
	for j < len(l.all) && l.all[j].Start < end {
		j++
	}
	return l.all[i:j]
}

// covered reports whether every byte of [start, end) belongs to some VMA.
func (l *list) covered(start, end uint64) bool {
	for _, v := range l.overlap(start, end) {
		if v.Start > start {
			return false
		}
		start = v.End
	}
	return start >= end
}

// insert adds a VMA to a place that is free, and merges it with its neighbours where they are alike.
func (l *list) insert(v *VMA) {
	i := l.index(v.Start)
	l.all = slices.Insert(l.all, i, v)
	l.merge(i)
	if i > 0 {
		l.merge(i - 1)
	}
}

// merge joins VMA i with the one after it if they are alike.
func (l *list) merge(i int) {
	if i+1 >= len(l.all) || !l.all[i].same(l.all[i+1]) {
		return
	}
	next := l.all[i+1]
	if next.File != nil {
		next.File.Unref(l.caller)
	}
	l.all[i].End = next.End
	l.all = slices.Delete(l.all, i+1, i+2)
}

// split makes addr a border between VMAs.
func (l *list) split(addr uint64) {
	i := l.index(addr)
	if i >= len(l.all) || l.all[i].Start >= addr {
		return
	}
	high := *l.all[i]
	high.Offset = high.at(addr)
	high.Start = addr
	l.all[i].End = addr
	if high.File != nil {
		high.File.Ref()
	}
	l.all = slices.Insert(l.all, i+1, &high)
}

// carve splits at both ends, takes the VMAs between out of the list and returns them.
func (l *list) carve(start, end uint64) []*VMA {
	l.split(start)
	l.split(end)
	out := slices.Clone(l.overlap(start, end))
	if len(out) > 0 {
		i := l.index(start)
		l.all = slices.Delete(l.all, i, i+len(out))
	}
	return out
}

// between splits at both ends and returns the VMAs between, which stay in the list. The caller may change their
// properties and then calls tidy.
func (l *list) between(start, end uint64) []*VMA {
	l.split(start)
	l.split(end)
	return slices.Clone(l.overlap(start, end))
}

// tidy merges what between had split, as far as it is alike again.
func (l *list) tidy(start, end uint64) {
	i := max(l.index(start)-1, 0)
	for i+1 < len(l.all) && l.all[i].Start <= end {
		before := len(l.all)
		l.merge(i)
		if len(l.all) == before {
			i++
		}
	}
}

// gapBelow finds the highest free range of size bytes, aligned, that ends at or below top and starts at or above bottom.
func (l *list) gapBelow(top, bottom, size, align uint64) (uint64, bool) {
	end := top
	for i := l.index(top - 1); ; i-- {
		if i < len(l.all) && i >= 0 && l.all[i].Start < end {
			if addr, ok := fit(l.all[i].End, end, size, align, bottom); ok {
				return addr, true
			}
			end = l.all[i].Start
		}
		if i <= 0 {
			return fit(bottom, end, size, align, bottom)
		}
	}
}

// fit places size bytes at the end of the gap [start, end).
func fit(start, end, size, align, bottom uint64) (uint64, bool) {
	start = max(start, bottom)
	if end < size || end <= start {
		return 0, false
	}
	addr := (end - size) &^ (align - 1)
	return addr, addr >= start
}

// free reports whether no VMA touches [start, end).
func (l *list) free(start, end uint64) bool { return len(l.overlap(start, end)) == 0 }

// MapsWritable implements fs.SharedWriter.
func (s *Space) MapsWritable(o *fs.MapObject) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.ContainsFunc(s.vmas.all, func(v *VMA) bool {
		return v.Object == o && v.Shared && v.MaxProt&emu.ProtWrite != 0
	})
}
