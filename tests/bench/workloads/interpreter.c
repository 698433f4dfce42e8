/* bcvm: a bytecode interpreter with computed goto, summing, shifting and comparing in a loop. */
#include "bench.h"

enum { LDI, ADD, SUB, XOR, SHR, SHL, DEC, JNZ, MOV, MUL, AND, LDM, STM, HALT };

static const u8 program[] = {
	LDI, 0, 7, LDI, 1, 200, LDI, 2, 0,
	MOV, 3, 0, MUL, 3, 1, ADD, 2, 3, SHR, 3, 5, XOR, 2, 3, SHL, 3, 2, SUB, 2, 3,
	AND, 3, 2, STM, 3, 2, LDM, 4, 3, ADD, 0, 4, ADD, 0, 2, DEC, 1, 0, JNZ, 1, (u8)-39,
	HALT, 0, 0,
};

#define NEXT              \
	do {              \
		pc += 3;  \
		goto *table[pc[0]]; \
	} while (0)

static u32 once(u32 *r, u32 *cells, long round)
{
	static const void *const table[] = {&&ldi, &&add, &&sub, &&xor, &&shr, &&shl, &&dec,
		&&jnz, &&mov, &&mul, &&and, &&ldm, &&stm, &&halt};
	const u8 *pc = program;

	goto *table[pc[0]];
ldi:	r[pc[1]] = pc[1] == 1 ? 200 : pc[2] + (u32)round; NEXT;
add:	r[pc[1]] += r[pc[2]]; NEXT;
sub:	r[pc[1]] -= r[pc[2]]; NEXT;
xor:	r[pc[1]] ^= r[pc[2]]; NEXT;
shr:	r[pc[1]] >>= pc[2]; NEXT;
shl:	r[pc[1]] <<= pc[2]; NEXT;
dec:	r[pc[1]]--; NEXT;
jnz:	if (r[pc[1]]) {
		pc += (signed char)pc[2];
		goto *table[pc[0]];
	}
	NEXT;
mov:	r[pc[1]] = r[pc[2]]; NEXT;
mul:	r[pc[1]] *= r[pc[2]] | 1; NEXT;
and:	r[pc[1]] &= r[pc[2]]; NEXT;
ldm:	r[pc[1]] = cells[r[pc[2]] & 255]; NEXT;
stm:	cells[r[pc[1]] & 255] = r[pc[2]]; NEXT;
halt:	return r[0];
}

u64 bcvm(void)
{
	u32 r[8] = {0}, cells[256] = {0};
	u64 h = 0;
	long i, n = work(10000);

	for (i = 0; i < n; i++)
		h = mix(h, once(r, cells, i));
	return h;
}
