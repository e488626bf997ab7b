// prove: numbered shots through devices while their messages move; says what was lost, what came twice.

#include "kernel/proof/prove.h"
#include "kernel/commands/columns.h"
#include "kernel/commands/commands.h"
#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/number.h"
#include "kernel/proof/shot.h"
#include "kernel/runtime/clock.h"
#include "kernel/runtime/heap.h"

enum { PROVE_SHOTS = 1000, PROVE_MOVES = 50, PROVE_LIMIT = 1000000000, PROVE_RESULT_TEXT = 80 };

// Messages of one device that were left out, and why.
struct prove_skip {
    const struct device *device;
    uint32_t messages;
    const char *reason;
};

struct prove_call {
    struct prove prove;
    const struct device *device; // NULL: all
    const struct message *only;  // NULL: all of the device
    struct prove_skip *skips;
    uint32_t skip_count;
    uint32_t skipped;
};

static bool prove_is_option(const char *word)
{
    while (*word && *word != '=')
        word++;
    return *word == '=';
}

static enum result prove_option(struct command_call *call, struct prove_plan *plan, const char *word)
{
    const struct {
        const char *name;
        uint64_t *value;
        uint64_t lowest, highest;
    } options[] = {
        {"shots=", &plan->shots, 1, PROVE_LIMIT},
        {"moves=", &plan->moves, 0, PROVE_LIMIT},
        {"offline=", &plan->offlines, 0, PROVE_LIMIT},
        {"seed=", &plan->seed, 0, UINT64_MAX},
    };

    for (uint32_t i = 0; i < ARRAY_COUNT(options); i++) {
        size_t length = strlen(options[i].name);
        if (strncmp(word, options[i].name, length) != 0)
            continue;
        if (number_parse(word + length, options[i].value) && *options[i].value >= options[i].lowest &&
            *options[i].value <= options[i].highest)
            return RESULT_OK;
        return command_fail(call, RESULT_INVALID, "%.40s: from %llu to %llu", word,
                            (unsigned long long)options[i].lowest, (unsigned long long)options[i].highest);
    }
    return command_fail(call, RESULT_INVALID, "'%.40s' is none of shots=, moves=, offline=, seed=", word);
}

// The device and the message stand before the options, if at all.
static enum result prove_parse(struct command_call *call, struct prove_call *run)
{
    uint32_t words = 1;
    struct device *device;
    struct message *message;
    enum result result = RESULT_OK;

    run->prove.plan = (struct prove_plan){.shots = PROVE_SHOTS, .moves = PROVE_MOVES, .seed = clock_cycles()};
    while (words < call->word_count && !prove_is_option(call->words[words]))
        words++;
    for (uint32_t i = words; i < call->word_count && result == RESULT_OK; i++)
        result = prove_option(call, &run->prove.plan, call->words[i]);
    if (result != RESULT_OK || words == 1)
        return result;
    if (words > 3)
        return command_expect(call, 0, 0);
    result = words == 3 ? command_message(call, 1, &message) : command_device(call, 1, &device);
    if (result != RESULT_OK)
        return result;
    run->only = words == 3 ? message : NULL;
    run->device = words == 3 ? device_of(message->set) : device;
    return RESULT_OK;
}

static const char *prove_skip_reason(const struct message *message, enum result result)
{
    if (!device_of(message->set)->driver)
        return "no driver";
    if (result == RESULT_INVALID)
        return "on the line of one that is proved";
    return result == RESULT_BUSY ? "masked" : shot_obstacle(message);
}

static void prove_skip_add(struct prove_call *run, const struct message *message, enum result result)
{
    const struct device *device = device_of(message->set);
    const char *reason = prove_skip_reason(message, result);
    struct prove_skip *last = run->skip_count ? &run->skips[run->skip_count - 1] : NULL;

    run->skipped++;
    if (last && last->device == device && last->reason == reason)
        last->messages++;
    else
        run->skips[run->skip_count++] = (struct prove_skip){device, 1, reason};
}

