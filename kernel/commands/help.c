// help: the commands, or how one is used.

#include "kernel/commands/commands.h"
#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"

enum { HELP_USAGE_WIDTH = 27 };

// A long usage has a line of its own.
static void help_print_text(struct output *out, const struct command *command)
{
    bool is_long = strlen(command->usage) > HELP_USAGE_WIDTH;
    output_format(out, "%-*s%s", HELP_USAGE_WIDTH, command->usage, is_long ? "\n" : "");
    output_format(out, "%*s %s\n", is_long ? HELP_USAGE_WIDTH : 0, "", command->summary);
}

static void help_print(struct command_call *call, const struct command *command)
{
    if (!call->json) {
        help_print_text(call->out, command);
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
                      "Devices (BDF) are SSSS:BB:DD.F, messages (N) count from 0, numbers are decimal or 0x.\n"
                      "--json prints one object per line; ';' parts commands; Tab completes, Ctrl-C stops.\n");
    }
    return RESULT_OK;
}

const struct command command_help = {"help", "help [COMMAND]", "The commands, or how one is used", help_run};
