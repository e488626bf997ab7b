// repeat and sleep: a command again and again, and a pause between two.

#include "kernel/commands/commands.h"
#include "kernel/core/wait.h"
#include "kernel/lib/memory.h"

enum { REPEAT_MOST = 1000000, SLEEP_LONGEST = 86400000 };

static enum result sleep_run(struct command_call *call)
{
    uint64_t milliseconds;
    enum result result = command_expect(call, 1, 1);
    if (result == RESULT_OK)
        result = command_number(call, 1, &milliseconds);
    if (result != RESULT_OK)
        return result;
    if (milliseconds == 0 || milliseconds > SLEEP_LONGEST)
        return command_fail(call, RESULT_INVALID, "MS is 1 to %u", (unsigned)SLEEP_LONGEST);
    return console_pause(milliseconds * WAIT_MILLISECONDS(1)) ? command_fail(call, RESULT_STOPPED, "stopped")
                                                              : RESULT_OK;
}

// The words behind the number are the command's.
static enum result repeat_run(struct command_call *call)
{
    struct command_call each = *call;
    uint64_t times;
    enum result result = command_expect(call, 2, CONSOLE_WORD_COUNT);
    if (result == RESULT_OK)
        result = command_number(call, 1, &times);
    if (result != RESULT_OK)
        return result;
    if (times == 0 || times > REPEAT_MOST)
        return command_fail(call, RESULT_INVALID, "N is 1 to %u", (unsigned)REPEAT_MOST);
    each.word_count = call->word_count - 2;
    memcpy(each.words, call->words + 2, each.word_count * sizeof(each.words[0]));
    const struct command *command = command_find(each.words[0]);
    if (!command || command->run == repeat_run)
        return command_fail(call, RESULT_NOT_FOUND, "'%.40s' is no command to repeat", each.words[0]);
    for (uint64_t i = 0; i < times && result == RESULT_OK; i++) {
        if (console_stop_asked())
            return command_fail(call, RESULT_STOPPED, "stopped");
        result = command->run(&each);
    }
    return result == RESULT_OK ? RESULT_OK : command_fail(call, result, "%s", each.error);
}

const struct command command_repeat = {
    .name = "repeat",
    .usage = "repeat N COMMAND",
    .summary = "A command N times, until one fails or Ctrl-C",
    .run = repeat_run,
    .options = "N\thow often: 1 to 1000000\n"
               "COMMAND\twith its words behind it\n",
    .examples = "repeat 3 version\n",
};

const struct command command_sleep = {
    .name = "sleep",
    .usage = "sleep MS",
    .summary = "Waits",
    .run = sleep_run,
    .options = "MS\tmilliseconds: 1 to 86400000\n",
    .examples = "sleep 10\n",
};
