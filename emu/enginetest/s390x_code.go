package enginetest

var s390xCode = target{
	addr: "r3", val: "r4", count: "r5", jump: "r6", float: [2]string{"f0", "f2"},
	code: map[string]snippet{
		"syscall": {0, `
0a00 svc 0
0700 nopr
`},
		"load": {4, `
a75b0001     aghi %r5,1
e34030000016 llgf %r4,0(%r3)
a75b0001     aghi %r5,1
0a00         svc 0
`},
		"store": {4, `
a75b0001 aghi %r5,1
50403000 st %r4,0(%r3)
a75b0001 aghi %r5,1
0a00     svc 0
0707     nopr %r7
`},
		"jump": {4, `
a75b0001 aghi %r5,1
07f6     br %r6
0707     nopr %r7
`},
		"illegal": {4, `
a75b0001 aghi %r5,1
00000a00 .long 0x00000a00
`},
		"break": {4, `
a75b0001 aghi %r5,1
00010a00 .long 0x00010a00
`},
		"privileged": {4, `
a75b0001     aghi %r5,1
eb003000002f lctlg %c0,%c0,0(%r3)
0a00         svc 0
`},
		"divide": {8, `
a7490000 lghi %r4,0
a7290000 lghi %r2,0
b90d0024 dsgr %r2,%r4
0a00     svc 0
0707     nopr %r7
`},
		"loop": {0, `
a75b0001 aghi %r5,1
a7f4fffe j 0x0
`},
		"count": {0, `
a75bffff aghi %r5,-1
a774fffe jne 0x0
0a00     svc 0
0707     nopr %r7
`},
		"one": {0, `
a7490001 lghi %r4,1
0a00     svc 0
0707     nopr %r7
`},
		"two": {0, `
a7490002 lghi %r4,2
0a00     svc 0
0707     nopr %r7
`},
		"patch": {0, `
50403000 st %r4,0(%r3)
07f6     br %r6
0707     nopr %r7
`},
		"fadd": {0, `
b31a0002 adbr %f0,%f2
0a00     svc 0
0707     nopr %r7
`},
		"tls": {0, `
b24f0040 ear %r4,%a0
b9160044 llgfr %r4,%r4
0a00     svc 0
0707     nopr %r7
`},
	},
}
