/* What runs before main and after it, in which order. */
#include <stdio.h>

__attribute__((constructor(102))) static void second(void) { puts("constructor 102"); }
__attribute__((constructor(101))) static void first(void) { puts("constructor 101"); }
__attribute__((constructor)) static void plain(void) { puts("constructor"); }
__attribute__((destructor(101))) static void last(void) { puts("destructor 101"); }
__attribute__((destructor)) static void before(void) { puts("destructor"); }

static void early(void)
{
	puts("init_array");
}

__attribute__((section(".init_array"), used)) static void (*entry)(void) = early;

int main(void)
{
	puts("main");
	return 0;
}
