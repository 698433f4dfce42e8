package enginetest

var mips32Code = target{
	addr: "r8", val: "r9", count: "r10", jump: "r11", float: [2]string{"f0", "f2"},
	code: map[string]snippet{
		"syscall": {0, `
0000000c syscall
00000000 nop
00000000 nop
00000000 nop
`},
		"load": {4, `
254a0001 addiu t2,t2,1
8d090000 lw t1,0(t0)
254a0001 addiu t2,t2,1
0000000c syscall
`},
		"store": {4, `
254a0001 addiu t2,t2,1
ad090000 sw t1,0(t0)
254a0001 addiu t2,t2,1
0000000c syscall
`},
		"delay": {4, `
254a0001 addiu t2,t2,1
01600008 jr t3
8d090000 lw t1,0(t0)
00000000 nop
`},
		"jump": {4, `
254a0001 addiu t2,t2,1
01600008 jr t3
00000000 nop
00000000 nop
`},
		"illegal": {4, `
254a0001 addiu t2,t2,1
7c00003f .word 0x7c00003f
0000000c syscall
00000000 nop
`},
		"break": {4, `
254a0001 addiu t2,t2,1
0005000d break 0x5
0000000c syscall
00000000 nop
`},
		"privileged": {4, `
254a0001 addiu t2,t2,1
408a6000 mtc0 t2,c0_status
0000000c syscall
00000000 nop
`},
		"divide": {4, `
24090000 li t1,0
012001f4 teq t1,zero,0x7
0000000c syscall
00000000 nop
`},
		"overflow": {4, `
3c097fff lui t1,0x7fff
01294820 add t1,t1,t1
0000000c syscall
00000000 nop
`},
		"loop": {0, `
254a0001 addiu t2,t2,1
1000fffe b 0x0
00000000 nop
00000000 nop
`},
		"count": {0, `
254affff addiu t2,t2,-1
1540fffe bnez t2,0x0
00000000 nop
0000000c syscall
`},
		"one": {0, `
24090001 li t1,1
0000000c syscall
00000000 nop
00000000 nop
`},
		"two": {0, `
24090002 li t1,2
0000000c syscall
00000000 nop
00000000 nop
`},
		"patch": {0, `
ad090000 sw t1,0(t0)
01600008 jr t3
00000000 nop
00000000 nop
`},
		"fadd": {0, `
46220000 add.d $f0,$f0,$f2
0000000c syscall
00000000 nop
00000000 nop
`},
		"tls": {0, `
7c09e83b rdhwr t1,$29
0000000c syscall
00000000 nop
00000000 nop
`},
	},
}

var mips32r6Code = target{
	addr: "r8", val: "r9", count: "r10", jump: "r11", float: [2]string{"f0", "f2"},
	code: map[string]snippet{
		"syscall": {0, `
0000000c syscall
00000000 nop
00000000 nop
00000000 nop
`},
		"load": {4, `
254a0001 addiu t2,t2,1
8d090000 lw t1,0(t0)
254a0001 addiu t2,t2,1
0000000c syscall
`},
		"store": {4, `
254a0001 addiu t2,t2,1
ad090000 sw t1,0(t0)
254a0001 addiu t2,t2,1
0000000c syscall
`},
		"delay": {4, `
254a0001 addiu t2,t2,1
01600009 jr t3
8d090000 lw t1,0(t0)
00000000 nop
`},
		"jump": {4, `
254a0001 addiu t2,t2,1
01600009 jr t3
00000000 nop
00000000 nop
`},
		"illegal": {4, `
254a0001 addiu t2,t2,1
7c00003f .word 0x7c00003f
0000000c syscall
00000000 nop
`},
		"break": {4, `
254a0001 addiu t2,t2,1
0005000d break 0x5
0000000c syscall
00000000 nop
`},
		"privileged": {4, `
254a0001 addiu t2,t2,1
408a6000 mtc0 t2,c0_status
0000000c syscall
00000000 nop
`},
		"divide": {4, `
24090000 li t1,0
012001f4 teq t1,zero,0x7
0000000c syscall
00000000 nop
`},
		"overflow": {4, `
3c097fff lui t1,0x7fff
01294820 add t1,t1,t1
0000000c syscall
00000000 nop
`},
		"loop": {0, `
254a0001 addiu t2,t2,1
1000fffe b 10000
00000000 nop
00000000 nop
`},
		"count": {0, `
254affff addiu t2,t2,-1
1540fffe bnez t2,10000
00000000 nop
0000000c syscall
`},
		"one": {0, `
24090001 li t1,1
0000000c syscall
00000000 nop
00000000 nop
`},
		"two": {0, `
24090002 li t1,2
0000000c syscall
00000000 nop
00000000 nop
`},
		"patch": {0, `
ad090000 sw t1,0(t0)
01600009 jr t3
00000000 nop
00000000 nop
`},
		"fadd": {0, `
46220000 add.d $f0,$f0,$f2
0000000c syscall
00000000 nop
00000000 nop
`},
		"tls": {0, `
7c09e83b rdhwr t1,$29
0000000c syscall
00000000 nop
00000000 nop
`},
	},
}
