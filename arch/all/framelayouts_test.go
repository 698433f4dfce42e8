package all

import (
	"os"
	"path/filepath"
	"testing"

	"muslrun/arch"
	"muslrun/arch/internal/oracle"
)

// landmarks are places in frames by our name and C's. What lies between two of them follows from both declarations being
// arrays or lists in the same order.
var landmarks = map[arch.Family]struct{ rt, old map[string]string }{
	arch.ARM: {
		rt: armMarks("sig.", map[string]string{"Info": "info.bytes"}), old: armMarks("", nil),
	},
	arch.AArch64: {rt: map[string]string{
		"Info": "info.bytes", "UC.Stack.SP": "uc.uc_stack.ss_sp", "UC.Mask.Mask": "uc.uc_sigmask.sig.0",
		"UC.FaultAddr": "uc.uc_mcontext.fault_address", "UC.X.0": "uc.uc_mcontext.regs.0", "UC.X.30": "uc.uc_mcontext.regs.30",
		"UC.SP": "uc.uc_mcontext.sp", "UC.PC": "uc.uc_mcontext.pc", "UC.Pstate": "uc.uc_mcontext.pstate",
		"UC.Fpsimd.Head.Magic": "uc.uc_mcontext.__reserved", "Record.FP": "record.fp",
	}},
	arch.RISCV: {rt: map[string]string{
		"Info": "info.bytes", "UC.Stack.SP": "uc.uc_stack.ss_sp", "UC.Mask.Mask": "uc.uc_sigmask.sig.0",
		"UC.Regs.PC": "uc.uc_mcontext.sc_regs.pc", "UC.Regs.X1.0": "uc.uc_mcontext.sc_regs.ra",
		"UC.Regs.X1.9": "uc.uc_mcontext.sc_regs.a0", "UC.Regs.X1.30": "uc.uc_mcontext.sc_regs.t6",
		"UC.Regs.F.0": "uc.uc_mcontext.sc_fpregs.d.f.0", "UC.Regs.F.31": "uc.uc_mcontext.sc_fpregs.d.f.31",
		"UC.Regs.Fcsr": "uc.uc_mcontext.sc_fpregs.d.fcsr", "UC.Regs.Reserved.0": "uc.uc_mcontext.sc_fpregs.q.reserved.0",
	}},
	arch.MIPS: {
		rt:  mipsMarks("UC.SC.", "uc.uc_mcontext.", map[string]string{"Info": "info.bytes", "UC.Mask.Mask": "uc.uc_sigmask.sig.0"}),
		old: mipsMarks("SC.", "sc.", map[string]string{"Mask.Mask": "mask.sig.0"}),
	},
	arch.S390: {
		rt: map[string]string{
			"Info": "info.bytes", "UC.Stack.SP": "uc.uc_stack.ss_sp", "UC.Regs.Pswm": "uc.uc_mcontext.regs.psw.mask",
			"UC.Regs.Pswa": "uc.uc_mcontext.regs.psw.addr", "UC.Regs.R.0": "uc.uc_mcontext.regs.gprs.0",
			"UC.Regs.A.0": "uc.uc_mcontext.regs.acrs.0", "UC.Regs.Fpc": "uc.uc_mcontext.fpregs.fpc",
			"UC.Regs.F.0": "uc.uc_mcontext.fpregs.fprs.0", "UC.Mask.Mask": "uc.uc_sigmask.sig.0",
		},
		old: map[string]string{
			"SC.OldMask": "sc.oldmask.0", "SC.Sregs": "sc.sregs", "Regs.Pswm": "sregs.regs.psw.mask",
			"Regs.F.15": "sregs.fpregs.fprs.15", "Last": "signo",
		},
	},
	arch.M68K: {
		rt: map[string]string{
			"Signal": "sig", "InfoPtr": "pinfo", "ContextPtr": "puc", "Info": "info.bytes", "UC.Stack.SP": "uc.uc_stack.ss_sp",
			"UC.Version": "uc.uc_mcontext.version", "UC.D.0": "uc.uc_mcontext.gregs.0", "UC.A.7": "uc.uc_mcontext.gregs.15",
			"UC.PC": "uc.uc_mcontext.gregs.16", "UC.SR": "uc.uc_mcontext.gregs.17",
			"UC.Fpcontrol": "uc.uc_mcontext.fpregs.f_fpcntl.0", "UC.FP.0": "uc.uc_mcontext.fpregs.f_fpregs.0",
			"UC.State": "uc.uc_filler.0", "UC.FormatVec": "uc.uc_filler.54", "UC.Mask": "uc.uc_sigmask.sig.0",
		},
		old: map[string]string{
			"Signal": "sig", "Code": "code", "Context": "psc", "ExtraMask": "extramask.0", "SC.OldMask": "sc.sc_mask",
			"SC.A7": "sc.sc_usp", "SC.D0": "sc.sc_d0", "SC.A1": "sc.sc_a1", "SC.SR": "sc.sc_sr", "SC.PC": "sc.sc_pc",
			"SC.FormatVec": "sc.sc_formatvec", "SC.FP.0": "sc.sc_fpregs.0", "SC.Fpcontrol": "sc.sc_fpcntl.0",
			"SC.State": "sc.sc_fpstate",
		},
	},
	arch.MicroBlaze: {rt: map[string]string{
		"Info": "info.bytes", "UC.Stack.SP": "uc.uc_stack.ss_sp", "UC.Regs.R.0": "uc.uc_mcontext.regs.r0",
		"UC.Regs.R.31": "uc.uc_mcontext.regs.r31", "UC.Regs.PC": "uc.uc_mcontext.regs.pc", "UC.Regs.Flags": "uc.uc_mcontext.regs.msr",
		"UC.Regs.Fsr": "uc.uc_mcontext.regs.fsr", "UC.Regs.OldMask": "uc.uc_mcontext.oldmask", "UC.Mask": "uc.uc_sigmask.sig.0",
	}},
	arch.OpenRISC: {rt: map[string]string{
		"Info": "info.bytes", "UC.Stack.SP": "uc.uc_stack.ss_sp", "UC.Regs.R.0": "uc.uc_mcontext.regs.gpr.0",
		"UC.Regs.PC": "uc.uc_mcontext.regs.pc", "UC.Regs.SR": "uc.uc_mcontext.regs.sr", "UC.Regs.Old": "uc.uc_mcontext.oldmask",
		"UC.Mask": "uc.uc_sigmask.sig.0",
	}},
	arch.SuperH: {
		rt:  shMarks("UC.SC.", "uc.uc_mcontext.", map[string]string{"Info": "info.bytes", "UC.Mask": "uc.uc_sigmask.sig.0"}),
		old: shMarks("SC.", "sc.", map[string]string{"ExtraMask": "extramask.0"}),
	},
	arch.LoongArch: {rt: map[string]string{
		"Info": "info.bytes", "UC.Stack.SP": "uc.uc_stack.ss_sp", "UC.Mask.Mask": "uc.uc_sigmask.sig.0",
		"UC.PC": "uc.uc_mcontext.sc_pc", "UC.Zero": "uc.uc_mcontext.sc_regs.0", "UC.R1.30": "uc.uc_mcontext.sc_regs.31",
		"UC.Used": "uc.uc_mcontext.sc_flags", "FPU.Head.Magic": "fpu_info.magic", "FPU.F.0": "fpu.regs.0",
		"FPU.Fcc0": "fpu.fcc", "FPU.Fcsr": "fpu.fcsr", "End.Magic": "end.magic",
	}},
}

