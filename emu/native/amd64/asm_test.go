package amd64

import (
	"fmt"
	"testing"
)

// The encodings where the rules have exceptions, as GNU as makes them. All others are tested by what regions compute.
func TestEncodings(t *testing.T) {
	for _, k := range []struct {
		text string
		emit func(a *asm)
		want string
	}{
		{"mov rax, [r13]", func(a *asm) { a.legacy(opLoad, 8, rax, at(r13, 0)) }, "498b4500"},
		{"mov eax, [r12]", func(a *asm) { a.legacy(opLoad, 4, rax, at(r12, 0)) }, "418b0424"},
		{"mov [rbp+0x80], r9", func(a *asm) { a.legacy(opStore, 8, r9, at(rbp, 0x80)) }, "4c898d80000000"},
		{"mov [r15+rsi-1], sil", func(a *asm) { a.legacy(opStore8, 1, rsi, atIndex(r15, rsi, 0, -1)) }, "41887437ff"},
		{"movzx eax, dil", func(a *asm) { a.legacy(opMovzx8, 4, rax, in(rdi)) }, "400fb6c7"},
		{"movzx r8d, bl", func(a *asm) { a.legacy(opMovzx8, 4, r8, in(rbx)) }, "440fb6c3"},
		{"movbe cx, [rax]", func(a *asm) { a.legacy(opMovbe, 2, rcx, at(rax, 0)) }, "660f38f008"},
		{"mov word [rdx], 0x1234", func(a *asm) { a.storeImm(2, at(rdx, 0), 0x1234) }, "66c7023412"},
		{"lock xadd [r8], r9b", func(a *asm) { a.locked(opXadd, 1, r9, at(r8, 0)) }, "f0450fc008"},
		{"mov r10, -1", func(a *asm) { a.movImm(r10, ^uint64(0)) }, "49c7c2ffffffff"},
		{"mov r10d, 0x80000000", func(a *asm) { a.movImm(r10, 1<<31) }, "41ba00000080"},
		{"crc32 eax, bl", func(a *asm) { a.legacy(opCrc32, 1, rax, in(rbx)) }, "f20f38f0c3"},
		{"crc32 eax, bx", func(a *asm) { a.legacy(opCrc32|1, 2, rax, in(rbx)) }, "66f20f38f1c3"},
		{"bswap r11", func(a *asm) { a.bswap(8, r11) }, "490fcb"},
		{"shlx rax, [rbp], r12", func(a *asm) { a.vex(opShlx, 1, rax, r12, at(rbp, 0)) }, "c4e299f74500"},
		{"rorx r8d, ecx, 5", func(a *asm) { a.vexImm(opRorx, 0, r8, noReg, in(rcx), 5) }, "c4637bf0c105"},
		{"vaddsd xmm1, xmm9, xmm2", func(a *asm) { a.vex(scalarOp(opVadd, 8), 0, 1, 9, in(2)) }, "c5b358ca"},
		{"vaddps xmm9, xmm1, xmm10", func(a *asm) { a.vex(opVadd, 0, 9, 1, in(10)) }, "c4417058ca"},
		{"vmovq r9, xmm8", func(a *asm) { a.vex(opVmovdM, 1, 8, noReg, in(r9)) }, "c441f97ec1"},
		{"vpsrad xmm3, xmm12, 7", func(a *asm) { a.vexImm(opVpshiftD, 0, laneSar, 3, in(12), 7) }, "c4c16172e407"},
	} {
		var a asm
		k.emit(&a)
		if got := fmt.Sprintf("%x", a.buf); got != k.want {
			t.Errorf("%s: %s, want %s", k.text, got, k.want)
		}
	}
}

func TestJumpsReachTheirLabels(t *testing.T) {
	var a asm
	back, ahead := a.newLabel(), a.newLabel()
	a.bind(back)
	a.jcc(ccE, ahead)
	a.jmp(back)
	a.leaLabel(rax, ahead)
	a.legacy(opLoad, 8, rcx, a.lit(1, 2))
	a.bind(ahead)
	a.finish()
	const want = "0f8410000000" + "ebf8" + "488d0507000000" + "488b0d0a000000" + "cccccccccccccccccccc" +
		"0100000000000000" + "0200000000000000"
	if got := fmt.Sprintf("%x", a.buf); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
