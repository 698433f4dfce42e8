package mips

import "muslrun/emu/native/ir"

// integers are the formats of integers in floating-point registers.
var integers = []struct {
	format
	aux ir.Aux
}{{format{4, "w", "10100"}, ir.Signed}, {format{8, "l", "10101"}, ir.Signed | ir.Int64}}

// roundingsOf is the conversions to an integer in a direction: round, trunc, ceil, floor and cvt.
func roundingsOf(f format) []row {
	var rows []row
	for _, to := range integers {
		for _, d := range []struct {
			name, word, long string
			rounding         ir.Aux
		}{
			{"round", "001100", "001000", ir.RoundNearest}, {"trunc", "001101", "001001", ir.RoundZero},
			{"ceil", "001110", "001010", ir.RoundUp}, {"floor", "001111", "001011", ir.RoundDown},
			{"cvt", "100100", "100101", ir.RoundDynamic},
		} {
			function, pairs := d.word, pairFs
			if to.size == 8 {
				function, pairs = d.long, wantsFR
			}
			rows = append(rows, floatRow(d.name+"."+to.letter+"."+f.letter, "010001 "+f.code+" 00000 fs:5 fd:5 "+function, f, pairs,
				toInteger(f, to.format, to.aux|d.rounding)))
		}
	}
	return rows
}

// whole is the format that an integer's bits are moved as.
func whole(size int) format {
	if size == 4 {
		return single
	}
	return double
}

func toInteger(f, to format, aux ir.Aux) func(g gen) {
	return func(g gen) {
		v := g.compute(func() ir.Value { return g.OpAux(ir.FToI, f.size, aux, g.get(f, g.rd())) })
		g.putInt(whole(to.size), g.sa(), v)
	}
}

// conversions is those to a floating-point format, from the other one and from integers.
func conversions(to format) []row {
	function := map[format]string{single: "100000", double: "100001"}[to]
	other, pair := double, pairFs
	if to == double {
		other, pair = single, pairFd
	}
	rows := []row{floatRow("cvt."+to.letter+"."+other.letter, "010001 "+other.code+" 00000 fs:5 fd:5 "+function, double, pair, func(g gen) {
		v := g.compute(func() ir.Value { return g.OpImm(ir.FCvt, other.size, int64(to.size), g.get(other, g.rd())) })
		g.put(to, g.sa(), v)
	})}
	for _, from := range integers {
		pairs := pairFd
		if from.size == 8 {
			pairs = wantsFR
		}
		rows = append(rows, floatRow("cvt."+to.letter+"."+from.letter, "010001 "+from.code+" 00000 fs:5 fd:5 "+function, to, pairs, func(g gen) {
			v := g.compute(func() ir.Value { return g.OpAux(ir.IToF, to.size, from.aux, g.getInt(whole(from.size), g.rd())) })
			g.put(to, g.sa(), v)
		}))
	}
	return rows
}