static void prove_choose(struct prove_call *run)
{
    for (struct message_set *set = message_set_first(); set; set = set->next) {
        if (run->device && device_of(set) != run->device)
            continue;
        message_for_each (set, message) {
            if (run->only && message != run->only)
                continue;
            enum result result = prove_add(&run->prove, message);
            if (result != RESULT_OK)
                prove_skip_add(run, message, result);
        }
    }
}

static const char *prove_verdict(bool passed)
{
    return passed ? "pass" : "fail";
}

// One whose shot is still on its way was neither proved nor found wanting, and one that got no shot was not tried.
static const char *prove_verdict_one(const struct prove_target *target)
{
    if (target->is_out)
        return "stopped";
    return target->sent || target->faults ? prove_verdict(prove_target_passed(target)) : "untried";
}

static const char *prove_verdict_all(const struct prove *prove)
{
    bool has_failed = prove->strays || prove->faults;

    for (uint32_t i = 0; i < prove->count; i++)
        has_failed |= !prove->targets[i].is_out && !prove_target_passed(&prove->targets[i]);
    return prove->is_stopped && !has_failed ? "stopped" : prove_verdict(!has_failed);
}

static void prove_print_table(struct output *out, const struct prove_call *run)
{
    char address[DEVICE_ADDRESS_TEXT];

    output_format(out, "%-12s %4s %-10s %8s %8s %7s %4s %5s %5s %s\n", "DEVICE", "N", "DRIVER", "SENT", "HANDLED",
                  "PENDING", "LOST", "TWICE", "MOVES", "VERDICT");
    for (uint32_t i = 0; i < run->prove.count; i++) {
        const struct prove_target *target = &run->prove.targets[i];
        const struct device *device = device_of(target->message->set);
        output_format(out, "%-12s %4u %-10.10s %8llu %8llu %7llu %4llu %5llu %5llu %s\n",
                      pci_address_format(device->address, address), target->message->index, columns_driver(device),
                      (unsigned long long)target->sent, (unsigned long long)target->handled,
                      (unsigned long long)target->pending, (unsigned long long)target->lost,
                      (unsigned long long)target->duplicated, (unsigned long long)target->moves,
                      prove_verdict_one(target));
    }
    for (uint32_t i = 0; i < run->skip_count; i++)
        output_format(out, "%-12s %u messages skipped: %s\n",
                      pci_address_format(run->skips[i].device->address, address), run->skips[i].messages,
                      run->skips[i].reason);
}

static void prove_print_summary(struct output *out, const struct prove_call *run)
{
    const struct prove *prove = &run->prove;
    struct prove_target total = prove_total(prove);
    const char *word = prove_passed(prove) ? "PASS" : "FAIL";

    if (prove->is_stopped)
        word = "STOPPED";
    output_format(out, "%llu shots, %llu moves, %llu cpus off and on, %llu refusals in %llu ms, seed 0x%llx\n",
                  (unsigned long long)total.sent, (unsigned long long)total.moves, (unsigned long long)prove->offlines,
                  (unsigned long long)prove->refusals, (unsigned long long)(prove->nanoseconds / 1000000),
                  (unsigned long long)prove->plan.seed);
    output_format(out, "%s: %llu lost, %llu pending, %llu twice, %llu that nobody owned, %llu faults\n", word,
                  (unsigned long long)total.lost, (unsigned long long)total.pending,
                  (unsigned long long)total.duplicated, (unsigned long long)prove->strays,
                  (unsigned long long)(total.faults + prove->faults));
}

static void prove_json_counts(struct json *json, const struct prove_target *counts)
{
    json_number(json, "sent", counts->sent);
    json_number(json, "handled", counts->handled);
    json_number(json, "pending", counts->pending);
    json_number(json, "lost", counts->lost);
    json_number(json, "duplicated", counts->duplicated);
    json_number(json, "moves", counts->moves);
}

