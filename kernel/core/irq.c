// Connecting: from a request to live routes on the best source that works, and back.

#include "kernel/core/irq.h"
#include "kernel/core/beside.h"
#include "kernel/core/core_hooks.h"
#include "kernel/core/core_log.h"
#include "kernel/core/drain_round.h"
#include "kernel/core/host.h"
#include "kernel/core/interrupt_lock.h"
#include "kernel/core/irq_place.h"
#include "kernel/core/irq_program.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/lib/memory.h"

// State of one attempt to connect on one source.
struct attempt {
    const struct irq_request *request;
    struct message_source *source;
    struct message_set *set;
    bool is_released; // the source was started or partly unmasked
};

// Why a request was not granted in full. Static: only the boot CPU connects, one request at a time.
static char reason[MESSAGE_REASON_LENGTH];

static struct vector_matrix *vectors;
static struct irq_options options;

static void set_tell(struct message_set *set, enum core_route_event event)
{
    if (!core_hooks)
        return;
    message_for_each (set, message)
        core_tell_route(event, message->number, message_route_of(message), message_route_of(message));
}

static void set_commit(struct message_set *set)
{
    message_for_each (set, message) {
        vector_matrix_commit(vectors, message->cpu, message->info.vector);
        message->masked = set->is_silent;
        if (message->info.irql > set->unified_irql)
            set->unified_irql = message->info.irql;
    }
}

// Writes the hardware. The device can send nothing before irq_program_release() on the last line.
static enum result set_program(struct attempt *attempt, uint32_t wanted)
{
    struct message_source *source = attempt->source;
    struct message_set *set = attempt->set;
    uint32_t granted;
    enum result result = source->operations->open(source, set->message_count, &granted);

    if (result != RESULT_OK)
        return result;
    if (granted < set->message_count)
        irq_place_undo(vectors, set, granted);
    if (set->message_count < attempt->request->minimum)
        return RESULT_UNSUPPORTED;
    set->entry_count = source->kind == MESSAGE_MSIX ? wanted : set->message_count;
    set->is_silent = attempt->request->silent;
    result = irq_program_write(set);
    if (result != RESULT_OK)
        return result;
    set_commit(set);
    // Before the first of them can arrive.
    set_tell(set, CORE_CONNECT);
    attempt->is_released = true;
    result = irq_program_release(set);
    if (result != RESULT_OK)
        set_tell(set, CORE_DISCONNECT);
    return result;
}

static enum irq_policy policy_of(const struct irq_request *request)
{
    return request->policy == IRQ_POLICY_MACHINE_DEFAULT ? irq_policy_default() : request->policy;
}

static enum result set_drain(const struct message_set *set)
{
    enum result result = RESULT_OK;

    drain_round_begin();
    for (uint32_t i = 0; i < set->message_count && result == RESULT_OK; i++)
        result = drain_round_message(&set->messages[i]);
    return result;
}

// A CPU that does not drain may still run a routine of the set, so slots and memory are never reused.
static enum result set_abandon(struct message_set *set, enum result result)
{
    message_for_each (set, message)
        vector_matrix_drain(vectors, message->cpu, message->info.vector);
    message_set_remove(set);
    return result;
}

static enum result source_connect(struct attempt *attempt)
{
    uint32_t capacity = attempt->source->capacity, maximum = attempt->request->maximum;
    uint32_t wanted = maximum < capacity ? maximum : capacity;

    attempt->set = message_set_create(attempt->request->device, attempt->source, wanted);
    if (!attempt->set)
        return RESULT_NO_MEMORY;
    if (wanted < maximum)
        irq_reason_add(reason, "%u of %u: %s has no more", wanted, maximum, message_kind_name(attempt->source->kind));
    attempt->set->policy = policy_of(attempt->request);
    attempt->set->band = policy_band(attempt->request->priority);
    interrupt_lock_open(attempt->set, attempt->request->lock);
    enum result result = irq_place(vectors, attempt->request, attempt->set, reason);
    if (result == RESULT_OK)
        result = interrupt_lock_settle(attempt->set, attempt->request->synchronize_irql);
    if (result == RESULT_OK)
        result = set_program(attempt, wanted);
    if (result != RESULT_OK) {
        attempt->source->operations->close(attempt->source);
        // Messages unmasked before the failure may be in flight or in their routine: drain before the free.
        if (attempt->is_released && set_drain(attempt->set) != RESULT_OK)
            return set_abandon(attempt->set, result);
        irq_place_undo(vectors, attempt->set, 0);
        interrupt_lock_close(attempt->set);
        message_set_remove(attempt->set);
        message_set_free(attempt->set);
    }
    return result;
}

static const char *source_refusal(const struct message_source *source, uint32_t kind)
{
    if (!source)
        return "absent";
    if (!irq_kind_is_used((enum message_kind)kind))
        return options.disabled_reason ? options.disabled_reason : "switched off";
    return source->refusal;
}

RARE static enum result request_refuse(const struct irq_request *request, enum result result)
{
    core_error("%s: irq_connect: %s (irql %u, messages %u to %u)", request->device->name, result_name(result),
               irql_current(), request->minimum, request->maximum);
    return result;
}

static enum result request_check(const struct irq_request *request)
{
    if (!irql_allows(IRQL_PASSIVE, "irq_connect"))
        return RESULT_IRQL;
    if (!request->routine || request->minimum == 0 || request->minimum > request->maximum)
        return request_refuse(request, RESULT_INVALID);
    return request->device->messages ? request_refuse(request, RESULT_BUSY) : RESULT_OK;
}

