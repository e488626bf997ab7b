// Waiting for a command that a controller ends with an interrupt.

#include "drivers/command_wait.h"
#include "kernel/runtime/log.h"

#define COMMAND_BOUND WAIT_MILLISECONDS(2000)

static bool command_is_done(void *context)
{
    const struct command_wait *wait = context;

    return wait->is_done(wait->queue, wait->slot);
}

enum result command_await(struct command_wait *wait)
{
    char text[DEVICE_ADDRESS_TEXT];

    if (wait_until(command_is_done, wait, COMMAND_BOUND) == RESULT_OK)
        return RESULT_OK;
    wait->serve(wait->queue);
    if (!command_is_done(wait))
        return RESULT_TIMEOUT;
    log_error("%s %s: a command completed, but message %u did not arrive", wait->driver,
              pci_address_format(wait->device->address, text), wait->message);
    return RESULT_MISMATCH;
}
