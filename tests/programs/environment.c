/* The environment. */
#include "check.h"

extern char **environ;

static int count(void)
{
	int n = 0;

	while (environ && environ[n])
		n++;
	return n;
}

int main(void)
{
	static char own[] = "OWN=first";
	int start;

	check(getenv("CHECK_GIVEN") && !strcmp(getenv("CHECK_GIVEN"), "by the runner"));
	check(getenv("CHECK_EMPTY") && !*getenv("CHECK_EMPTY") && !getenv("CHECK_ABSENT"));
	start = count();
	check(setenv("NEW", "value", 0) == 0 && count() == start + 1);
	check(setenv("NEW", "other", 0) == 0 && !strcmp(getenv("NEW"), "value"));
	check(setenv("NEW", "other", 1) == 0 && !strcmp(getenv("NEW"), "other"));
	check(putenv(own) == 0 && !strcmp(getenv("OWN"), "first"));
	own[4] = 'F';
	check(!strcmp(getenv("OWN"), "First"));
	check(unsetenv("NEW") == 0 && !getenv("NEW") && unsetenv("NEW") == 0);
	fails(setenv("", "x", 1), EINVAL);
	fails(setenv("a=b", "x", 1), EINVAL);
	fails(unsetenv("a=b"), EINVAL);
	check(secure_getenv("OWN") == own + 4);
	check(clearenv() == 0 && count() == 0 && !getenv("CHECK_GIVEN"));
	return result();
}
