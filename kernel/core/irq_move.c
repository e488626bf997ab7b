// Choosing where live routes go, and sending them there.

#include "kernel/core/irq_move.h"
#include "kernel/core/beside.h"
#include "kernel/core/core.h"
#include "kernel/core/dpc.h"
#include "kernel/core/host.h"
#include "kernel/core/placement.h"
#include "kernel/core/retarget.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/lib/output.h"

static bool is_open(uint32_t cpu)
{
    return cpu < cpu_total() && vector_matrix_is_open(irq_vectors(), cpu);
}

// Tries the next best CPUs, too: the best may have no aligned block free, or be out of the source's reach.
static enum result move_within(struct message *message, struct group_affinity set, struct group_affinity allowed)
{
    enum result result = RESULT_INVALID;
    uint32_t cpu;

    while (vector_matrix_least_loaded_in(irq_vectors(), set.group, set.mask, &cpu) != RESULT_INVALID) {
        result = retarget_message(irq_vectors(), message, cpu, allowed);
        if (result != RESULT_NO_VECTORS && result != RESULT_UNSUPPORTED)
            return result;
        set.mask &= ~BIT(cpu_group_number(cpu));
    }
    return result;
}

enum result irq_route(struct message *message, struct group_affinity allowed)
{
    if (!irql_allows(IRQL_PASSIVE, "irq_route"))
        return RESULT_IRQL;
    if (cpu_in_set(message->cpu, allowed) && is_open(message->cpu))
        return retarget_message(irq_vectors(), message, message->cpu, allowed);
    return move_within(message, allowed, allowed);
}

enum result irq_route_cpu(struct message *message, uint32_t cpu)
{
    struct group_affinity only = {cpu_group(cpu), BIT(cpu_group_number(cpu))};

    if (!irql_allows(IRQL_PASSIVE, "irq_route_cpu"))
        return RESULT_IRQL;
    return is_open(cpu) ? retarget_message(irq_vectors(), message, cpu, only) : RESULT_INVALID;
}

// True for a unit that moves: any message but those of an MSI block after the first.
static bool moves_alone(const struct message *message)
{
    return message->set->source->kind != MESSAGE_MSI || message->index == 0;
}

// `wanted`, or the message's present CPU if that is allowed and as good, its own vectors counted as free.
static uint32_t better_of(const struct message *message, uint32_t wanted, struct group_affinity allowed)
{
    uint32_t own = message->set->source->kind == MESSAGE_MSI ? message->set->message_count : 1;

    if (!cpu_in_set(message->cpu, allowed) || !is_open(message->cpu))
        return wanted;
    uint32_t free = vector_matrix_counts(irq_vectors(), message->cpu).free + own;
    return free >= vector_matrix_counts(irq_vectors(), wanted).free ? message->cpu : wanted;
}

enum result irq_policy_set(struct message_set *set, enum irq_policy policy)
{
    struct placement placement = {.policy = policy, .node = set->device->node};

    if (placement.policy == IRQ_POLICY_MACHINE_DEFAULT)
        placement.policy = irq_policy_default();
    if (placement.policy == IRQ_POLICY_SPECIFIED_PROCESSORS)
        return RESULT_INVALID;
    set->policy = placement.policy;
    message_for_each (set, message) {
        struct group_affinity allowed;
        uint32_t cpu;
        if (!moves_alone(message))
            break;
        enum result result = placement_choose(&placement, irq_vectors(), message->index, &cpu, &allowed);
        if (result == RESULT_OK) {
            cpu = better_of(message, cpu, allowed);
            result = retarget_message(irq_vectors(), message, cpu, allowed);
        }
        if (result != RESULT_OK)
            return result;
        if (message->index == 0)
            placement.first_cpu = cpu;
    }
    return RESULT_OK;
}

// Calls `visit` for every message with its route or an undrained old place on a CPU, until one fails. Walks the CPU's
// taken vectors; `visit` may free the current one.
static enum result visit_places(uint32_t cpu, enum result (*visit)(struct message *message, void *context),
                                void *context)
{
    uint32_t vector = VECTOR_DEVICE_FIRST;
    enum result result = RESULT_OK;

    while (result == RESULT_OK &&
           (vector = vector_matrix_next_taken(irq_vectors(), cpu, vector)) != VECTOR_DEVICE_END) {
        struct message *message = message_at(cpu, vector++);
        result = message ? visit(message, context) : RESULT_OK;
        if (message)
            beside_for_each(message, other) result = result == RESULT_OK ? visit(other, context) : result;
    }
    return result;
}

struct census {
    uint32_t cpu;
    uint32_t routes;
    uint32_t homeless; // routes allowed on no other open CPU
};