// x86 and powerpc have ABIs whose frames differ more than in the size of words.
var abiLandmarks = map[string]struct{ rt, old map[string]string }{
	"x86_64": {rt: x86Marks()}, "x32": {rt: x86Marks()},
	"i386": {
		rt: i386Marks("UC.", "uc.uc_mcontext.", map[string]string{"Signal": "sig", "InfoPtr": "pinfo", "ContextPtr": "puc",
			"Info": "info.bytes", "UC.Mask": "uc.uc_sigmask.sig.0", "Code": "retcode"}),
		old: i386Marks("", "sc.", map[string]string{"Signal": "sig", "ExtraMask": "extramask.0", "Code": "retcode"}),
	},
	"powerpc": {
		rt: map[string]string{
			"Info": "f.info.bytes", "UC.Stack.SP": "f.uc.uc_stack.ss_sp", "UC.Regs": "f.uc.uc_regs", "UC.Mask": "f.uc.uc_sigmask.sig.0",
			"UC.Mcontext.R.0": "f.uc.uc_mcontext.mc_gregs.0", "UC.Mcontext.PC": "f.uc.uc_mcontext.mc_gregs.32",
			"UC.Mcontext.Cr":  "f.uc.uc_mcontext.mc_gregs.38",
			"UC.Mcontext.F.0": "f.uc.uc_mcontext.mc_fregs.0", "UC.Mcontext.Fpscr": "f.uc.uc_mcontext.mc_fregs.32",
			"UC.Mcontext.VR.0": "f.uc.uc_mcontext.mc_vregs.0.u.0",
		},
		old: map[string]string{
			"SC.Signal": "f.sctx.signal", "SC.OldMask": "f.sctx.oldmask", "SC.ExtraMask": "f.sctx._unused.3",
			"SC.Regs": "f.sctx.regs", "Mcontext.R.0": "f.mctx.mc_gregs.0", "Mcontext.F.31": "f.mctx.mc_fregs.31",
		},
	},
	"powerpc64": {rt: ppc64Marks()}, "powerpc64le": {rt: ppc64Marks()},
}

