// log: the log ring once more, oldest line first.

#include "kernel/runtime/log.h"
#include "kernel/commands/commands.h"
#include "kernel/lib/json.h"

enum { LOG_LINE_LENGTH = LOG_TEXT_LENGTH + 64 };

// An output that makes each line it gets one JSON object.
struct log_objects {
    struct output output;
    struct output *out;
    size_t length;
    char line[LOG_LINE_LENGTH];
};

static void log_object_end(struct log_objects *objects)
{
    struct json json;
    objects->line[objects->length] = '\0';
    objects->length = 0;
    json_line_begin(&json, objects->out, "log");
    json_string(&json, "text", objects->line);
    json_line_end(&json);
}

static void log_objects_write(struct output *self, const char *bytes, size_t length)
{
    struct log_objects *objects = CONTAINER_OF(self, struct log_objects, output);
    for (size_t i = 0; i < length; i++)
        if (bytes[i] == '\n')
            log_object_end(objects);
        else if (objects->length < LOG_LINE_LENGTH - 1)
            objects->line[objects->length++] = bytes[i];
}

static enum result log_run(struct command_call *call)
{
    enum result result = command_expect(call, 0, 0);
    if (result != RESULT_OK)
        return result;
    struct log_objects objects = {.output.write = log_objects_write, .out = call->out};
    log_replay(call->json ? &objects.output : call->out, LOG_DEBUG);
    return RESULT_OK;
}

const struct command command_log = {
    .name = "log",
    .usage = "log",
    .summary = "Everything logged so far, oldest first",
    .run = log_run,
    .is_verbatim = true,
    .examples = "log\n",
};
