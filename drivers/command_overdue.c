// A command whose interrupt did not come within its bound.

#include "drivers/command_overdue.h"
#include "kernel/runtime/log.h"

RARE enum result command_overdue(const struct command_kind *kind, const struct device *device, uint32_t message,
                                 void *command)
{
    char text[DEVICE_ADDRESS_TEXT];

    kind->serve(command);
    if (!kind->is_done(command))
        return RESULT_TIMEOUT;
    log_error("%s %s: a command completed, but message %u did not arrive", kind->driver,
              pci_address_format(device->address, text), message);
    return RESULT_MISMATCH;
}
