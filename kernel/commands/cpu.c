// cpu: takes a processor out of service, or back into it.

#include "kernel/core/cpu.h"
#include "kernel/commands/commands.h"
#include "kernel/core/irq_move.h"
#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"

static uint32_t cpu_messages(uint32_t number)
{
    uint32_t messages = 0;

    for (struct message_set *set = message_set_first(); set; set = set->next) {
        message_for_each (set, message)
            messages += message->cpu == number;
    }
    return messages;
}

static void cpu_print(struct command_call *call, uint32_t number, uint32_t moved)
{
    const char *state = cpu_state_name(cpu_get(number)->state);
    struct json json;

    if (!call->json) {
        output_format(call->out, "cpu %u: %s, %u messages moved\n", number, state, moved);
        return;
    }
    json_line_begin(&json, call->out, "cpu_state");
    json_number(&json, "cpu", number);
    json_string(&json, "state", state);
    json_number(&json, "messages_moved", moved);
    json_line_end(&json);
}

static enum result cpu_offline(struct command_call *call, uint32_t number)
{
    char refusal[IRQ_REFUSAL_LENGTH] = "";
    uint32_t before = cpu_messages(number);
    enum result result = irq_cpu_offline(number, refusal);

    if (result != RESULT_OK)
        return command_fail(call, result, "%s", refusal);
    cpu_print(call, number, before);
    return RESULT_OK;
}

static enum result cpu_online(struct command_call *call, uint32_t number)
{
    const struct cpu *cpu = cpu_get(number);

    if (cpu->state != CPU_OFFLINE)
        return command_fail(call, RESULT_INVALID, "cpu %u is %s", number, cpu_state_name(cpu->state));
    enum result result = irq_cpu_online(number);
    if (result != RESULT_OK)
        return command_fail(call, result, "cpu %u does not start: %s", number, result_name(result));
    cpu_print(call, number, 0);
    return RESULT_OK;
}

static enum result cpu_run(struct command_call *call)
{
    uint64_t number;
    enum result result = command_expect(call, 2, 2);

    if (result == RESULT_OK)
        result = command_number(call, 1, &number);
    if (result != RESULT_OK)
        return result;
    if (number >= cpu_total())
        return command_fail(call, RESULT_NOT_FOUND, "there are cpus 0 to %u", cpu_total() - 1);
    if (strcmp(call->words[2], "offline") == 0)
        return cpu_offline(call, (uint32_t)number);
    if (strcmp(call->words[2], "online") == 0)
        return cpu_online(call, (uint32_t)number);
    return command_fail(call, RESULT_INVALID, "'%.40s' is neither online nor offline", call->words[2]);
}

const struct command command_cpu = {
    .name = "cpu",
    .usage = "cpu CPU online|offline",
    .summary = "Takes a processor out of service, or back into it",
    .run = cpu_run,
    .options = OPTION_CPU "online\ttakes messages again\n"
                          "offline\tits messages move away first; the boot CPU stays\n",
    .examples = "cpu 1 offline\n"
                "cpu 1 online\n",
};
