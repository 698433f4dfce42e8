package ppc

import "muslrun/emu/native/ir"

// altivec is "Vector Facility", the integers.
var altivec = []row{
	vx("vaddubm", 0, both(ir.VAdd, 1)), vx("vadduhm", 64, both(ir.VAdd, 2)), vx("vadduwm", 128, both(ir.VAdd, 4)),
	vx("vaddudm", 192, both(ir.VAdd, 8)),
	vx("vsububm", 1024, both(ir.VSub, 1)), vx("vsubuhm", 1088, both(ir.VSub, 2)), vx("vsubuwm", 1152, both(ir.VSub, 4)),
	vx("vsubudm", 1216, both(ir.VSub, 8)),
	vx("vaddubs", 512, helped(saturating(1, false, plus))), vx("vadduhs", 576, helped(saturating(2, false, plus))),
	vx("vadduws", 640, helped(saturating(4, false, plus))), vx("vaddsbs", 768, helped(saturating(1, true, plus))),
	vx("vaddshs", 832, helped(saturating(2, true, plus))), vx("vaddsws", 896, helped(saturating(4, true, plus))),
	vx("vsububs", 1536, helped(saturating(1, false, minus))), vx("vsubuhs", 1600, helped(saturating(2, false, minus))),
	vx("vsubuws", 1664, helped(saturating(4, false, minus))), vx("vsubsbs", 1792, helped(saturating(1, true, minus))),
	vx("vsubshs", 1856, helped(saturating(2, true, minus))), vx("vsubsws", 1920, helped(saturating(4, true, minus))),
	vx("vaddcuw", 384, helped(lanes(4, func(x, y uint64) uint64 { return (x + y) >> 32 }))),
	vx("vsubcuw", 1408, helped(lanes(4, func(x, y uint64) uint64 { return truth(x >= y) }))),
	vx("vadduqm", 256, helped(quadSum(false, false, false))), vx("vaddcuq", 320, helped(quadSum(false, false, true))),
	vx("vsubuqm", 1280, helped(quadSum(true, false, false))), vx("vsubcuq", 1344, helped(quadSum(true, false, true))),
	va("vaddeuqm", 60, helped(quadSum(false, true, false))), va("vaddecuq", 61, helped(quadSum(false, true, true))),
	va("vsubeuqm", 62, helped(quadSum(true, true, false))), va("vsubecuq", 63, helped(quadSum(true, true, true))),

	vx("vmaxub", 2, both(ir.VMaxU, 1)), vx("vmaxuh", 66, both(ir.VMaxU, 2)), vx("vmaxuw", 130, both(ir.VMaxU, 4)),
	vx("vmaxud", 194, both(ir.VMaxU, 8)), vx("vmaxsb", 258, both(ir.VMaxS, 1)), vx("vmaxsh", 322, both(ir.VMaxS, 2)),
	vx("vmaxsw", 386, both(ir.VMaxS, 4)), vx("vmaxsd", 450, both(ir.VMaxS, 8)),
	vx("vminub", 514, both(ir.VMinU, 1)), vx("vminuh", 578, both(ir.VMinU, 2)), vx("vminuw", 642, both(ir.VMinU, 4)),
	vx("vminud", 706, both(ir.VMinU, 8)), vx("vminsb", 770, both(ir.VMinS, 1)), vx("vminsh", 834, both(ir.VMinS, 2)),
	vx("vminsw", 898, both(ir.VMinS, 4)), vx("vminsd", 962, both(ir.VMinS, 8)),
	vx("vavgub", 1026, both(ir.VAvgU, 1)), vx("vavguh", 1090, both(ir.VAvgU, 2)), vx("vavguw", 1154, both(ir.VAvgU, 4)),
	vx("vavgsb", 1282, helped(signedLanes(1, average))), vx("vavgsh", 1346, helped(signedLanes(2, average))),
	vx("vavgsw", 1410, helped(signedLanes(4, average))),

	vx("vand", 1028, both(ir.VAnd, 8)), vx("vandc", 1092, both(ir.VAndNot, 8)), vx("vor", 1156, both(ir.VOr, 8)),
	vx("vxor", 1220, both(ir.VXor, 8)), vx("vnor", 1284, inverse(ir.VOr)), vx("vnand", 1412, inverse(ir.VAnd)),
	vx("veqv", 1668, inverse(ir.VXor)), vx("vorc", 1348, func(g gen) {
		g.setVR(g.Op(ir.VOr, 8, vr(g.ra()), g.Op(ir.VNot, 8, vr(g.rb()))))
	}),
	va("vsel", 42, func(g gen) { g.setVR(g.Op(ir.VBlend, 8, vr(g.fc()), vr(g.rb()), vr(g.ra()))) }),

	vx("vrlb", 4, rotateLanes(1)), vx("vrlh", 68, rotateLanes(2)), vx("vrlw", 132, rotateLanes(4)), vx("vrld", 196, rotateLanes(8)),
	vx("vslb", 260, shiftLanes(ir.VShl, 1)), vx("vslh", 324, shiftLanes(ir.VShl, 2)), vx("vslw", 388, shiftLanes(ir.VShl, 4)),
	vx("vsld", 1476, shiftLanes(ir.VShl, 8)),
	vx("vsrb", 516, shiftLanes(ir.VShr, 1)), vx("vsrh", 580, shiftLanes(ir.VShr, 2)), vx("vsrw", 644, shiftLanes(ir.VShr, 4)),
	vx("vsrd", 1732, shiftLanes(ir.VShr, 8)),
	vx("vsrab", 772, helped(signedLanes(1, func(x, y int64) int64 { return x >> (y & 7) }))),
	vx("vsrah", 836, helped(signedLanes(2, func(x, y int64) int64 { return x >> (y & 15) }))),
	vx("vsraw", 900, helped(signedLanes(4, func(x, y int64) int64 { return x >> (y & 31) }))),
	vx("vsrad", 964, helped(signedLanes(8, func(x, y int64) int64 { return x >> (y & 63) }))),
	vx("vsl", 452, helped(shiftQuad(false, 7, 0))), vx("vsr", 708, helped(shiftQuad(true, 7, 0))),
	vx("vslo", 1036, helped(shiftQuad(false, 0, 0x78))), vx("vsro", 1100, helped(shiftQuad(true, 0, 0x78))),

	vc("vcmpequb", 6, compareVectors(ir.VCmpEQ, 1)), vc("vcmpequh", 70, compareVectors(ir.VCmpEQ, 2)),
	vc("vcmpequw", 134, compareVectors(ir.VCmpEQ, 4)), vc("vcmpequd", 199, compareVectors(ir.VCmpEQ, 8)),
	vc("vcmpgtub", 518, compareVectors(ir.VCmpGTU, 1)), vc("vcmpgtuh", 582, compareVectors(ir.VCmpGTU, 2)),
	vc("vcmpgtuw", 646, compareVectors(ir.VCmpGTU, 4)), vc("vcmpgtud", 711, compareVectors(ir.VCmpGTU, 8)),
	vc("vcmpgtsb", 774, compareVectors(ir.VCmpGTS, 1)), vc("vcmpgtsh", 838, compareVectors(ir.VCmpGTS, 2)),
	vc("vcmpgtsw", 902, compareVectors(ir.VCmpGTS, 4)), vc("vcmpgtsd", 967, compareVectors(ir.VCmpGTS, 8)),

	vx("vmrghb", 12, mergeHalves(ir.VZipLo, 1)), vx("vmrghh", 76, mergeHalves(ir.VZipLo, 2)), vx("vmrghw", 140, mergeHalves(ir.VZipLo, 4)),
	vx("vmrglb", 268, mergeHalves(ir.VZipHi, 1)), vx("vmrglh", 332, mergeHalves(ir.VZipHi, 2)), vx("vmrglw", 396, mergeHalves(ir.VZipHi, 4)),
	vx("vmrgew", 1932, swapped(ir.VTrnOdd, 4)), vx("vmrgow", 1676, swapped(ir.VTrnEven, 4)),
	vx("vspltb", 524, splatElement(1)), vx("vsplth", 588, splatElement(2)), vx("vspltw", 652, splatElement(4)),
	vx("vspltisb", 780, splatImmediate(1)), vx("vspltish", 844, splatImmediate(2)), vx("vspltisw", 908, splatImmediate(4)),
	va("vperm", 43, vperm),
	{Name: "vsldoi", Bits: "000100 vrt:5 vra:5 vrb:5 any:1 shb:4 101100", Emit: op{emit: vsldoi}},
	vx("vpkuhum", 14, packLanes(1)), vx("vpkuwum", 78, packLanes(2)), vx("vpkudum", 1102, packLanes(4)),
	vx("vpkuhus", 142, helped(packSaturating(1, false, false))), vx("vpkuwus", 206, helped(packSaturating(2, false, false))),
	vx("vpkudus", 1230, helped(packSaturating(4, false, false))), vx("vpkshus", 270, helped(packSaturating(1, true, false))),
	vx("vpkswus", 334, helped(packSaturating(2, true, false))), vx("vpksdus", 1358, helped(packSaturating(4, true, false))),
	vx("vpkshss", 398, helped(packSaturating(1, true, true))), vx("vpkswss", 462, helped(packSaturating(2, true, true))),
	vx("vpksdss", 1486, helped(packSaturating(4, true, true))),
	vx("vpkpx", 782, helped(packPixels)), vx("vupkhpx", 846, helped(unpackPixels(0))), vx("vupklpx", 974, helped(unpackPixels(4))),
	vx("vupkhsb", 526, unpack(ir.VWidenLoS, 1)), vx("vupkhsh", 590, unpack(ir.VWidenLoS, 2)), vx("vupkhsw", 1614, unpack(ir.VWidenLoS, 4)),
	vx("vupklsb", 654, unpack(ir.VWidenHiS, 1)), vx("vupklsh", 718, unpack(ir.VWidenHiS, 2)), vx("vupklsw", 1742, unpack(ir.VWidenHiS, 4)),

	vx("vmuloub", 8, helped(multiplyLanes(1, 1, false))), vx("vmulouh", 72, helped(multiplyLanes(2, 1, false))),
	vx("vmulouw", 136, helped(multiplyLanes(4, 1, false))), vx("vmulosb", 264, helped(multiplyLanes(1, 1, true))),
	vx("vmulosh", 328, helped(multiplyLanes(2, 1, true))), vx("vmulosw", 392, helped(multiplyLanes(4, 1, true))),
	vx("vmuleub", 520, helped(multiplyLanes(1, 0, false))), vx("vmuleuh", 584, helped(multiplyLanes(2, 0, false))),
	vx("vmuleuw", 648, helped(multiplyLanes(4, 0, false))), vx("vmulesb", 776, helped(multiplyLanes(1, 0, true))),
	vx("vmulesh", 840, helped(multiplyLanes(2, 0, true))), vx("vmulesw", 904, helped(multiplyLanes(4, 0, true))),
	vx("vmuluwm", 137, both(ir.VMul, 4)),
	va("vmhaddshs", 32, helped(multiplyAddHigh(0))), va("vmhraddshs", 33, helped(multiplyAddHigh(0x4000))),
	va("vmladduhm", 34, func(g gen) { g.setVR(g.Op(ir.VAdd, 2, g.Op(ir.VMul, 2, vr(g.ra()), vr(g.rb())), vr(g.fc()))) }),
	va("vmsumubm", 36, helped(multiplySum(1, false, false, false))), va("vmsummbm", 37, helped(multiplySum(1, true, false, false))),
	va("vmsumuhm", 38, helped(multiplySum(2, false, false, false))), va("vmsumuhs", 39, helped(multiplySum(2, false, false, true))),
	va("vmsumshm", 40, helped(multiplySum(2, true, true, false))), va("vmsumshs", 41, helped(multiplySum(2, true, true, true))),
	vx("vsum4ubs", 1544, helped(sumAcross(1, 4, false))), vx("vsum4sbs", 1800, helped(sumAcross(1, 4, true))),
	vx("vsum4shs", 1608, helped(sumAcross(2, 2, true))), vx("vsum2sws", 1672, helped(sumWords(2))), vx("vsumsws", 1928, helped(sumWords(4))),

	vx("vclzb", 1794, helped(countZeros(1))), vx("vclzh", 1858, helped(countZeros(2))), vx("vclzw", 1922, helped(countZeros(4))),
	vx("vclzd", 1986, helped(countZeros(8))),
	vx("vpopcntb", 1795, func(g gen) { g.setVR(g.Op(ir.VPopcnt, 1, vr(g.rb()))) }), vx("vpopcnth", 1859, helped(countOnes(2))),
	vx("vpopcntw", 1923, helped(countOnes(4))), vx("vpopcntd", 1987, helped(countOnes(8))),
	vx("vgbbd", 1292, helped(gatherBits)), vx("vbpermq", 1356, helped(permuteQuad)),
	vx("mfvscr", 1540, func(g gen) { g.setVR(g.OpImm(ir.VInsert, 8, 1, g.VecConst(0, 0), vscr)) }),
	vx("mtvscr", 1604, func(g gen) {
		g.Set(vscr, g.Op(ir.And, 8, g.OpImm(ir.VExtract, 8, 1, vr(g.rb())), g.Const(vscrSAT|vscrNJ)))
	}),

	vx("vcipher", 1288, func(g gen) { g.encrypt(true) }), vx("vcipherlast", 1289, func(g gen) { g.encrypt(false) }),
	vx("vncipher", 1352, func(g gen) { g.decrypt(true) }), vx("vncipherlast", 1353, func(g gen) { g.decrypt(false) }),
	vx("vsbox", 1480, func(g gen) {
		// SubBytes alone: ShiftRows is undone by moving the bytes back.
		zero := g.VecConst(0, 0)
		v := g.OpAux(ir.VAESEnc, 1, 0, g.reversed(vr(g.ra())), zero)
		g.setVR(g.reversed(g.Op(ir.VTbl, 1, v, g.VecConst(0x0b0e0104070a0d00, 0x0306090c0f020508))))
	}),
	vx("vshasigmaw", 1666, shaSigma(helpers0(sigma32))), vx("vshasigmad", 1730, shaSigma(helpers0(sigma64))),
	vx("vpmsumb", 1032, helped(polynomialSum(1))), vx("vpmsumh", 1096, helped(polynomialSum(2))), vx("vpmsumw", 1160, helped(polynomialSum(4))),
	vx("vpmsumd", 1224, func(g gen) {
		left := g.OpImm(ir.VClMul, 8, 0, vr(g.ra()), vr(g.rb()))
		right := g.OpImm(ir.VClMul, 8, 3, vr(g.ra()), vr(g.rb()))
		g.setVR(g.exchanged(g.Op(ir.VXor, 8, left, right)))
	}),
	va("vpermxor", 45, helped(permuteXor)),
}

