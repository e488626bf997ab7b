// memory: how much of it the kernel was given, and what it has taken.

#include "kernel/commands/commands.h"
#include "kernel/lib/json.h"
#include "kernel/runtime/page.h"

static enum result memory_run(struct command_call *call)
{
    enum result result = command_expect(call, 0, 0);
    uint64_t total = page_total() * PAGE_SIZE, free = page_free_total() * PAGE_SIZE;

    if (result != RESULT_OK)
        return result;
    if (!call->json) {
        output_format(call->out, "%llu KiB, %llu KiB in use\n", (unsigned long long)total / 1024,
                      (unsigned long long)(total - free) / 1024);
        return RESULT_OK;
    }
    struct json json;
    json_line_begin(&json, call->out, "memory_summary");
    json_number(&json, "total", total);
    json_number(&json, "used", total - free);
    json_line_end(&json);
    return RESULT_OK;
}

const struct command command_memory = {
    .name = "memory",
    .usage = "memory",
    .summary = "Says how much memory there is and how much is in use",
    .run = memory_run,
    .examples = "memory\n",
};
