// selftest: every check of kernel/proof/selftest.c, and whether all passed.

#include "kernel/proof/selftest.h"
#include "kernel/commands/commands.h"
#include "kernel/proof/verdict.h"

static enum result selftest_run(struct command_call *call)
{
    enum result result = command_expect(call, 0, 0);
    if (result != RESULT_OK)
        return result;
    struct selftest test = {.out = call->out, .json = call->json};
    selftest_run_all(&test);
    verdict_show();
    if (console_stop_asked())
        return command_fail(call, RESULT_STOPPED, "stopped");
    if (test.failed) {
        return command_fail(call, RESULT_FAILED, "selftest: %u of %u checks failed", test.failed,
                            test.passed + test.failed);
    }
    return RESULT_OK;
}

const struct command command_selftest = {
    .name = "selftest",
    .usage = "selftest",
    .summary = "Checks the table, the drivers and every route",
    .run = selftest_run,
    .examples = "selftest\n",
};