// reversed has the bytes of each doubleword in the other order: byte 0 is the lowest.
func (g gen) reversed(v ir.Value) ir.Value { return g.OpImm(ir.VRev, 1, 8, v) }

// encrypt is a round of AES: SubBytes, ShiftRows, MixColumns but in the last, and the key.
func (g gen) encrypt(mix bool) {
	v := g.OpAux(ir.VAESEnc, 1, 0, g.reversed(vr(g.ra())), g.VecConst(0, 0))
	if mix {
		v = g.OpAux(ir.VAESEnc, 1, 2, v, v)
	}
	g.setVR(g.Op(ir.VXor, 8, g.reversed(v), vr(g.rb())))
}

func (g gen) decrypt(mix bool) {
	v := g.OpAux(ir.VAESEnc, 1, 1, g.reversed(vr(g.ra())), g.VecConst(0, 0))
	v = g.Op(ir.VXor, 8, v, g.reversed(vr(g.rb())))
	if mix {
		v = g.OpAux(ir.VAESEnc, 1, 3, v, v)
	}
	g.setVR(g.reversed(v))
}

// shaSigma gives the fields ST and SIX to a helper, as a constant vector.
func shaSigma(helper int) func(g gen) {
	return func(g gen) { g.setVR(g.Helper(ir.Vec, ir.Pure, helper, 0, vr(g.ra()), g.VecConst(uint64(g.rb()), 0))) }
}