RARE static enum result nothing_granted(const struct irq_request *request, enum result result)
{
    core_error("%s: no message connected: %s; %u vectors free on all CPUs", request->device->name, reason,
               vector_matrix_free_total(vectors));
    return result;
}

enum result irq_connect(const struct irq_request *request, struct irq_grant *grant)
{
    enum result result = request_check(request);

    if (result != RESULT_OK)
        return result;
    reason[0] = '\0';
    result = RESULT_UNSUPPORTED;
    for (uint32_t kind = 0; kind < MESSAGE_KIND_COUNT; kind++) {
        struct attempt attempt = {.request = request, .source = request->device->sources[kind]};
        const char *refusal = source_refusal(attempt.source, kind);
        if (refusal) {
            irq_reason_add(reason, "%s %s", message_kind_name((enum message_kind)kind), refusal);
            continue;
        }
        result = source_connect(&attempt);
        if (result == RESULT_OK) {
            if (reason[0])
                memcpy(attempt.set->reason, reason, sizeof(reason));
            grant->messages = attempt.set;
            return RESULT_OK;
        }
        irq_reason_add(reason, "%s %s", message_kind_name((enum message_kind)kind), result_name(result));
    }
    return nothing_granted(request, result);
}

// Drain before the slot is emptied: the CPU may hold a message of the set pending in its IRR. If it does not drain, the
// vector stays in state draining and is never reserved again.
static bool place_withdraw(const struct message_route *place)
{
    bool is_drained = drain_round_cpu(place->cpu) == RESULT_OK;

    host_slot_exchange(place->cpu, place->vector, NULL);
    if (is_drained)
        vector_matrix_free(vectors, place->cpu, place->vector);
    return is_drained;
}

static bool places_withdraw(struct message_set *set)
{
    bool is_drained = true;

    message_for_each (set, message) {
        struct message_route live = message_route_of(message);
        vector_matrix_drain(vectors, live.cpu, live.vector);
        is_drained = place_withdraw(&live) && is_drained;
        for (uint32_t i = 0; i < message->old_count; i++)
            is_drained = place_withdraw(&message->old[i]) && is_drained;
    }
    return is_drained;
}

// close() before the drain: its last read-back pushes messages already sent to the local APICs, so the drain covers
// them.
enum result irq_disconnect(struct message_set *set)
{
    if (!irql_allows(IRQL_PASSIVE, "irq_disconnect"))
        return RESULT_IRQL;
    set->source->operations->close(set->source);
    drain_round_begin();
    // A line with other devices on it keeps its place; the drain then only waits for this device's routine.
    bool is_drained =
        beside_leave(set->messages) ? places_withdraw(set) : drain_round_message(set->messages) == RESULT_OK;
    set_tell(set, CORE_DISCONNECT);
    message_set_remove(set);
    // Not drained: a CPU may still run a routine of the set, so its memory is not freed.
    if (!is_drained)
        return RESULT_TIMEOUT;
    interrupt_lock_close(set);
    message_set_free(set);
    return RESULT_OK;
}

// Entries beyond the grant are aimed at message 0 and get its mask.
static enum result entries_mask(const struct message *message, bool masked)
{
    struct message_source *source = message->set->source;
    uint32_t spare = message->index == 0 ? message->set->message_count : message->set->entry_count;
    enum result result = source->operations->mask(source, message->index, masked);

    for (uint32_t entry = spare; entry < message->set->entry_count && result == RESULT_OK; entry++)
        result = source->operations->mask(source, entry, masked);
    return result;
}

enum result irq_mask(struct message *message, bool masked)
{
    bool before = message->masked;

    if (!message->set->source->can_mask)
        return RESULT_UNSUPPORTED;
    // Record before hardware: a stuck line masks itself and sets `masked` as soon as it is unmasked.
    message->masked = masked;
    // irq_activate() writes the mask of an inactive set.
    if (message->set->is_inactive)
        return RESULT_OK;
    enum result result = entries_mask(message, masked);
    if (result != RESULT_OK)
        message->masked = before;
    else if (!message->set->source->operations->publish) // a shared source reports for all messages on it
        core_tell_mask(message->number, masked);
    return result;
}

void irq_cpu_open(uint32_t cpu)
{
    struct message_words words;

    if (host_message_compose(cpu, VECTOR_DEVICE_FIRST, &words) == RESULT_OK)
        vector_matrix_open(vectors, cpu);
    else
        core_warning("cpu %u: no message can reach APIC ID %u without interrupt remapping", cpu,
                     cpu_get(cpu)->apic_id.value);
}

static uint32_t node_of(uint32_t cpu)
{
    return cpu_get(cpu)->node;
}

enum result irq_initialise(const struct irq_options *chosen)
{
    options = *chosen;
    if (options.policy == IRQ_POLICY_MACHINE_DEFAULT)
        options.policy = IRQ_POLICY_SPREAD_MESSAGES;
    vectors = vector_matrix_create(cpu_total(), node_of);
    if (!vectors)
        return RESULT_NO_MEMORY;
    for (uint32_t i = 0; i < cpu_total(); i++)
        if (cpu_get(i)->state == CPU_ONLINE)
            irq_cpu_open(i);
    return RESULT_OK;
}

struct vector_matrix *irq_vectors(void)
{
    return vectors;
}

bool irq_kind_is_used(enum message_kind kind)
{
    return !(options.disabled_kinds & BIT(kind));
}

enum irq_policy irq_policy_default(void)
{
    return options.policy;
}