static void prove_json_target(struct output *out, const struct prove_target *target)
{
    char address[DEVICE_ADDRESS_TEXT];
    struct json json;

    json_line_begin(&json, out, "prove");
    json_string(&json, "bdf", pci_address_format(device_of(target->message->set)->address, address));
    json_number(&json, "index", target->message->index);
    prove_json_counts(&json, target);
    json_string(&json, "verdict", prove_verdict_one(target));
    json_line_end(&json);
}

static void prove_json_summary(struct output *out, const struct prove_call *run)
{
    const struct prove *prove = &run->prove;
    struct prove_target total = prove_total(prove);
    struct json json;

    json_line_begin(&json, out, "prove_summary");
    json_number(&json, "messages", prove->count);
    json_number(&json, "skipped", run->skipped);
    prove_json_counts(&json, &total);
    json_number(&json, "strays", prove->strays);
    json_number(&json, "faults", total.faults + prove->faults);
    json_number(&json, "offline_cycles", prove->offlines);
    json_number(&json, "offline_refusals", prove->refusals);
    json_hex(&json, "seed", prove->plan.seed, 16);
    json_number(&json, "milliseconds", prove->nanoseconds / 1000000);
    json_string(&json, "verdict", prove_verdict_all(prove));
    json_line_end(&json);
}

static void prove_print(struct command_call *call, const struct prove_call *run)
{
    if (!call->json) {
        prove_print_table(call->out, run);
        prove_print_summary(call->out, run);
        return;
    }
    for (uint32_t i = 0; i < run->prove.count; i++)
        prove_json_target(call->out, &run->prove.targets[i]);
    prove_json_summary(call->out, run);
}

static enum result prove_judge(struct command_call *call, const struct prove *prove)
{
    struct prove_target total = prove_total(prove);

    if (prove_passed(prove))
        return RESULT_OK;
    return command_fail(call, RESULT_FAILED, "%llu lost, %llu pending, %llu twice, %llu that nobody owned, %llu faults",
                        (unsigned long long)total.lost, (unsigned long long)total.pending,
                        (unsigned long long)total.duplicated, (unsigned long long)prove->strays,
                        (unsigned long long)(total.faults + prove->faults));
}

static enum result prove_carry_out(struct command_call *call, struct prove_call *run)
{
    prove_choose(run);
    if (run->prove.count == 0 && run->only)
        return command_fail(call, RESULT_UNSUPPORTED, "%s %s cannot be proved: %s", call->words[1], call->words[2],
                            run->skips[0].reason);
    if (run->prove.count == 0)
        return command_fail(call, RESULT_UNSUPPORTED, "none of %u messages can be fired", run->skipped);
    prove_run(&run->prove);
    prove_print(call, run);
    if (run->prove.is_stopped)
        return command_fail(call, RESULT_STOPPED, "stopped");
    return prove_judge(call, &run->prove);
}

static enum result prove_command(struct command_call *call)
{
    struct prove_call run = {0};
    enum result result = prove_parse(call, &run);

    if (result != RESULT_OK)
        return result;
    run.prove.targets = heap_allocate((message_total() + 1) * sizeof(*run.prove.targets));
    run.skips = heap_allocate((message_total() + 1) * sizeof(*run.skips));
    result = run.prove.targets && run.skips ? prove_carry_out(call, &run)
                                            : command_fail(call, RESULT_NO_MEMORY, "no memory for the messages");
    heap_free(run.prove.targets);
    heap_free(run.skips);
    return result;
}

const struct command command_prove = {
    .name = "prove",
    .usage = "prove [BDF [N]] [moves=M] [shots=S] [offline=K] [seed=X]",
    .summary = "Numbered shots while messages move",
    .run = prove_command,
    .options = "BDF\tthis device alone, else all\n"
               "N\tthis message of it alone\n"
               "moves=M\tmoves to another CPU, over all messages; else 50\n"
               "shots=S\tshots, over all messages; else 1000\n"
               "offline=K\tso often a CPU goes off and on meanwhile; else 0\n"
               "seed=X\tthe same choices as another run's; else by the clock\n",
    .examples = "prove shots=1000 moves=50\n"
                "prove 00:06.0 0 shots=100\n",
};
