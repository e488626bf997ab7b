// version: which build this is.

#include "kernel/version.h"
#include "kernel/commands/commands.h"
#include "kernel/lib/json.h"

static enum result version_run(struct command_call *call)
{
    enum result result = command_expect(call, 0, 0);
    if (result != RESULT_OK)
        return result;
    if (!call->json) {
        output_format(call->out, "%s\n", version_text);
        return RESULT_OK;
    }
    struct json json;
    json_line_begin(&json, call->out, "version");
    json_string(&json, "text", version_text);
    json_string(&json, "version", version_release);
    json_string(&json, "commit", version_commit);
    if (version_commit)
        json_bool(&json, "changed", version_changed);
    else
        json_null(&json, "changed");
    json_string(&json, "date", version_date);
    json_string(&json, "compiler", version_compiler);
    json_line_end(&json);
    return RESULT_OK;
}

const struct command command_version = {
    .name = "version",
    .usage = "version",
    .summary = "Which build this is",
    .run = version_run,
    .examples = "version\n",
};
