package enginetest

var riscv64Code = target{
	addr: "x11", val: "x12", count: "x13", jump: "x14", float: [2]string{"f0", "f1"},
	code: map[string]snippet{
		"syscall": {0, `
73000000 ecall
0100     c.addi zero,0
`},
		"load": {2, `
8506     c.addi a3,1
03a60500 lw a2,0(a1)
8506     c.addi a3,1
73000000 ecall
`},
		"store": {2, `
8506     c.addi a3,1
90c1     c.sw a2,0(a1)
8506     c.addi a3,1
73000000 ecall
`},
		"jump": {2, `
8506 c.addi a3,1
0287 c.jr a4
`},
		"illegal": {2, `
8506     c.addi a3,1
00000000 .word 0x00000000
73000000 ecall
`},
		"break": {2, `
8506     c.addi a3,1
0290     c.ebreak
73000000 ecall
`},
		"privileged": {2, `
8506     c.addi a3,1
73905630 csrrw zero,mtvec,a3
73000000 ecall
`},
		"loop": {0, `
8506 c.addi a3,1
fdbf c.j 0
`},
		"count": {0, `
fd16     c.addi a3,-1
fdfe     c.bnez a3,0
73000000 ecall
`},
		"one": {0, `
13061000 addi a2,zero,1
73000000 ecall
`},
		"two": {0, `
13062000 addi a2,zero,2
73000000 ecall
`},
		"patch": {0, `
90c1     c.sw a2,0(a1)
0f100000 fence.i
0287     c.jr a4
`},
		"fadd": {0, `
53701002 fadd.d ft0,ft0,ft1
73000000 ecall
`},
	},
}

var riscv32Code = target{
	addr: "x11", val: "x12", count: "x13", jump: "x14", float: [2]string{"f0", "f1"},
	code: map[string]snippet{
		"syscall": {0, `
73000000 ecall
0100     c.addi zero,0
`},
		"load": {2, `
8506     c.addi a3,1
03a60500 lw a2,0(a1)
8506     c.addi a3,1
73000000 ecall
`},
		"store": {2, `
8506     c.addi a3,1
90c1     c.sw a2,0(a1)
8506     c.addi a3,1
73000000 ecall
`},
		"jump": {2, `
8506 c.addi a3,1
0287 c.jr a4
`},
		"illegal": {2, `
8506     c.addi a3,1
00000000 .word 0x00000000
73000000 ecall
`},
		"break": {2, `
8506     c.addi a3,1
0290     c.ebreak
73000000 ecall
`},
		"privileged": {2, `
8506     c.addi a3,1
73905630 csrrw zero,mtvec,a3
73000000 ecall
`},
		"loop": {0, `
8506 c.addi a3,1
fdbf c.j 0
`},
		"count": {0, `
fd16     c.addi a3,-1
fdfe     c.bnez a3,0
73000000 ecall
`},
		"one": {0, `
13061000 addi a2,zero,1
73000000 ecall
`},
		"two": {0, `
13062000 addi a2,zero,2
73000000 ecall
`},
		"patch": {0, `
90c1     c.sw a2,0(a1)
0f100000 fence.i
0287     c.jr a4
`},
		"fadd": {0, `
53701002 fadd.d ft0,ft0,ft1
73000000 ecall
`},
	},
}
