/* The auxiliary vector. */
#include "check.h"
#include <elf.h>
#include <link.h>
#include <sys/auxv.h>
#include <unistd.h>

static int segments;

static int count(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	if (!*(int *)data)
		*(int *)data = info->dlpi_phnum;
	segments++;
	return 0;
}

int main(void)
{
	const unsigned char *random = (void *)getauxval(AT_RANDOM);
	const char *name = (void *)getauxval(AT_EXECFN);
	int headers = 0, i, different = 0;

	check((long)getauxval(AT_PAGESZ) == sysconf(_SC_PAGESIZE));
	check(getauxval(AT_UID) == getuid() && getauxval(AT_EUID) == geteuid());
	check(getauxval(AT_GID) == getgid() && getauxval(AT_EGID) == getegid());
	check(getauxval(AT_SECURE) == 0);
	check(getauxval(AT_CLKTCK) == 100 && sysconf(_SC_CLK_TCK) == 100);
	check(name && strstr(name, "auxiliary"));
	need(random);
	for (i = 1; i < 16; i++)
		different += random[i] != random[0];
	check(different > 0);
	check(getauxval(AT_PHENT) == sizeof(ElfW(Phdr)) && getauxval(AT_PHNUM) > 2);
	check(getauxval(AT_PHDR) % sizeof(long) == 0 && getauxval(AT_ENTRY) != 0);
	dl_iterate_phdr(count, &headers);
	check(segments >= 1 && headers == (int)getauxval(AT_PHNUM));
	check(getauxval(0x7777) == 0 && errno == ENOENT);
	return result();
}
