// Any bytes as the firmware's console variable.
// sources: boot/console_path.c

#include "boot/console_path.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct handoff_console ports[HANDOFF_CONSOLE_COUNT];
    size_t count = console_path_ports(data, size, ports);

    if (count > HANDOFF_CONSOLE_COUNT)
        abort();
    for (size_t i = 0; i < HANDOFF_CONSOLE_COUNT; i++)
        if ((ports[i].kind != HANDOFF_CONSOLE_NONE) != (i < count) || ports[i].depth > HANDOFF_CONSOLE_DEPTH)
            abort();
    return 0;
}
