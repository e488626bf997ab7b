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

const struct command command_poweroff = {
    .name = "poweroff",
    .usage = "poweroff",
    .summary = "Switches the machine off",
    .run = poweroff_run,
    .examples = "poweroff\n",
};
const struct command command_reboot = {
    .name = "reboot",
    .usage = "reboot",
    .summary = "Restarts the machine",
    .run = reboot_run,
    .examples = "reboot\n",
};
const struct command command_exit = {
    .name = "exit",
    .usage = "exit N",
    .summary = "Ends QEMU with status 2N+1, else switches off",
    .run = exit_run,
    .options = "N\t0 to 127\n",
    .examples = "exit 0\n",
};
