// why: the way of one message, link by link, and the first that is broken.

#include "kernel/diagnose/why.h"
#include "kernel/commands/columns.h"
#include "kernel/commands/commands.h"
#include "kernel/lib/json.h"

enum { WHY_NAME_WIDTH = 16, WHY_DETAIL_COLUMN = WHY_NAME_WIDTH + 8 };

static const char *why_word(const struct why_link *link)
{
    if (!link->is_read)
        return "unread";
    return link->is_ok ? "ok" : "BROKEN";
}

static void why_print(struct command_call *call, const struct why *why)
{
    for (uint32_t i = 0; i < why->count; i++) {
        const struct why_link *link = &why->links[i];
        output_format(call->out, "%-*s %-6s ", WHY_NAME_WIDTH, link->name, why_word(link));
        columns_print(call->out, WHY_DETAIL_COLUMN, link->detail);
    }
    output_format(call->out, "verdict: ");
    columns_print(call->out, 9, why->verdict);
}

static void why_print_json(struct command_call *call, const struct why *why)
{
    char address[DEVICE_ADDRESS_TEXT];
    struct json json;
    json_line_begin(&json, call->out, "why");
    json_string(&json, "bdf", pci_address_format(device_of(why->message->set)->address, address));
    json_number(&json, "index", why->message->index);
    json_array_begin(&json, "links");
    for (uint32_t i = 0; i < why->count; i++) {
        if (!why->links[i].is_read)
            continue;
        json_object_begin(&json, NULL);
        json_string(&json, "name", why->links[i].name);
        json_bool(&json, "ok", why->links[i].is_ok);
        json_string(&json, "detail", why->links[i].detail);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_array_begin(&json, "not_read");
    for (uint32_t i = 0; i < why->count; i++)
        if (!why->links[i].is_read)
            json_string(&json, NULL, why->links[i].name);
    json_array_end(&json);
    json_string(&json, "broken", why->broken ? why->broken->name : NULL);
    json_string(&json, "verdict", why->verdict);
    json_line_end(&json);
}

static enum result why_run(struct command_call *call)
{
    static struct why why;
    struct message *message;
    enum result result = command_expect(call, 2, 2);
    if (result == RESULT_OK)
        result = command_message(call, 1, &message);
    if (result != RESULT_OK)
        return result;
    why_explain(message, &why);
    (call->json ? why_print_json : why_print)(call, &why);
    return RESULT_OK;
}

const struct command command_why = {
    .name = "why",
    .usage = "why BDF N",
    .summary = "A message's way, and the first link that is broken",
    .run = why_run,
    .options = OPTION_BDF OPTION_N,
    .examples = "why 00:06.0 0\n",
};
