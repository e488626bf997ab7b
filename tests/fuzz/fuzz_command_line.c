// Whatever the firmware hands over as a command line: parsed within its bounds, every text terminated.

#include "kernel/console/command_line.h"
#include "kernel/runtime/log.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct command_line line;

    memset(&line, 0xa5, sizeof(line));
    command_line_parse((const char *)bytes, size, &line);
    require(memchr(line.run, 0, sizeof(line.run)) != NULL);
    require(memchr(line.unknown, 0, sizeof(line.unknown)) != NULL);
    require(memchr(line.console.pci, 0, sizeof(line.console.pci)) != NULL);
    require(line.console.kind <= CONSOLE_NONE && line.console.port < 4);
    require(line.console.baud && 115200 % line.console.baud == 0);
    require(line.log_level <= LOG_DEBUG && line.policy < IRQ_POLICY_COUNT);
    return 0;
}
