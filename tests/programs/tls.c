/* Thread-local variables, of the program and of a library. pthread calls that need no second thread.
 *
 * with: plugin
 * link: dynamic
 */
#include "check.h"
#include <dlfcn.h>
#include <pthread.h>

static _Thread_local int small = 11;
static _Thread_local char big[5000];
static _Thread_local struct { char odd; uint64_t wide; } __attribute__((aligned(64))) shaped = {1, 2};

int main(void)
{
	int (*count)(void), **(*place)(void);
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	pthread_key_t key;
	void *library;

	check(small == 11 && shaped.odd == 1 && shaped.wide == 2 && (uintptr_t)&shaped % 64 == 0);
	big[4999] = 5;
	check(big[4999] == 5 && big[0] == 0 && ++small == 12);
	need((library = dlopen("./plugin.so", RTLD_NOW)) != NULL);
	need((count = (int (*)(void))dlsym(library, "plugin_count")) != NULL);
	check(count() == 101 && count() == 102 && small == 12);
	place = (int **(*)(void))dlsym(library, "plugin_place");
	check(place && **place() == 102);
	check(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_trylock(&mutex) == EBUSY);
	check(pthread_mutex_unlock(&mutex) == 0 && pthread_self() == pthread_self());
	check(pthread_key_create(&key, NULL) == 0 && pthread_getspecific(key) == NULL);
	check(pthread_setspecific(key, &key) == 0 && pthread_getspecific(key) == &key);
	return result();
}
