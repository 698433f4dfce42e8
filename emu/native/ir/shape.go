package ir

// Effect says what an operation does beside its results.
type Effect uint8

// The effects.
const (
	Reads      Effect = 1 << iota // guest memory; it may fault
	Writes                        // guest memory; it may fault
	Leaves                        // it may leave the region
	Terminates                    // it ends a block
	Raises                        // it may raise floating-point flags
	FPState                       // it reads or writes State's floating-point environment
	Outside1                      // it does something that no executor may drop
)

// Shape is what is known of an operation without its meaning.
type Shape struct {
	Name   string
	Dst    [2]Class
	Args   [5]Class // an operand may be None where the comment of the operation says so
	Effect Effect
}

// shapes has results and operands as letters: i Int, v Vec, x either.
var shapes = [NumOps]Shape{
	Nop: shape("nop", "", "", 0), Mark: shape("mark", "", "", Outside1), Mov: shape("mov", "x", "x", 0),
	Add: shape("add", "ii", "ii", 0), Sub: shape("sub", "ii", "ii", 0), Adc: shape("adc", "ii", "iii", 0),
	Sbc: shape("sbc", "ii", "iii", 0), And: shape("and", "ii", "ii", 0), Or: binary("or"), Xor: binary("xor"),
	AndNot: binary("andnot"), Not: unary("not"), Neg: unary("neg"), Mul: binary("mul"), MulHiS: binary("mulhis"),
	MulHiU: binary("mulhiu"), MulHiSU: binary("mulhisu"), DivS: binary("divs"), DivU: binary("divu"),
	RemS: binary("rems"), RemU: binary("remu"), Shl: binary("shl"), Shr: binary("shr"), Sar: binary("sar"),
	Rotr: binary("rotr"), Clz: unary("clz"), Ctz: unary("ctz"), Popcnt: unary("popcnt"), Bswap: unary("bswap"),
	BitRev: unary("bitrev"), Sext: unary("sext"), Zext: unary("zext"), Extract: unary("extract"),
	ExtractS: unary("extracts"), Insert: binary("insert"), Concat: binary("concat"), SetCond: binary("setcond"),
	Select: shape("select", "i", "iiii", 0), SetF: unary("setf"), SelectF: shape("selectf", "i", "iii", 0),
	CRC32: binary("crc32"), Compare: binary("compare"), FlagOrder: unary("flagorder"),

	Load: shape("load", "x", "i?i", Reads), Store: shape("store", "", "iix", Writes),
	CmpXchg:     shape("cmpxchg", "i", "iiii", Reads|Writes),
	CmpXchgPair: shape("cmpxchgpair", "ii", "iiiii", Reads|Writes),
	AtomicRMW:   shape("atomicrmw", "i", "iii", Reads|Writes), Fence: shape("fence", "", "", Outside1),

	FAdd: vector2("fadd", Raises), FSub: vector2("fsub", Raises), FMul: vector2("fmul", Raises),
	FDiv: vector2("fdiv", Raises), FSqrt: vector1("fsqrt", Raises), FMulAdd: vector3("fmuladd", Raises),
	FMin: vector2("fmin", Raises), FMax: vector2("fmax", Raises), FAbs: vector1("fabs", 0), FNeg: vector1("fneg", 0),
	FCopySign: vector2("fcopysign", 0), FRound: vector1("fround", Raises), FCvt: vector1("fcvt", Raises),
	FToI: shape("ftoi", "i", "v", Raises), IToF: shape("itof", "v", "i", Raises),
	SetFCmp: shape("setfcmp", "i", "vv", Raises), FCmp: shape("fcmp", "i", "vv", Raises),
	Box: vector1("box", 0), Unbox: vector1("unbox", 0), GetFPFlags: shape("getfpflags", "i", "", FPState),
	SetFPFlags:  shape("setfpflags", "", "i", FPState|Outside1),
	SetRounding: shape("setrounding", "", "i", FPState|Outside1),

	VAnd: vector2("vand", 0), VOr: vector2("vor", 0), VXor: vector2("vxor", 0), VAndNot: vector2("vandnot", 0),
	VNot: vector1("vnot", 0), VBlend: vector3("vblend", 0), VAdd: vector2("vadd", 0), VSub: vector2("vsub", 0),
	VMul: vector2("vmul", 0), VNeg: vector1("vneg", 0), VAbs: vector1("vabs", 0), VMinS: vector2("vmins", 0),
	VMaxS: vector2("vmaxs", 0), VMinU: vector2("vminu", 0), VMaxU: vector2("vmaxu", 0), VCmpEQ: vector2("vcmpeq", 0),
	VCmpGTS: vector2("vcmpgts", 0), VCmpGES: vector2("vcmpges", 0), VCmpGTU: vector2("vcmpgtu", 0),
	VCmpGEU: vector2("vcmpgeu", 0), VShlI: vector1("vshli", 0), VShrI: vector1("vshri", 0), VSarI: vector1("vsari", 0),
	VShl: vector2("vshl", 0), VShr: vector2("vshr", 0),
	VAddSatS: vector2("vaddsats", 0), VAddSatU: vector2("vaddsatu", 0), VSubSatS: vector2("vsubsats", 0),
	VSubSatU: vector2("vsubsatu", 0), VAvgU: vector2("vavgu", 0), VDup: shape("vdup", "v", "i", 0),
	VDupL: vector1("vdupl", 0), VInsert: shape("vinsert", "v", "vi", 0), VInsertL: vector2("vinsertl", 0),
	VExtract: shape("vextract", "i", "v", 0), VExtractS: shape("vextracts", "i", "v", 0), VZipLo: vector2("vziplo", 0),
	VZipHi: vector2("vziphi", 0), VUzpEven: vector2("vuzpeven", 0), VUzpOdd: vector2("vuzpodd", 0),
	VTrnEven: vector2("vtrneven", 0), VTrnOdd: vector2("vtrnodd", 0), VExt: vector2("vext", 0), VTbl: vector2("vtbl", 0),
	VRev: vector1("vrev", 0), VWidenLoS: vector1("vwidenlos", 0), VWidenHiS: vector1("vwidenhis", 0),
	VWidenLoU: vector1("vwidenlou", 0), VWidenHiU: vector1("vwidenhiu", 0), VNarrow: vector2("vnarrow", 0),
	VZeroHi: vector1("vzerohi", 0), VPopcnt: vector1("vpopcnt", 0), VFAdd: vector2("vfadd", Raises),
	VFSub: vector2("vfsub", Raises), VFMul: vector2("vfmul", Raises), VFDiv: vector2("vfdiv", Raises),
	VFSqrt: vector1("vfsqrt", Raises), VFMulAdd: vector3("vfmuladd", Raises), VFMin: vector2("vfmin", Raises),
	VFMax: vector2("vfmax", Raises), VFAbs: vector1("vfabs", 0), VFNeg: vector1("vfneg", 0),
	VFCmpEQ: vector2("vfcmpeq", Raises), VFCmpGE: vector2("vfcmpge", Raises), VFCmpGT: vector2("vfcmpgt", Raises),
	VFRound: vector1("vfround", Raises), VFToI: vector1("vftoi", Raises), VIToF: vector1("vitof", Raises),
	VAESEnc: vector2("vaesenc", 0), VClMul: vector2("vclmul", 0),

	Helper: shape("helper", "xx", "?xxxxx", Outside1|FPState),
	ExitIf: shape("exitif", "", "ii?i", Leaves),

	Jump: shape("jump", "", "", Terminates), Branch: shape("branch", "", "ii", Terminates),
	BranchF: shape("branchf", "", "i", Terminates), JumpReg: shape("jumpreg", "", "i", Terminates|Leaves),
	Exit: shape("exit", "", "?i", Terminates|Leaves), SwitchMode: shape("switchmode", "", "i", Terminates|Leaves),
}

// Any, of a Shape, is an operand of either class.
const Any Class = 3

func letter(c byte) Class {
	switch c {
	case 'i':
		return Int
	case 'v':
		return Vec
	}
	return Any
}

func shape(name, dst, args string, e Effect) Shape {
	s := Shape{Name: name, Effect: e}
	for i := range dst {
		s.Dst[i] = letter(dst[i])
	}
	n := 0
	for i := range args {
		if args[i] != '?' {
			s.Args[n] = letter(args[i])
			n++
		}
	}
	return s
}

func unary(name string) Shape             { return shape(name, "i", "i", 0) }
func binary(name string) Shape            { return shape(name, "i", "ii", 0) }
func vector1(name string, e Effect) Shape { return shape(name, "v", "v", e) }
func vector2(name string, e Effect) Shape { return shape(name, "v", "vv", e) }
func vector3(name string, e Effect) Shape { return shape(name, "v", "vvv", e) }

// Shape describes the operation.
func (op Op) Shape() *Shape { return &shapes[op] }

// Has reports whether the operation has one of the effects.
func (op Op) Has(e Effect) bool { return shapes[op].Effect&e != 0 }

func (op Op) String() string { return shapes[op].Name }
