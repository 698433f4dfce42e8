// A plugin for gcc 12 on SuperH that leaves out the passes sh_treg_combine: they drop the comparison in front of a loop's
// branch where the loop is entered by a jump to it.
#include "gcc-plugin.h"
#include "tree-pass.h"
#include <cstring>

int plugin_is_GPL_compatible;

static void choose(void *gate, void *)
{
	if (!strncmp(current_pass->name, "sh_", 3))
		*static_cast<int *>(gate) = 0;
}

int plugin_init(plugin_name_args *args, plugin_gcc_version *)
{
	register_callback(args->base_name, PLUGIN_OVERRIDE_GATE, choose, nullptr);
	return 0;
}