func with(marks, more map[string]string) map[string]string {
	for name, c := range more {
		marks[name] = c
	}
	return marks
}

func armMarks(prefix string, more map[string]string) map[string]string {
	marks := map[string]string{}
	for name, c := range map[string]string{
		"UC.Flags": "uc.uc_flags", "UC.Stack.SP": "uc.uc_stack.ss_sp", "UC.Trap": "uc.uc_mcontext.trap_no",
		"UC.Error": "uc.uc_mcontext.error_code", "UC.OldMask": "uc.uc_mcontext.oldmask", "UC.R.0": "uc.uc_mcontext.arm_r0",
		"UC.R.11": "uc.uc_mcontext.arm_fp", "UC.SP": "uc.uc_mcontext.arm_sp", "UC.PC": "uc.uc_mcontext.arm_pc",
		"UC.CPSR": "uc.uc_mcontext.arm_cpsr", "UC.FaultAddr": "uc.uc_mcontext.fault_address",
		"UC.Mask.Mask": "uc.uc_sigmask.sig.0", "UC.Area.VFP.Magic": "uc.uc_regspace.0",
		"UC.Area.VFP.D.0": "uc.uc_regspace.2", "UC.Area.VFP.Fpscr": "uc.uc_regspace.66",
	} {
		marks[name] = prefix + c
	}
	return with(marks, more)
}

func mipsMarks(prefix, c string, more map[string]string) map[string]string {
	return with(map[string]string{
		prefix + "PC": c + "sc_pc", prefix + "Zero": c + "sc_regs.0", prefix + "R1.30": c + "sc_regs.31",
		prefix + "F.0": c + "sc_fpregs.0", prefix + "F.31": c + "sc_fpregs.31", prefix + "Hi": c + "sc_mdhi",
		prefix + "Lo": c + "sc_mdlo", prefix + "Fcsr": c + "sc_fpc_csr", prefix + "UsedMath": c + "sc_used_math",
		prefix + "Dsp": c + "sc_dsp",
	}, more)
}

func shMarks(prefix, c string, more map[string]string) map[string]string {
	return with(map[string]string{
		prefix + "OldMask": c + "oldmask", prefix + "R.0": c + "sc_regs.0", prefix + "PC": c + "sc_pc", prefix + "PR": c + "sc_pr",
		prefix + "SR": c + "sc_sr", prefix + "Gbr": c + "sc_gbr", prefix + "Mach": c + "sc_mach", prefix + "Macl": c + "sc_macl",
		prefix + "Fr.0": c + "sc_fpregs.0", prefix + "Xf.15": c + "sc_xfpregs.15", prefix + "Fpscr": c + "sc_fpscr",
		prefix + "Fpul": c + "sc_fpul", prefix + "Owned": c + "sc_ownedfp",
	}, more)
}

