/* The dynamic linker: dlopen, dlsym, dlerror, dladdr.
 *
 * with: plugin
 * link: dynamic
 */
#include "check.h"
#include <dlfcn.h>
#include <link.h>

__attribute__((visibility("default"))) int host_function(int x)
{
	return x * 3;
}

static int names(struct dl_phdr_info *info, size_t size, void *found)
{
	(void)size;
	if (info->dlpi_name && strstr(info->dlpi_name, "plugin.so"))
		++*(int *)found;
	return 0;
}

int main(void)
{
	void *library, *again, *self;
	int (*call)(int), found = 0;
	Dl_info info;

	check(dlopen("./absent.so", RTLD_NOW) == NULL && strstr(dlerror(), "absent.so"));
	need((library = dlopen("./plugin.so", RTLD_NOW | RTLD_GLOBAL)) != NULL);
	check((again = dlopen("./plugin.so", RTLD_LAZY)) == library && dlclose(again) == 0);
	check(*(int *)dlsym(library, "plugin_data") == 1234 && *(int *)dlsym(library, "plugin_order") == 1);
	check(dlsym(library, "absent") == NULL && strstr(dlerror(), "absent"));
	check(dlerror() == NULL);
	need((call = (int (*)(int))dlsym(RTLD_DEFAULT, "plugin_call")) != NULL);
	printf("%d\n", call(14));
	check(dladdr((void *)call, &info) && strstr(info.dli_fname, "plugin.so"));
	check(!strcmp(info.dli_sname, "plugin_call"));
	check(dl_iterate_phdr(names, &found) == 0 && found == 1);
	need((self = dlopen(NULL, RTLD_NOW)) != NULL);
	check(dlsym(self, "strlen") != NULL && dlclose(self) == 0 && dlclose(library) == 0);
	return result();
}
