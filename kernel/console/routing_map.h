// The routing map, printed when the boot is done.
#ifndef KERNEL_CONSOLE_ROUTING_MAP_H
#define KERNEL_CONSOLE_ROUTING_MAP_H

#include "kernel/lib/output.h"

// One row per connected function: kind, number of messages, and cpu:vector of the first ones; under 100 columns.
void routing_map_print(struct output *out);

#endif
