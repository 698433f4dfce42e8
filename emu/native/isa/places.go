package isa

// places is a map from guest addresses to small numbers that is emptied at no cost. It is never large.
type places struct {
	slots []slot // a power of two
	epoch uint32 // of the slots that count
	used  int
}

type slot struct {
	pc    uint64
	epoch uint32
	value int32
}

// clear empties the map.
func (p *places) clear() {
	p.used = 0
	if p.epoch++; p.epoch == 0 || p.slots == nil {
		p.slots, p.epoch = make([]slot, 256), 1
	}
}

// find is the slot of an address, or the free one where it belongs.
func (p *places) find(pc uint64) *slot {
	mask := len(p.slots) - 1
	for i := int(pc * 0x9e3779b97f4a7c15 >> 32); ; i++ {
		if s := &p.slots[i&mask]; s.epoch != p.epoch || s.pc == pc {
			return s
		}
	}
}

func (p *places) get(pc uint64) (int, bool) {
	s := p.find(pc)
	return int(s.value), s.epoch == p.epoch
}

func (p *places) has(pc uint64) bool { return p.find(pc).epoch == p.epoch }

func (p *places) put(pc uint64, value int) {
	s := p.find(pc)
	if s.epoch != p.epoch {
		if p.used++; 2*p.used > len(p.slots) {
			p.grow()
			s = p.find(pc)
		}
	}
	*s = slot{pc, p.epoch, int32(value)}
}

func (p *places) grow() {
	old := p.slots
	p.slots = make([]slot, 2*len(old))
	for _, s := range old {
		if s.epoch == p.epoch {
			*p.find(s.pc) = s
		}
	}
}
