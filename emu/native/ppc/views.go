package ppc

import (
	"fmt"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// views are the registers of the register file that are made of others.
func (v *variant) views() map[string]isa.View {
	list := map[string]isa.View{
		"cr":  {Get: getCR, Set: setCR},
		"xer": {Get: getXER, Set: setXER},
		"fpscr": {
			Get: func(s *ir.State) uint64 { return joined(s, s.FPFlags) },
			Set: func(s *ir.State, v uint64) {
				*s.GlobalWord(fpscrBits), *s.GlobalWord(lastOp), s.FPFlags = summarized(v), 0, 0
				s.Rounding = roundings[v&fpRounding]
			},
		},
	}
	for i := range 32 {
		half := func(s *ir.State) *ir.Word { return &s.Vec[i] }
		list[fmt.Sprint("f", i)] = isa.View{
			Get: func(s *ir.State) uint64 { return half(s).Lo },
			Set: func(s *ir.State, v uint64) { half(s).Lo = v },
		}
		list[fmt.Sprintf("vs%dh", i)] = isa.View{
			Get: func(s *ir.State) uint64 { return half(s).Hi },
			Set: func(s *ir.State, v uint64) { half(s).Hi = v },
		}
	}
	return list
}

func getCR(s *ir.State) (v uint64) {
	for i := range 8 {
		v |= (fieldOf(*s.GlobalWord(order(i))) | *s.GlobalWord(summary(i))) << (28 - 4*i)
	}
	return v
}

func setCR(s *ir.State, v uint64) {
	for i := range 8 {
		field := v >> (28 - 4*i) & 15
		*s.GlobalWord(order(i)), *s.GlobalWord(summary(i)) = orderOf(field), field&1
	}
}

func getXER(s *ir.State) uint64 {
	return *s.GlobalWord(xerSO)<<31 | *s.GlobalWord(xerOV)<<30 | *s.GlobalWord(xerCA)<<29 | *s.GlobalWord(xerLow)
}

func setXER(s *ir.State, v uint64) {
	*s.GlobalWord(xerSO), *s.GlobalWord(xerOV), *s.GlobalWord(xerCA) = v>>31&1, v>>30&1, v>>29&1
	*s.GlobalWord(xerLow) = v & xerRest
}
