package enginetest

var powerpcCode = target{
	addr: "r4", val: "r5", count: "r6", jump: "r7", float: [2]string{"f0", "f1"},
	code: map[string]snippet{
		"syscall": {0, `
44000002 sc
60000000 nop
`},
		"load": {4, `
38c60001 addi r6,r6,1
80a40000 lwz r5,0(r4)
38c60001 addi r6,r6,1
44000002 sc
`},
		"store": {4, `
38c60001 addi r6,r6,1
90a40000 stw r5,0(r4)
38c60001 addi r6,r6,1
44000002 sc
`},
		"jump": {8, `
38c60001 addi r6,r6,1
7ce903a6 mtctr r7
4e800420 bctr
`},
		"illegal": {4, `
38c60001 addi r6,r6,1
00000000 .long 0x0
44000002 sc
`},
		"break": {4, `
38c60001 addi r6,r6,1
7fe00008 trap
44000002 sc
`},
		"privileged": {4, `
38c60001 addi r6,r6,1
7cc00124 mtmsr r6
44000002 sc
`},
		"loop": {0, `
38c60001 addi r6,r6,1
4bfffffc b 0x0
`},
		"count": {0, `
34c6ffff addic. r6,r6,-1
4082fffc bne 0x0
44000002 sc
`},
		"one": {0, `
38a00001 li r5,1
44000002 sc
`},
		"two": {0, `
38a00002 li r5,2
44000002 sc
`},
		"patch": {0, `
90a40000 stw r5,0(r4)
7c00206c dcbst 0,r4
7c0004ac hwsync
7c0027ac icbi 0,r4
4c00012c isync
7ce903a6 mtctr r7
4e800420 bctr
`},
		"fadd": {0, `
fc00082a fadd f0,f0,f1
44000002 sc
`},
	},
}
