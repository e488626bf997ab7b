// storm: one message fired without a pause, and the guard that keeps the machine alive meanwhile.

#include "kernel/proof/storm.h"
#include "kernel/commands/commands.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/device.h"
#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/number.h"
#include "kernel/proof/shot.h"

enum { STORM_SECONDS = 2, STORM_LONGEST_SECONDS = 3600, STORM_LIMIT = 20000, STORM_MILLISECOND = 1000000 };

#define STORM_LIMIT_WORD "limit="

static enum result storm_limit(struct command_call *call, const char *word, struct storm *storm)
{
    size_t length = strlen(STORM_LIMIT_WORD);

    if (strncmp(word, STORM_LIMIT_WORD, length) == 0 && number_parse(word + length, &storm->limit) &&
        storm->limit >= 100)
        return RESULT_OK;
    return command_fail(call, RESULT_INVALID, "'%.40s' is not limit=ARRIVALS a second, 100 or more", word);
}

static enum result storm_parse(struct command_call *call, struct storm *storm)
{
    uint64_t seconds = STORM_SECONDS;
    enum result result = command_expect(call, 2, 4);

    if (result == RESULT_OK)
        result = command_message(call, 1, &storm->message);
    if (result == RESULT_OK && call->word_count > 3)
        result = command_number(call, 3, &seconds);
    if (result == RESULT_OK && call->word_count > 4)
        result = storm_limit(call, call->words[4], storm);
    if (result != RESULT_OK)
        return result;
    if (seconds == 0 || seconds > STORM_LONGEST_SECONDS)
        return command_fail(call, RESULT_INVALID, "SECONDS is 1 to %u", (unsigned)STORM_LONGEST_SECONDS);
    storm->duration = seconds * WAIT_MILLISECONDS(1000);
    return RESULT_OK;
}

static const char *storm_verdict(const struct storm *storm)
{
    if (storm->is_stopped && storm_passed(storm))
        return "stopped";
    return storm_passed(storm) ? "pass" : "fail";
}

static void storm_print(struct output *out, const struct storm *storm, const char *address)
{
    const struct storm_guard *guard = &storm->guard;

    output_format(out, "%s %u: %llu shots, %llu arrived, limit %llu a second\n", address, storm->message->index,
                  (unsigned long long)storm->shots, (unsigned long long)storm->arrived,
                  (unsigned long long)storm->limit);
    if (guard->silences)
        output_format(out, "silenced %u times, %llu ms in all, the last time for %llu ms\n", guard->silences,
                      (unsigned long long)(guard->silent / STORM_MILLISECOND),
                      (unsigned long long)(guard->last / STORM_MILLISECOND));
    else
        output_format(out, "never silenced: it did not come that often\n");
    output_format(out, "%s %llu ms after the last shot; a shot afterwards %s\n",
                  storm->is_calm ? "calm" : "still not calm", (unsigned long long)(storm->recovery / STORM_MILLISECOND),
                  storm->is_answered ? "arrived" : "did not arrive");
}

static void storm_print_json(struct output *out, const struct storm *storm, const char *address)
{
    struct json json;
    json_line_begin(&json, out, "storm");
    json_string(&json, "bdf", address);
    json_number(&json, "index", storm->message->index);
    json_number(&json, "limit", storm->limit);
    json_number(&json, "sent", storm->shots);
    json_number(&json, "handled", storm->arrived);
    json_number(&json, "silenced", storm->guard.silences);
    json_number(&json, "silenced_ms", storm->guard.silent / STORM_MILLISECOND);
    json_number(&json, "last_silence_ms", storm->guard.last / STORM_MILLISECOND);
    json_number(&json, "recovery_ms", storm->recovery / STORM_MILLISECOND);
    json_bool(&json, "recovered", storm->is_calm && storm->is_answered);
    json_string(&json, "verdict", storm_verdict(storm));
    json_line_end(&json);
}

static enum result storm_judge(struct command_call *call, const struct storm *storm)
{
    if (storm->fault != RESULT_OK)
        return command_fail(call, storm->fault, "storm: could not be fired, silenced or released: %s",
                            result_name(storm->fault));
    if (!storm_passed(storm))
        return command_fail(call, RESULT_FAILED, "storm: %s",
                            storm->is_calm ? "arrivals do not answer to the shots" : "the message did not become calm");
    return storm->is_stopped ? command_fail(call, RESULT_STOPPED, "stopped") : RESULT_OK;
}

static enum result storm_run_command(struct command_call *call)
{
    struct storm storm = {.limit = STORM_LIMIT};
    char address[DEVICE_ADDRESS_TEXT];
    enum result result = storm_parse(call, &storm);

    if (result != RESULT_OK)
        return result;
    pci_address_format(device_of(storm.message->set)->address, address);
    result = storm_run(&storm);
    if (result != RESULT_OK)
        return command_fail(call, result, "%s %u%s%s", address, storm.message->index,
                            result == RESULT_BUSY ? " is masked" : ": ",
                            result == RESULT_BUSY ? "" : shot_obstacle(storm.message));
    (call->json ? storm_print_json : storm_print)(call->out, &storm, address);
    return storm_judge(call, &storm);
}

const struct command command_storm = {
    .name = "storm",
    .usage = "storm BDF N [SECONDS [limit=RATE]]",
    .summary = "Fires without a pause, under the storm guard",
    .run = storm_run_command,
    .options = OPTION_BDF OPTION_N "SECONDS\thow long: 1 to 3600, else 2\n"
                                   "limit=RATE\tarrivals a second that silence it, 100 or more; else 20000\n",
    .examples = "storm 00:06.0 0 1\n",
};
