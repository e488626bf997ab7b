// help: the commands, or how one is used.

#include "kernel/commands/commands.h"
#include "kernel/json.h"

static void help_print(struct command_call *call, const struct command *command)
{
    if (!call->json) {
        output_format(call->out, "%-27s %s\n", command->usage, command->summary);
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "command");
    json_string(&json, "name", command->name);
    json_string(&json, "usage", command->usage);
    json_string(&json, "summary", command->summary);
    json_line_end(&json);
}

static enum result help_run(struct command_call *call)
{
    enum result result = command_expect(call, 0, 1);
    if (result != RESULT_OK)
        return result;
    if (call->word_count == 2) {
        const struct command *command = command_find(call->words[1]);
        if (!command)
            return command_fail(call, RESULT_NOT_FOUND, "there is no command '%.40s'", call->words[1]);
        help_print(call, command);
        return RESULT_OK;
    }
    for (const struct command *const *each = command_list; *each; each++)
        help_print(call, *each);
    if (!call->json) {
        output_format(call->out,
                      "Listings take --json: one object per line. Devices are SSSS:BB:DD.F, N counts from 0.\n");
    }
    return RESULT_OK;
}

const struct command command_help = {"help", "help [COMMAND]", "The commands, or how one is used", help_run};