// vectorMemory is "Vector Load and Store Instructions", and those of VSX.
var vectorMemory = []row{
	x31("lvx", 103, loadVector), x31("lvxl", 359, loadVector),
	x31("lvebx", 7, loadVector), x31("lvehx", 39, loadVector), x31("lvewx", 71, loadVector), // more than asked for is loaded
	x31("stvx", 231, storeVector), x31("stvxl", 487, storeVector),
	x31("stvebx", 135, storeElement(1)), x31("stvehx", 167, storeElement(2)), x31("stvewx", 199, storeElement(4)),
	x31("lvsl", 6, shiftControl(0)), x31("lvsr", 38, shiftControl(16)),
}

// quadAddress is the address of a vector, the low bits of which do not count.
func (g gen) quadAddress() ir.Value {
	return g.Op(ir.And, g.size, g.value(g.xAddress()), g.imm(^uint64(15)))
}

func loadVector(g gen) {
	v := g.Load(ir.Vec, 16, g.vecOrder(8), g.quadAddress(), 0)
	if g.little() {
		v = g.exchanged(v)
	}
	g.setVR(v)
}

func storeVector(g gen) {
	v := vr(g.rt())
	if g.little() {
		v = g.exchanged(v)
	}
	g.Store(16, g.vecOrder(8), g.quadAddress(), 0, v)
}

// storeElement stores the element that would be at the address in a whole vector.
func storeElement(size int) func(g gen) {
	return func(g gen) {
		at := g.Op(ir.And, g.size, g.value(g.xAddress()), g.imm(^uint64(size-1)))
		imm := int64(size)
		if g.little() {
			imm |= elementLittle
		}
		v := g.Helper(ir.Int, ir.Pure, helpElement, imm, vr(g.rt()), at)
		g.Store(size, g.bytes(size), at, 0, v)
	}
}

// shiftControl makes the bytes that vperm shifts by.
func shiftControl(first int64) func(g gen) {
	return func(g gen) { g.setVR(g.Helper(ir.Vec, ir.Pure, helpShiftControl, first, g.value(g.xAddress()))) }
}
