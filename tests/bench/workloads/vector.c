/* Loops that the compiler turns into vector code. */
#pragma GCC optimize("O3")
#include "bench.h"

enum { N = 16384 };

static u64 v_saxpy(void)
{
	static float x[N], y[N];
	double sum = 0;
	long r, n = work(4000);
	int i;

	for (i = 0; i < N; i++) {
		x[i] = i % 97;
		y[i] = i % 31;
	}
	bench_start();
	for (r = 0; r < n; r++) {
		float a = 0.001f * (r & 7);

		for (i = 0; i < N; i++)
			y[i] = y[i] * 0.5f + a * x[i];
	}
	for (i = 0; i < N; i++)
		sum += y[i];
	return rounded(sum);
}

static u64 v_idot(void)
{
	static int32_t a[N], b[N];
	u32 h = 0;
	long r, n = work(6000);
	int i;

	for (i = 0; i < N; i++) {
		a[i] = i * 3;
		b[i] = i ^ 5;
	}
	bench_start();
	for (r = 0; r < n; r++) {
		u32 sum = 0;

		a[r & 8191]++;
		for (i = 0; i < N; i++)
			sum += (u32)(a[i] ^ b[i]) + ((u32)a[i] << 3);
		h ^= sum;
	}
	return h;
}

static u64 v_blend(void)
{
	static u8 p[N], q[N], out[N];
	long r, n = work(2500);
	u64 h = 0;
	int i;

	for (i = 0; i < N; i++) {
		p[i] = i * 5;
		q[i] = i * 11;
	}
	bench_start();
	for (r = 0; r < n; r++) {
		for (i = 0; i < N; i++) {
			int distance = p[i] > q[i] ? p[i] - q[i] : q[i] - p[i];

			out[i] = (p[i] + q[i] + 1) >> 1;
			q[i] = distance + r;
		}
		h = mix(h, out[r % N]);
	}
	return h;
}

const struct workload vector[] = {{"v_saxpy", v_saxpy}, {"v_idot", v_idot}, {"v_blend", v_blend}, {0}};
