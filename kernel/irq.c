// Connecting: from a request to live routes on the best source that works, and back.

#include "kernel/irq.h"
#include "kernel/drain.h"
#include "kernel/driver.h"
#include "kernel/log.h"
#include "kernel/memory.h"
#include "kernel/placement.h"
#include "kernel/port.h"
#include "kernel/route.h"
#include "kernel/vector_matrix.h"

// Everything one attempt on one source needs.
struct attempt {
    const struct irq_request *request;
    struct message_source *source;
    struct message_set *set;
    char *reason; // MESSAGE_REASON_LENGTH bytes, shared by all attempts of a request
};

static struct vector_matrix *vectors;
static struct irq_options options;

static void reason_add(char *reason, const char *format, ...) PRINTF_LIKE(2, 3);
static void reason_add(char *reason, const char *format, ...)
{
    size_t length = strlen(reason);
    struct output_buffer buffer;
    va_list arguments;

    output_buffer_start(&buffer, reason + length, MESSAGE_REASON_LENGTH - length);
    if (length)
        output_format(&buffer.output, "; ");
    va_start(arguments, format);
    output_format_list(&buffer.output, format, arguments);
    va_end(arguments);
}

static void message_release(struct message *message)
{
    route_withdraw(message);
    vector_matrix_free(vectors, message->cpu, message->info.vector);
}

static void set_shrink(struct message_set *set, uint32_t count)
{
    for (uint32_t i = count; i < set->message_count; i++)
        message_release(&set->messages[i]);
    message_set_trim(set, count);
}

static enum result message_route(const struct attempt *attempt, uint32_t index, uint32_t cpu, uint32_t vector,
                                 struct group_affinity allowed)
{
    struct message *message = &attempt->set->messages[index];

    message->object = (struct interrupt){
        .routine = attempt->request->routine,
        .context = attempt->request->context,
        .message_id = index,
        .message = message,
        .name = attempt->request->device->driver ? attempt->request->device->driver->name : NULL,
    };
    enum result result = route_assign(message, cpu, vector, allowed);
    if (result != RESULT_OK)
        vector_matrix_free(vectors, cpu, vector);
    return result;
}

// MSI-X: each message finds its own CPU and vector. Stops at the first that finds none; *routed tells how many did.
static enum result route_each(const struct attempt *attempt, struct placement *placement, struct irql_band band,
                              uint32_t *routed)
{
    for (uint32_t i = 0; i < attempt->set->message_count; i++) {
        struct group_affinity allowed;
        uint32_t cpu, vector;
        enum result result = placement_choose(placement, vectors, i, &cpu, &allowed);
        if (result == RESULT_OK)
            result = vector_matrix_reserve(vectors, cpu, band.lowest, band.highest, 1, &vector);
        if (result == RESULT_OK)
            result = message_route(attempt, i, cpu, vector, allowed);
        if (result != RESULT_OK)
            return result;
        if (i == 0)
            placement->first_cpu = cpu;
        *routed = i + 1;
    }
    return RESULT_OK;
}

// MSI: the device adds the message number to the data, so the vectors are one aligned block on one CPU. The largest
// block that is free wins.
static enum result route_block(const struct attempt *attempt, const struct placement *placement, struct irql_band band,
                               uint32_t *routed)
{
    struct group_affinity allowed;
    uint32_t cpu, first, count = attempt->set->message_count;
    enum result result = placement_choose(placement, vectors, 0, &cpu, &allowed);

    if (result != RESULT_OK)
        return result;
    while (count & (count - 1))
        count &= count - 1;
    while (vector_matrix_reserve(vectors, cpu, band.lowest, band.highest, count, &first) != RESULT_OK)
        if ((count /= 2) == 0)
            return RESULT_NO_VECTORS;
    for (uint32_t i = 0; i < count; i++) {
        result = message_route(attempt, i, cpu, first + i, allowed);
        if (result != RESULT_OK) {
            for (uint32_t rest = i + 1; rest < count; rest++)
                vector_matrix_free(vectors, cpu, first + rest);
            return result;
        }
        *routed = i + 1;
    }
    return RESULT_OK;
}

static uint32_t vectors_free_total(void)
{
    uint32_t total = 0;

    for (uint32_t i = 0; i < cpu_total(); i++)
        if (vector_matrix_is_open(vectors, i))
            total += vector_matrix_counts(vectors, i).free;
    return total;
}

