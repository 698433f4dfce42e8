/* Floating point. */
#include "bench.h"
#include <math.h>

enum { SIDE = 160, POINTS = 4096, BODIES = 5 };

static u64 matmul(void)
{
	static double a[SIDE][SIDE], b[SIDE][SIDE], c[SIDE][SIDE];
	double trace = 0;
	long r, n = work(10);
	int i, j, k;

	for (i = 0; i < SIDE; i++)
		for (j = 0; j < SIDE; j++) {
			a[i][j] = (i + j) * 0.01;
			b[i][j] = (i - 2 * j) * 0.02;
		}
	bench_start();
	for (r = 0; r < n; r++) {
		a[r % SIDE][r % SIDE] += 1;
		for (i = 0; i < SIDE; i++)
			for (j = 0; j < SIDE; j++) {
				double sum = 0;

				for (k = 0; k < SIDE; k++)
					sum += a[i][k] * b[k][j];
				c[i][j] = sum;
			}
		trace += c[r % SIDE][SIDE - 1 - r % SIDE];
	}
	return rounded(trace);
}

struct body {
	double x, y, z, vx, vy, vz, mass;
};

static void attract(struct body *a, struct body *b, double dt)
{
	double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
	double square = dx * dx + dy * dy + dz * dz, pull = dt / (square * sqrt(square));

	a->vx -= dx * b->mass * pull;
	a->vy -= dy * b->mass * pull;
	a->vz -= dz * b->mass * pull;
	b->vx += dx * a->mass * pull;
	b->vy += dy * a->mass * pull;
	b->vz += dz * a->mass * pull;
}

static u64 nbody(void)
{
	struct body b[BODIES] = {{0, 0, 0, 0, 0, 0, 39.47}, {4.84, -1.16, -0.10, 0.606, 2.81, -0.02, 0.0376},
		{8.34, 4.12, -0.4, -1.01, 1.82, 0.008, 0.0113}, {12.9, -15.1, -0.22, 1.08, 0.868, -0.01, 0.0017},
		{15.4, -25.9, 0.18, 0.979, 0.594, -0.035, 0.002}};
	const double dt = 0.01;
	long n;
	int i, j;

	for (n = work(100000); n > 0; n--) {
		for (i = 0; i < BODIES; i++)
			for (j = i + 1; j < BODIES; j++)
				attract(&b[i], &b[j], dt);
		for (i = 0; i < BODIES; i++) {
			b[i].x += dt * b[i].vx;
			b[i].y += dt * b[i].vy;
			b[i].z += dt * b[i].vz;
		}
	}
	return rounded(b[1].x) ^ rounded(b[3].y);
}

static float re[POINTS], im[POINTS], cosine[POINTS], sine[POINTS];

static void reverse_bits(void)
{
	int i, j, bit;

	for (i = 1, j = 0; i < POINTS; i++) {
		for (bit = POINTS >> 1; j & bit; bit >>= 1)
			j ^= bit;
		j ^= bit;
		if (i < j) {
			float t = re[i];

			re[i] = re[j];
			re[j] = t;
			t = im[i];
			im[i] = im[j];
			im[j] = t;
		}
	}
}

static void butterflies(int length)
{
	int i, k, step = POINTS / length, half = length / 2;

	for (i = 0; i < POINTS; i += length)
		for (k = i; k < i + half; k++) {
			float c = cosine[(k - i) * step], s = sine[(k - i) * step];
			float x = re[k + half] * c - im[k + half] * s, y = re[k + half] * s + im[k + half] * c;

			re[k + half] = re[k] - x;
			im[k + half] = im[k] - y;
			re[k] += x;
			im[k] += y;
		}
}

static u64 fftf(void)
{
	long r, n = work(200);
	u64 peaks = 0;
	int i, length;

	for (i = 0; i < POINTS; i++) {
		cosine[i] = cosf(6.2831853f * i / POINTS);
		sine[i] = sinf(6.2831853f * i / POINTS);
	}
	bench_start();
	for (r = 0; r < n; r++) {
		for (i = 0; i < POINTS; i++) {
			re[i] = (i * 7 + r) % 32;
			im[i] = 0;
		}
		reverse_bits();
		for (length = 2; length <= POINTS; length <<= 1)
			butterflies(length);
		for (i = 0; i < POINTS; i++)
			peaks += fabsf(re[i]) > 1e3f;
	}
	return peaks;
}

static u64 libm(void)
{
	double sum = 0;
	long i, n = work(500000);

	for (i = 1; i < n; i++) {
		double x = i * 0.001;

		sum += sin(x) * exp(-x * 0.01) + log(x) + pow(x, 0.3) + sqrt(x);
	}
	return rounded(sum);
}

static u64 fcvt_(void)
{
	double sum = 0;
	u32 seed = 9;
	long n;

	for (n = work(4000000); n > 0; n--) {
		float f = (float)(int)(random32(&seed) >> 8) * 0.5f;

		sum += (double)(int)f;
		if (f > 4e6f)
			sum -= 1;
	}
	return (u64)sum;
}

const struct workload floating[] = {{"matmul", matmul}, {"nbody", nbody}, {"fftf", fftf}, {"libm", libm},
	{"fcvt", fcvt_}, {0}};