func x86Marks() map[string]string {
	return map[string]string{
		"Return": "pretcode", "UC.Flags": "uc.uc_flags", "UC.Stack.SP": "uc.uc_stack.ss_sp", "UC.R8": "uc.uc_mcontext.r8",
		"UC.Rdi": "uc.uc_mcontext.rdi", "UC.Rcx": "uc.uc_mcontext.rcx", "UC.Rip": "uc.uc_mcontext.rip",
		"UC.Eflags": "uc.uc_mcontext.eflags", "UC.CS": "uc.uc_mcontext.cs", "UC.SS": "uc.uc_mcontext.ss",
		"UC.Error": "uc.uc_mcontext.err", "UC.FaultAddr": "uc.uc_mcontext.cr2", "UC.State": "uc.uc_mcontext.fpstate",
		"UC.Mask": "uc.uc_sigmask.sig.0", "Info": "info.bytes",
	}
}

func i386Marks(prefix, c string, more map[string]string) map[string]string {
	return with(map[string]string{
		"Return": "pretcode", prefix + "GS": c + "gs", prefix + "DS": c + "ds", prefix + "Edi": c + "edi", prefix + "Eax": c + "eax",
		prefix + "Trap": c + "trapno", prefix + "Eip": c + "eip", prefix + "CS": c + "cs", prefix + "Eflags": c + "eflags",
		prefix + "SPAtSignal": c + "esp_at_signal", prefix + "SS": c + "ss", prefix + "State": c + "fpstate",
		prefix + "OldMask": c + "oldmask", prefix + "FaultAddr": c + "cr2",
	}, more)
}

func ppc64Marks() map[string]string {
	return map[string]string{
		"UC.Flags": "f.uc.uc_flags", "UC.Mask.Mask": "f.uc.uc_sigmask.sig.0", "UC.SC.Signal": "f.uc.uc_mcontext.signal",
		"UC.SC.Handler": "f.uc.uc_mcontext.handler", "UC.SC.Regs": "f.uc.uc_mcontext.regs",
		"UC.SC.Context.R.0": "f.uc.uc_mcontext.gp_regs.0", "UC.SC.Context.PC": "f.uc.uc_mcontext.gp_regs.32",
		"UC.SC.Context.Softe": "f.uc.uc_mcontext.gp_regs.39", "UC.SC.F.0": "f.uc.uc_mcontext.fp_regs.0",
		"UC.SC.Fpscr": "f.uc.uc_mcontext.fp_regs.32", "UC.SC.Vectors": "f.uc.uc_mcontext.v_regs",
		"UC.SC.VR.0": "f.uc.uc_mcontext.vmx_reserve.1", "InfoPtr": "f.pinfo", "ContextPtr": "f.puc", "Info": "f.info.bytes",
	}
}

// TestFramesAgainstKernelHeaders compares the layouts of frames with what compilers made of the kernel's declarations.
func TestFramesAgainstKernelHeaders(t *testing.T) {
	for _, target := range oracle.Targets {
		t.Run(target.ABI, func(t *testing.T) {
			f, err := os.Open(filepath.Join("..", "testdata", "frames", target.ABI+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			facts, err := oracle.ReadStructs(f)
			if err != nil {
				t.Fatal(err)
			}
			a := ByName(target.ABI)
			set, marks := a.Frames.(*arch.FrameSet), landmarks[a.ISA.Family]
			if own, ok := abiLandmarks[a.Name]; ok {
				marks = own
			}
			compareFrame(t, set.RT, facts["rt_sigframe"], marks.rt)
			if set.Old != nil {
				compareFrame(t, set.Old, facts["sigframe"], marks.old)
			}
		})
	}
}

func compareFrame(t *testing.T, shape *arch.FrameShape, want *oracle.Struct, marks map[string]string) {
	if want == nil || len(marks) == 0 {
		t.Fatal("nothing to compare with")
	}
	leaves, gap := map[string]int{}, 0
	for _, l := range want.Leaves {
		leaves[l.Name] = l.Offset
		if l.Name == "f.abigap" { // a red zone at the end, which is FrameSet.RedZone here
			gap = l.Size
		}
	}
	if shape.Size()+gap != want.Size {
		t.Errorf("%s has %d bytes, C's %d", want.Name, shape.Size()+gap, want.Size)
	}
	for name, c := range marks {
		offset, ok := leaves[c]
		if !ok {
			t.Errorf("%s: C has no %s", want.Name, c)
			continue
		}
		if got := shape.Struct().Offset(name); got != offset {
			t.Errorf("%s.%s is at %d; C's %s at %d", want.Name, name, got, c, offset)
		}
	}
}
