// balance: places every device's messages anew, each by its own policy.

#include "kernel/commands/commands.h"
#include "kernel/core/irq_move.h"
#include "kernel/core/message.h"
#include "kernel/lib/json.h"
#include "kernel/runtime/heap.h"

struct balance_sum {
    uint32_t messages, moved, failed;
};

// The messages that are on another processor than before.
static uint32_t moved_of(const struct message_set *set, const uint32_t *before)
{
    uint32_t moved = 0;

    for (uint32_t i = 0; i < set->message_count; i++)
        moved += set->messages[i].cpu != before[i];
    return moved;
}

static void balance_print(struct command_call *call, const struct message_set *set, uint32_t moved, enum result result)
{
    char address[DEVICE_ADDRESS_TEXT];
    struct json json;

    pci_address_format(device_of(set)->address, address);
    if (call->json) {
        json_line_begin(&json, call->out, "balance");
        json_string(&json, "bdf", address);
        json_number(&json, "messages", set->message_count);
        json_number(&json, "moved", moved);
        json_string(&json, "fault", result == RESULT_OK ? NULL : result_name(result));
        json_line_end(&json);
    } else if (moved || result != RESULT_OK) {
        output_format(call->out, "%s: %u of %u messages moved%s%s\n", address, moved, set->message_count,
                      result == RESULT_OK ? "" : ", then: ", result == RESULT_OK ? "" : result_name(result));
    }
}

// What `route` placed stays: a person chose it.
static enum result balance_set(struct command_call *call, struct message_set *set, struct balance_sum *sum)
{
    uint32_t *before = heap_allocate((set->message_count + 1) * sizeof(*before));

    if (!before)
        return command_fail(call, RESULT_NO_MEMORY, "no memory for %u places", set->message_count);
    for (uint32_t i = 0; i < set->message_count; i++)
        before[i] = set->messages[i].cpu;
    enum result result = set->policy == IRQ_POLICY_SPECIFIED_PROCESSORS ? RESULT_OK : irq_policy_set(set, set->policy);
    uint32_t moved = moved_of(set, before);
    heap_free(before);
    sum->messages += set->message_count;
    sum->moved += moved;
    sum->failed += result != RESULT_OK;
    balance_print(call, set, moved, result);
    return RESULT_OK;
}

static enum result balance_run(struct command_call *call)
{
    struct balance_sum sum = {0};
    struct json json;
    enum result result = command_expect(call, 0, 0);

    for (struct message_set *set = message_set_first(); set && result == RESULT_OK; set = set->next)
        result = console_stop_asked() ? command_fail(call, RESULT_STOPPED, "stopped") : balance_set(call, set, &sum);
    if (result != RESULT_OK)
        return result;
    if (call->json) {
        json_line_begin(&json, call->out, "balance_summary");
        json_number(&json, "messages", sum.messages);
        json_number(&json, "moved", sum.moved);
        json_number(&json, "failed", sum.failed);
        json_line_end(&json);
    } else {
        output_format(call->out, "%u of %u messages moved\n", sum.moved, sum.messages);
    }
    return sum.failed ? command_fail(call, RESULT_FAILED, "not every message of %u devices could move", sum.failed)
                      : RESULT_OK;
}

const struct command command_balance = {
    .name = "balance",
    .usage = "balance",
    .summary = "Places all messages anew, by their policies",
    .run = balance_run,
    .examples = "balance\n",
};
