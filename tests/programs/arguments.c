/* argc, argv and what follows them in memory.
 *
 * run:
 * run: one two three
 * run: "with a blank" "" "*" "$HOME" "\u00e9"
 */
#include "check.h"

extern char **environ;

int main(int argc, char **argv, char **envp)
{
	int i;

	printf("argc %d\n", argc);
	for (i = 1; i < argc; i++)
		printf("argv[%d] = [%s]\n", i, argv[i]);
	check(argv[argc] == NULL && envp == environ && envp == argv + argc + 1);
	check(strstr(argv[0], "arguments") != NULL);
	check(!strcmp(program_invocation_name, argv[0]));
	check(!strncmp(program_invocation_short_name, "arguments", 9));
	return result();
}
