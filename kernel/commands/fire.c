// fire: provokes a message in hardware and says whether it came.

#include "kernel/commands/commands.h"
#include "kernel/console/progress.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/json.h"
#include "kernel/proof/shot.h"

enum { FIRE_LIMIT = 1000000 };

#define FIRE_MASKED_BOUND WAIT_MILLISECONDS(1000)

struct fire {
    struct message *message;
    uint32_t deliveries; // arrivals one shot has
    uint64_t sent;
    uint64_t handled; // shots that arrived, each with all its deliveries
    bool pending;
};

static void fire_print(struct command_call *call, const struct fire *fire)
{
    char address[DEVICE_ADDRESS_TEXT];
    pci_address_format(device_of(fire->message->set)->address, address);
    if (!call->json) {
        output_format(call->out, "%s %u: sent %llu, handled %llu on cpu %u%s\n", address, fire->message->index,
                      (unsigned long long)fire->sent, (unsigned long long)fire->handled, fire->message->cpu,
                      fire->pending ? ", pending" : "");
        return;
    }
    struct json json;
    json_line_begin(&json, call->out, "fire");
    json_string(&json, "bdf", address);
    json_number(&json, "index", fire->message->index);
    json_number(&json, "sent", fire->sent);
    json_number(&json, "handled", fire->handled);
    json_bool(&json, "pending", fire->pending);
    json_number(&json, "deliveries", fire->deliveries);
    json_line_end(&json);
}

// Shots one after another, up to the first that goes wrong, or Ctrl-C.
static enum result fire_shots(struct fire *fire, uint64_t count)
{
    enum result result = RESULT_OK;
    while (fire->sent < count && result == RESULT_OK) {
        result = shot_fire(fire->message, fire->deliveries);
        fire->sent += result == RESULT_OK || result == RESULT_TIMEOUT;
        fire->handled += result == RESULT_OK;
        progress_show(fire->sent, count);
        if (result == RESULT_OK && console_stop_asked())
            result = RESULT_STOPPED;
    }
    return result;
}

struct fire_masked_wait {
    const struct message *message;
    uint64_t before;
};

static bool fire_masked_is_decided(void *context)
{
    const struct fire_masked_wait *wait = context;
    return message_count_all(wait->message) != wait->before || shot_is_pending(wait->message);
}

// One shot at a masked message: it must not come, and must wait at the device.
static enum result fire_masked(struct fire *fire)
{
    struct fire_masked_wait wait = {fire->message, message_count_all(fire->message)};
    enum result result = shot_send(fire->message);
    if (result != RESULT_OK)
        return result;
    (void)!wait_until(fire_masked_is_decided, &wait, FIRE_MASKED_BOUND);
    fire->sent = 1;
    fire->handled = (message_count_all(fire->message) - wait.before) / fire->deliveries;
    return fire->handled ? RESULT_OK : RESULT_TIMEOUT;
}

static enum result fire_report(struct command_call *call, const struct fire *fire, enum result result)
{
    if (result == RESULT_OK)
        return RESULT_OK;
    if (result == RESULT_STOPPED)
        return command_fail(call, result, "stopped");
    if (result != RESULT_TIMEOUT) {
        return command_fail(call, result, "%s %s could not be fired: %s", call->words[1], call->words[2],
                            result_name(result));
    }
    if (fire->message->masked) {
        return command_fail(call, result, "masked: %s",
                            fire->pending ? "pending at the device" : "not pending at the device either");
    }
    return command_fail(call, result, "shot %llu did not arrive within a second%s", (unsigned long long)fire->sent,
                        fire->pending ? ", pending at the device" : "");
}

static enum result fire_parse(struct command_call *call, struct fire *fire, uint64_t *count)
{
    *count = 1;
    enum result result = command_expect(call, 2, 3);
    if (result == RESULT_OK)
        result = command_message(call, 1, &fire->message);
    if (result == RESULT_OK && call->word_count == 4)
        result = command_number(call, 3, count);
    if (result != RESULT_OK)
        return result;
    if (*count == 0 || *count > FIRE_LIMIT)
        return command_fail(call, RESULT_INVALID, "COUNT is 1 to %u", (unsigned)FIRE_LIMIT);
    if (!shot_is_possible(fire->message, &fire->deliveries))
        return command_fail(call, RESULT_UNSUPPORTED, "%s %s: %s", call->words[1], call->words[2],
                            shot_obstacle(fire->message));
    return RESULT_OK;
}

static enum result fire_run(struct command_call *call)
{
    struct fire fire = {0};
    uint64_t count;
    enum result result = fire_parse(call, &fire, &count);
    if (result != RESULT_OK)
        return result;
    result = fire.message->masked ? fire_masked(&fire) : fire_shots(&fire, count);
    fire.pending = result == RESULT_TIMEOUT && shot_is_pending(fire.message);
    fire_print(call, &fire);
    return fire_report(call, &fire, result);
}

const struct command command_fire = {
    .name = "fire",
    .usage = "fire BDF N [COUNT]",
    .summary = "Provokes a message and waits for it",
    .run = fire_run,
    .options = OPTION_BDF OPTION_N "COUNT\tso many, each after the one before: 1 to 1000000, else 1\n",
    .examples = "fire 00:06.0 0 3\n",
};