// Gives the set's messages their vectors, objects and records; shrinks the set to those that found a place.
static enum result set_route(const struct attempt *attempt)
{
    const struct irq_request *request = attempt->request;
    struct placement placement = {
        .policy = request->policy == IRQ_POLICY_MACHINE_DEFAULT ? options.policy : request->policy,
        .node = request->device->node,
        .cpus = request->message_cpus,
    };
    struct irql_band band = policy_band(request->priority);
    uint32_t wanted = attempt->set->message_count, routed = 0;
    enum result result = attempt->source->kind == MESSAGE_MSIX ? route_each(attempt, &placement, band, &routed)
                                                               : route_block(attempt, &placement, band, &routed);

    message_set_trim(attempt->set, routed);
    if (routed < request->minimum)
        return result == RESULT_OK ? RESULT_NO_VECTORS : result;
    if (routed < wanted)
        reason_add(attempt->reason, "%u of %u: %u vectors free on all CPUs", routed, wanted, vectors_free_total());
    return RESULT_OK;
}

// One write programs an MSI block. An MSI-X table gets an entry per message, and those that were asked for but not
// granted are aimed at message 0, so that a device which uses them all the same is heard.
static enum result set_write(const struct attempt *attempt, uint32_t entries)
{
    struct message_set *set = attempt->set;

    for (uint32_t i = 0; i < (set->source->kind == MESSAGE_MSIX ? entries : 1); i++) {
        enum result result = route_program(&set->messages[i < set->message_count ? i : 0], i);
        if (result != RESULT_OK)
            return result;
    }
    return RESULT_OK;
}

static void set_commit(struct message_set *set)
{
    message_for_each (set, message) {
        vector_matrix_commit(vectors, message->cpu, message->info.vector);
        if (message->info.irql > set->unified_irql)
            set->unified_irql = message->info.irql;
    }
}

// Masks stay where the hardware has none: such a message is live as soon as its source is started.
static enum result set_unmask(struct message_set *set, uint32_t entries)
{
    for (uint32_t i = 0; i < entries; i++) {
        enum result result = set->source->operations->mask(set->source, i, false);
        if (result != RESULT_OK && result != RESULT_UNSUPPORTED)
            return result;
        if (i < set->message_count)
            set->messages[i].masked = false;
    }
    return RESULT_OK;
}

// The hardware half: nothing can leave the device before the last line.
static enum result set_program(const struct attempt *attempt, uint32_t wanted)
{
    struct message_source *source = attempt->source;
    struct message_set *set = attempt->set;
    uint32_t granted;
    enum result result = source->operations->open(source, set->message_count, &granted);

    if (result != RESULT_OK)
        return result;
    if (granted < set->message_count)
        set_shrink(set, granted);
    if (set->message_count < attempt->request->minimum)
        return RESULT_UNSUPPORTED;
    uint32_t entries = source->kind == MESSAGE_MSIX ? wanted : set->message_count;
    result = set_write(attempt, entries);
    if (result != RESULT_OK)
        return result;
    set_commit(set);
    if (attempt->request->silent)
        return source->operations->start(source, false);
    result = set_unmask(set, entries);
    return result == RESULT_OK ? source->operations->start(source, true) : result;
}

static enum result source_connect(struct attempt *attempt)
{
    uint32_t capacity = attempt->source->capacity, maximum = attempt->request->maximum;
    uint32_t wanted = maximum < capacity ? maximum : capacity;

    attempt->set = message_set_create(attempt->request->device, attempt->source, wanted);
    if (!attempt->set)
        return RESULT_NO_MEMORY;
    if (wanted < maximum)
        reason_add(attempt->reason, "%u of %u: %s has no more", wanted, maximum,
                   message_kind_name(attempt->source->kind));
    enum result result = set_route(attempt);
    if (result == RESULT_OK)
        result = set_program(attempt, wanted);
    if (result != RESULT_OK) {
        attempt->source->operations->close(attempt->source);
        set_shrink(attempt->set, 0);
        message_set_destroy(attempt->set);
    }
    return result;
}

static const char *source_refusal(const struct message_source *source, uint32_t kind)
{
    if (!source)
        return "absent";
    if (options.disabled_kinds & BIT(kind))
        return "switched off";
    return source->refusal;
}

