package enginetest

var aarch64Code = target{
	addr: "x1", val: "x2", count: "x3", jump: "x4", float: [2]string{"v0", "v1"},
	code: map[string]snippet{
		"syscall": {0, `
010000d4 svc
1f2003d5 nop
`},
		"load": {4, `
63040091 add x3, x3,
220040b9 ldr w2, [x1]
63040091 add x3, x3,
010000d4 svc
`},
		"store": {4, `
63040091 add x3, x3,
220000b9 str w2, [x1]
63040091 add x3, x3,
010000d4 svc
`},
		"jump": {4, `
63040091 add x3, x3,
80001fd6 br x4
`},
		"illegal": {4, `
63040091 add x3, x3,
00000000 udf
010000d4 svc
`},
		"break": {4, `
63040091 add x3, x3,
e00020d4 brk
010000d4 svc
`},
		"privileged": {4, `
63040091 add x3, x3,
03c018d5 msr vbar_el1, x3
010000d4 svc
`},
		"loop": {0, `
63040091 add x3, x3,
ffffff17 b 0
`},
		"count": {0, `
630400d1 sub x3, x3,
e3ffffb5 cbnz x3, 0
010000d4 svc
`},
		"one": {0, `
22008052 mov w2,
010000d4 svc
`},
		"two": {0, `
42008052 mov w2,
010000d4 svc
`},
		"patch": {0, `
220000b9 str w2, [x1]
217b0bd5 dc cvau, x1
9f3b03d5 dsb ish
21750bd5 ic ivau, x1
9f3b03d5 dsb ish
df3f03d5 isb
80001fd6 br x4
`},
		"fadd": {0, `
0028611e fadd d0, d0, d1
010000d4 svc
`},
	},
}

var armCode = target{
	addr: "r1", val: "r2", count: "r3", jump: "r4", float: [2]string{"d0", "d1"},
	code: map[string]snippet{
		"syscall": {0, `
000000ef svc 0x00000000
00f020e3 nop {0}
`},
		"load": {4, `
013083e2 add r3, r3, #1
002091e5 ldr r2, [r1]
013083e2 add r3, r3, #1
000000ef svc 0x00000000
`},
		"store": {4, `
013083e2 add r3, r3, #1
002081e5 str r2, [r1]
013083e2 add r3, r3, #1
000000ef svc 0x00000000
`},
		"jump": {4, `
013083e2 add r3, r3, #1
14ff2fe1 bx r4
`},
		"illegal": {4, `
013083e2 add r3, r3, #1
f000f0e7 udf #0
000000ef svc 0x00000000
`},
		"break": {4, `
013083e2 add r3, r3, #1
770020e1 bkpt 0x0007
000000ef svc 0x00000000
`},
		"privileged": {4, `
013083e2 add r3, r3, #1
103f0cee mcr 15, 0, r3, cr12, cr0, {0}
000000ef svc 0x00000000
`},
		"loop": {0, `
013083e2 add r3, r3, #1
fdffffea b 0
`},
		"count": {0, `
013053e2 subs r3, r3, #1
fdffff1a bne 0
000000ef svc 0x00000000
`},
		"one": {0, `
0120a0e3 mov r2, #1
000000ef svc 0x00000000
`},
		"two": {0, `
0220a0e3 mov r2, #2
000000ef svc 0x00000000
`},
		"patch": {0, `
002081e5 str r2, [r1]
14ff2fe1 bx r4
`},
		"fadd": {0, `
010b30ee vadd.f64 d0, d0, d1
000000ef svc 0x00000000
`},
		"tls": {0, `
702f1dee mrc 15, 0, r2, cr13, cr0, {3}
000000ef svc 0x00000000
`},
	},
}
