// route: sends a live message to another CPU.

#include "kernel/commands/columns.h"
#include "kernel/commands/commands.h"
#include "kernel/core/irq.h"
#include "kernel/core/irq_move.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/lib/json.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/number.h"

enum { ROUTE_GROUP_TEXT = 24 };

// Where a message may go: `group`:`mask`, or one CPU.
struct route_target {
    bool is_cpu;
    uint64_t cpu;
    uint64_t group;
    uint64_t mask;
};

static void route_print_text(struct command_call *call, const struct message *message, struct message_route from)
{
    const struct group_affinity *allowed = &message->info.target_processor_set;
    char address[DEVICE_ADDRESS_TEXT];

    output_format(call->out, "%s %u: %s %s cpu%u:0x%02x -> cpu%u:0x%02x, allowed %u:0x%llx, move %u\n",
                  pci_address_format(device_of(message->set)->address, address), message->index,
                  columns_driver(device_of(message->set)), message_kind_name(message->set->source->kind), from.cpu,
                  from.vector, message->cpu, message->info.vector, allowed->group, (unsigned long long)allowed->mask,
                  message->generation);
}

static void route_json_place(struct json *json, const char *key, struct message_route place)
{
    json_object_begin(json, key);
    json_number(json, "cpu", place.cpu);
    json_number(json, "vector", place.vector);
    json_object_end(json);
}

static void route_print(struct command_call *call, const struct message *message, struct message_route from)
{
    char address[DEVICE_ADDRESS_TEXT];
    struct json json;

    if (!call->json) {
        route_print_text(call, message, from);
        return;
    }
    json_line_begin(&json, call->out, "route");
    json_string(&json, "bdf", pci_address_format(device_of(message->set)->address, address));
    json_number(&json, "index", message->index);
    route_json_place(&json, "from", from);
    route_json_place(&json, "to", message_route_of(message));
    json_number(&json, "generation", message->generation);
    json_line_end(&json);
}

// "2", or "0:0x6".
static bool route_parse(const char *word, struct route_target *target)
{
    char group[ROUTE_GROUP_TEXT];
    size_t length = 0;

    while (word[length] && word[length] != ':')
        length++;
    target->is_cpu = !word[length];
    if (target->is_cpu)
        return number_parse(word, &target->cpu);
    if (length >= sizeof(group))
        return false;
    memcpy(group, word, length);
    group[length] = '\0';
    return number_parse(group, &target->group) && number_parse(word + length + 1, &target->mask);
}

static enum result route_check_cpu(struct command_call *call, const struct route_target *target)
{
    if (target->cpu >= cpu_total())
        return command_fail(call, RESULT_NOT_FOUND, "there are cpus 0 to %u", cpu_total() - 1);
    const struct cpu *cpu = cpu_get((uint32_t)target->cpu);
    if (cpu->state != CPU_ONLINE)
        return command_fail(call, RESULT_INVALID, "cpu %u is %s", cpu->number, cpu_state_name(cpu->state));
    if (!vector_matrix_is_open(irq_vectors(), cpu->number))
        return command_fail(call, RESULT_UNSUPPORTED, "no message can reach cpu %u, APIC ID %u", cpu->number,
                            cpu->apic_id.value);
    return RESULT_OK;
}

static enum result route_check_group(struct command_call *call, const struct route_target *target)
{
    uint32_t groups = (cpu_total() + CPU_GROUP_SIZE - 1) / CPU_GROUP_SIZE;

    if (target->group >= groups)
        return command_fail(call, RESULT_NOT_FOUND, "there are processor groups 0 to %u", groups - 1);
    uint32_t cpus = cpu_total() - (uint32_t)target->group * CPU_GROUP_SIZE;
    if (cpus < CPU_GROUP_SIZE && target->mask >> cpus)
        return command_fail(call, RESULT_NOT_FOUND, "group %u has processors 0 to %u, mask 0x%llx names others",
                            (unsigned)target->group, cpus - 1, (unsigned long long)target->mask);
    return RESULT_OK;
}

static enum result route_move(struct message *message, const struct route_target *target)
{
    if (target->is_cpu)
        return irq_route_cpu(message, (uint32_t)target->cpu);
    return irq_route(message, (struct group_affinity){(uint16_t)target->group, target->mask});
}

static uint32_t route_free(const struct route_target *target)
{
    uint32_t free = 0;

    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++) {
        bool is_meant = target->is_cpu
                            ? cpu == target->cpu
                            : cpu_in_set(cpu, (struct group_affinity){(uint16_t)target->group, target->mask});
        free += is_meant ? vector_matrix_counts(irq_vectors(), cpu).free : 0;
    }
    return free;
}

static enum result route_fail(struct command_call *call, const struct message *message,
                              const struct route_target *target, enum result result)
{
    if (result == RESULT_INVALID)
        return command_fail(call, result, "no processor of 0x%llx in group %u is online and takes messages",
                            (unsigned long long)target->mask, (unsigned)target->group);
    if (result == RESULT_NO_VECTORS)
        return command_fail(call, result, "%u vectors free there, no place for %s %s", route_free(target),
                            call->words[1], call->words[2]);
    if (result == RESULT_TIMEOUT || result == RESULT_BUSY)
        return command_fail(call, result, "it is on cpu %u now, but cpu %u has not drained", message->cpu,
                            message->old_count ? message->old[0].cpu : message->cpu);
    return command_fail(call, result, "%s %s stays on cpu %u: %s", call->words[1], call->words[2], message->cpu,
                        result_name(result));
}

static enum result route_run(struct command_call *call)
{
    struct message *message;
    struct route_target target = {0};
    enum result result = command_expect(call, 3, 3);

    if (result == RESULT_OK)
        result = command_message(call, 1, &message);
    if (result != RESULT_OK)
        return result;
    if (!route_parse(call->words[3], &target))
        return command_fail(call, RESULT_INVALID, "'%.40s' is neither a cpu nor GROUP:MASK", call->words[3]);
    result = target.is_cpu ? route_check_cpu(call, &target) : route_check_group(call, &target);
    if (result != RESULT_OK)
        return result;
    struct message_route from = message_route_of(message);
    result = route_move(message, &target);
    if (result != RESULT_OK)
        return route_fail(call, message, &target, result);
    route_print(call, message, from);
    return RESULT_OK;
}

const struct command command_route = {
    .name = "route",
    .usage = "route BDF N CPU|GROUP:MASK",
    .summary = "Sends a live message to another CPU",
    .run = route_run,
    .options = OPTION_BDF OPTION_N "CPU\tthe processor it goes to from now on\n"
                                   "GROUP:MASK\tany processor of a set: a group, and a mask in it\n",
    .examples = "route 00:06.0 0 1\n"
                "route 00:06.0 0 0:0xf\n",
};
