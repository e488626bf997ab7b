// poweroff, reboot, exit: leaving the machine.

#include "kernel/power.h"
#include "kernel/commands/commands.h"

enum { EXIT_LIMIT = 127 }; // QEMU's status is twice this and one, in a byte

static enum result poweroff_run(struct command_call *call)
{
    enum result result = command_expect(call, 0, 0);
    if (result != RESULT_OK)
        return result;
    power()->power_off();
    return command_fail(call, RESULT_FAILED, "the machine did not switch off");
}

static enum result reboot_run(struct command_call *call)
{
    enum result result = command_expect(call, 0, 0);
    if (result != RESULT_OK)
        return result;
    power()->reboot();
    return command_fail(call, RESULT_FAILED, "the machine did not restart");
}

static enum result exit_run(struct command_call *call)
{
    uint64_t code;
    enum result result = command_expect(call, 1, 1);
    if (result == RESULT_OK)
        result = command_number(call, 1, &code);
    if (result != RESULT_OK)
        return result;
    if (code > EXIT_LIMIT)
        return command_fail(call, RESULT_INVALID, "N is 0 to %u", (unsigned)EXIT_LIMIT);
    power()->debug_exit((uint32_t)code);
    power()->power_off();
    return command_fail(call, RESULT_FAILED, "there is no debug exit and the machine did not switch off");
}

const struct command command_poweroff = {"poweroff", "poweroff", "Switches the machine off", poweroff_run};
const struct command command_reboot = {"reboot", "reboot", "Restarts the machine", reboot_run};
const struct command command_exit = {"exit", "exit N", "Ends QEMU with status 2N+1, else switches off", exit_run};