static enum result census_visit(struct message *message, void *context)
{
    struct census *census = context;
    struct group_affinity others = message->info.target_processor_set;
    uint32_t cpu;

    if (message->cpu != census->cpu)
        return RESULT_OK;
    if (others.group == cpu_group(census->cpu))
        others.mask &= ~BIT(cpu_group_number(census->cpu));
    census->routes++;
    census->homeless += vector_matrix_least_loaded_in(irq_vectors(), others.group, others.mask, &cpu) == RESULT_INVALID;
    return RESULT_OK;
}

static enum result vacate_check(uint32_t cpu, char *refusal)
{
    struct census census = {.cpu = cpu};

    if (cpu >= cpu_total() || cpu_get(cpu)->state != CPU_ONLINE) {
        format_text(refusal, IRQ_REFUSAL_LENGTH, "cpu %u is not online", cpu);
        return RESULT_INVALID;
    }
    (void)!visit_places(cpu, census_visit, &census);
    uint32_t free = vector_matrix_free_total(irq_vectors());
    free -= is_open(cpu) ? vector_matrix_counts(irq_vectors(), cpu).free : 0;
    if (census.homeless) {
        format_text(refusal, IRQ_REFUSAL_LENGTH, "%u of the %u messages on cpu %u may live on no other online cpu",
                    census.homeless, census.routes, cpu);
        return RESULT_BUSY;
    }
    if (census.routes > free) {
        format_text(refusal, IRQ_REFUSAL_LENGTH, "%u messages on cpu %u, %u vectors free on the others", census.routes,
                    cpu, free);
        return RESULT_NO_VECTORS;
    }
    return RESULT_OK;
}

// Drains undrained old places first: stopping the CPU would lose messages pending there.
static enum result settle_visit(struct message *message, void *context)
{
    return retarget_settle(irq_vectors(), message);
}

// Keeps the recorded affinity, so messages may be moved back once the CPU is online.
static enum result leave_visit(struct message *message, void *context)
{
    const uint32_t *cpu = context;
    struct group_affinity allowed = message->info.target_processor_set;
    bool is_here = message->cpu == *cpu && moves_alone(message);

    return is_here ? move_within(message, allowed, allowed) : RESULT_OK;
}

static enum result routes_leave(uint32_t cpu, char *refusal)
{
    enum result result = visit_places(cpu, settle_visit, NULL);

    if (result == RESULT_OK)
        result = visit_places(cpu, leave_visit, &cpu);
    if (result != RESULT_OK)
        format_text(refusal, IRQ_REFUSAL_LENGTH, "a message could not leave cpu %u: %s", cpu, result_name(result));
    return result;
}

static enum result processor_stop(uint32_t cpu, char *refusal)
{
    enum result result = dpc_cpu_leave(cpu);

    if (result == RESULT_OK)
        result = host_processor_stop(cpu);
    if (result == RESULT_OK)
        return RESULT_OK;
    dpc_cpu_return(cpu);
    format_text(refusal, IRQ_REFUSAL_LENGTH, "cpu %u did not stop: %s", cpu, result_name(result));
    return result;
}

// Close before the moves, or else a message may be moved to this CPU.
enum result irq_cpu_vacate(uint32_t cpu, char *refusal)
{
    bool was_open = is_open(cpu); // false for a CPU that no message can reach
    enum result result = vacate_check(cpu, refusal);

    if (result != RESULT_OK)
        return result;
    vector_matrix_close(irq_vectors(), cpu);
    result = routes_leave(cpu, refusal);
    if (result != RESULT_OK && was_open)
        vector_matrix_open(irq_vectors(), cpu);
    return result;
}

enum result irq_cpu_offline(uint32_t cpu, char *refusal)
{
    bool was_open = is_open(cpu);

    if (cpu == 0) {
        format_text(refusal, IRQ_REFUSAL_LENGTH, "cpu 0 runs the console");
        return RESULT_INVALID;
    }
    enum result result = irq_cpu_vacate(cpu, refusal);
    if (result != RESULT_OK)
        return result;
    result = processor_stop(cpu, refusal);
    if (result == RESULT_OK)
        cpu_state_set(cpu, CPU_OFFLINE);
    else if (was_open)
        vector_matrix_open(irq_vectors(), cpu);
    return result;
}

enum result irq_cpu_online(uint32_t cpu)
{
    if (cpu >= cpu_total() || cpu_get(cpu)->state != CPU_OFFLINE)
        return RESULT_INVALID;
    enum result result = host_processor_start(cpu);
    return result == RESULT_OK ? core_cpu_join(cpu) : result;
}
