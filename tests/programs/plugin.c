/* A library that tls.c and libraries.c load. */
static _Thread_local int counter = 100;
static int *place;
int plugin_data = 1234;
int plugin_order;
extern int host_function(int) __attribute__((weak));

__attribute__((constructor)) static void loaded(void)
{
	plugin_order = 1;
}

int plugin_count(void)
{
	return ++counter;
}

int **plugin_place(void)
{
	place = &counter;
	return &place;
}

int plugin_call(int x)
{
	return host_function ? host_function(x) : -1;
}