static enum result request_check(const struct irq_request *request)
{
    char text[DEVICE_ADDRESS_TEXT];
    enum result result = RESULT_OK;

    if (irql_current() != IRQL_PASSIVE)
        result = RESULT_IRQL;
    else if (!request->routine || request->minimum == 0 || request->minimum > request->maximum)
        result = RESULT_INVALID;
    else if (request->device->messages)
        result = RESULT_BUSY;
    if (result != RESULT_OK)
        log_error("%s: irq_connect: %s (irql %u, messages %u to %u)",
                  pci_address_format(request->device->address, text), result_name(result), irql_current(),
                  request->minimum, request->maximum);
    return result;
}

enum result irq_connect(const struct irq_request *request, struct irq_grant *grant)
{
    char reason[MESSAGE_REASON_LENGTH] = "", text[DEVICE_ADDRESS_TEXT];
    enum result result = request_check(request);

    if (result != RESULT_OK)
        return result;
    result = RESULT_UNSUPPORTED;
    for (uint32_t kind = 0; kind < MESSAGE_KIND_COUNT; kind++) {
        struct attempt attempt = {request, request->device->sources[kind], NULL, reason};
        const char *refusal = source_refusal(attempt.source, kind);
        if (refusal) {
            reason_add(reason, "%s %s", message_kind_name((enum message_kind)kind), refusal);
            continue;
        }
        result = source_connect(&attempt);
        if (result == RESULT_OK) {
            memcpy(attempt.set->reason, reason, sizeof(reason));
            grant->messages = attempt.set;
            return RESULT_OK;
        }
        reason_add(reason, "%s %s", message_kind_name((enum message_kind)kind), result_name(result));
    }
    log_error("%s: no message connected: %s; %u vectors free on all CPUs",
              pci_address_format(request->device->address, text), reason, vectors_free_total());
    return result;
}

// Frees the vectors of all the set's messages on one CPU, once that CPU has proved that nothing of them is on its way.
// One that does not answer keeps them: draining, never handed out again.
static void set_drain_cpu(struct message_set *set, uint32_t cpu)
{
    bool is_drained = drain_cpu(cpu) == RESULT_OK;

    message_for_each (set, message) {
        if (message->cpu != cpu)
            continue;
        route_withdraw(message);
        if (is_drained)
            vector_matrix_free(vectors, cpu, message->info.vector);
    }
}

static bool is_first_on_its_cpu(const struct message_set *set, const struct message *message)
{
    for (const struct message *other = set->messages; other < message; other++)
        if (other->cpu == message->cpu)
            return false;
    return true;
}

// Silent first: what the source has sent by then was pushed ahead of the read-back that close() ends with.
void irq_disconnect(struct message_set *set)
{
    set->source->operations->close(set->source);
    message_for_each (set, message)
        vector_matrix_drain(vectors, message->cpu, message->info.vector);
    message_for_each (set, message)
        if (is_first_on_its_cpu(set, message))
            set_drain_cpu(set, message->cpu);
    message_set_destroy(set);
}

enum result irq_mask(struct message *message, bool masked)
{
    struct message_source *source = message->set->source;
    enum result result = source->operations->mask(source, message->index, masked);

    if (result == RESULT_OK)
        message->masked = masked;
    return result;
}

enum result irq_initialise(const struct irq_options *chosen)
{
    options = *chosen;
    if (options.policy == IRQ_POLICY_MACHINE_DEFAULT)
        options.policy = IRQ_POLICY_SPREAD_MESSAGES;
    vectors = vector_matrix_create(cpu_total());
    if (!vectors)
        return RESULT_NO_MEMORY;
    for (uint32_t i = 0; i < cpu_total(); i++) {
        struct message_words words;
        if (cpu_get(i)->state != CPU_ONLINE)
            continue;
        if (port_message_compose(i, VECTOR_DEVICE_FIRST, &words) == RESULT_OK)
            vector_matrix_open(vectors, i);
        else
            log_warning("cpu %u: no message can reach APIC ID %u without interrupt remapping", i,
                        cpu_get(i)->apic_id.value);
    }
    return RESULT_OK;
}

struct vector_matrix *irq_vectors(void)
{
    return vectors;
}
