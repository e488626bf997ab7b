// help: the commands, or how one is used.

#include "kernel/commands/commands.h"
#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"

enum { HELP_USAGE_WIDTH = 27, HELP_WORD_WIDTH = 11, HELP_PART_LENGTH = 80 };

// Takes what stands before `end` out of *text, which then stands behind it. False: nothing is left.
static bool help_take(const char **text, char end, const char **part, size_t *length)
{
    *part = *text;
    *length = 0;
    if (!*text || !**text)
        return false;
    while ((*part)[*length] != end)
        (*length)++;
    *text += *length + 1;
    return true;
}

// A row of the list. A long usage has a line of its own.
static void help_print_row(struct output *out, const struct command *command)
{
    bool is_long = strlen(command->usage) > HELP_USAGE_WIDTH;
    output_format(out, "%-*s%s", HELP_USAGE_WIDTH, command->usage, is_long ? "\n" : "");
    output_format(out, "%*s %s\n", is_long ? HELP_USAGE_WIDTH : 0, "", command->summary);
}

static void help_print_details(struct output *out, const struct command *command)
{
    const char *options = command->options, *examples = command->examples;
    const char *word, *meaning;
    size_t word_length, meaning_length;

    output_format(out, "%s\n%s\n", command->usage, command->summary);
    while (help_take(&options, '\t', &word, &word_length) && help_take(&options, '\n', &meaning, &meaning_length))
        output_format(out, "  %-*.*s %.*s\n", HELP_WORD_WIDTH, (int)word_length, word, (int)meaning_length, meaning);
    output_format(out, "  %-*s prints JSON, one object a line\n", HELP_WORD_WIDTH, "--json");
    while (help_take(&examples, '\n', &word, &word_length))
        output_format(out, "example: %.*s\n", (int)word_length, word);
}

static void help_json_part(struct json *json, const char *key, const char *part, size_t length)
{
    char text[HELP_PART_LENGTH];

    format_text(text, sizeof(text), "%.*s", (int)length, part);
    json_string(json, key, text);
}

static void help_json_details(struct json *json, const struct command *command)
{
    const char *options = command->options, *examples = command->examples;
    const char *word, *meaning;
    size_t word_length, meaning_length;

    json_array_begin(json, "options");
    while (help_take(&options, '\t', &word, &word_length) && help_take(&options, '\n', &meaning, &meaning_length)) {
        json_object_begin(json, NULL);
        help_json_part(json, "word", word, word_length);
        help_json_part(json, "meaning", meaning, meaning_length);
        json_object_end(json);
    }
    json_array_end(json);
    json_array_begin(json, "examples");
    while (help_take(&examples, '\n', &word, &word_length))
        help_json_part(json, NULL, word, word_length);
    json_array_end(json);
}

static void help_print_json(struct output *out, const struct command *command)
{
    struct json json;

    json_line_begin(&json, out, "command");
    json_string(&json, "name", command->name);
    json_string(&json, "usage", command->usage);
    json_string(&json, "summary", command->summary);
    help_json_details(&json, command);
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
        (call->json ? help_print_json : help_print_details)(call->out, command);
        return RESULT_OK;
    }
    for (const struct command *const *each = command_list; *each; each++)
        (call->json ? help_print_json : help_print_row)(call->out, *each);
    if (!call->json) {
        output_format(call->out, "Devices (BDF) are SSSS:BB:DD.F, messages (N) count from 0, numbers are decimal\n"
                                 "or 0x. --json prints one object per line; ';' parts commands; Tab completes,\n"
                                 "Ctrl-C stops, Ctrl-S holds until Ctrl-Q, Ctrl-R finds a line typed before;\n"
                                 "COMMAND | more shows a screen at a time.\n"
                                 "help COMMAND explains its words and gives examples.\n");
    }
    return RESULT_OK;
}

const struct command command_help = {
    .name = "help",
    .usage = "help [COMMAND]",
    .summary = "The commands, or how one is used",
    .run = help_run,
    .options = "COMMAND\tthis one alone, with its words and examples\n",
    .examples = "help\n"
                "help fire\n",
};
