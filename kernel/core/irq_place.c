// Placing a set: the policy names CPUs, the matrix gives vectors, the record is filled in.

#include "kernel/core/irq_place.h"
#include "kernel/core/beside.h"
#include "kernel/core/drain.h"
#include "kernel/core/host.h"
#include "kernel/core/interrupt_lock.h"
#include "kernel/core/placement.h"
#include "kernel/core/route.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/output.h"

static enum result message_route(struct vector_matrix *matrix, struct message *message, uint32_t cpu, uint32_t vector,
                                 struct group_affinity allowed)
{
    enum result result = route_assign(message, cpu, vector, allowed);

    if (result != RESULT_OK)
        vector_matrix_free(matrix, cpu, vector);
    return result;
}

// Stops at the first message without a place; *placed is the number placed.
static enum result place_each(struct vector_matrix *matrix, struct placement *placement, struct message_set *set,
                              uint32_t *placed)
{
    for (uint32_t i = 0; i < set->message_count; i++) {
        struct group_affinity allowed;
        uint32_t cpu, vector;
        enum result result = placement_choose(placement, matrix, i, &cpu, &allowed);
        if (result == RESULT_OK)
            result = vector_matrix_reserve(matrix, cpu, set->band.lowest, set->band.highest, 1, &vector);
        if (result == RESULT_OK)
            result = message_route(matrix, &set->messages[i], cpu, vector, allowed);
        if (result != RESULT_OK)
            return result;
        if (i == 0)
            placement->first_cpu = cpu;
        *placed = i + 1;
    }
    return RESULT_OK;
}

static enum result block_reserve(struct vector_matrix *matrix, const struct message_set *set, uint32_t cpu,
                                 uint32_t *count, uint32_t *first)
{
    if (set->source->mode == INTERRUPT_LEVEL_SENSITIVE) {
        *count = 1;
        return vector_matrix_reserve_level(matrix, cpu, set->band.lowest, set->band.highest, first);
    }
    for (*count = set->message_count; *count & (*count - 1);)
        *count &= *count - 1;
    for (; *count; *count /= 2)
        if (vector_matrix_reserve(matrix, cpu, set->band.lowest, set->band.highest, *count, first) == RESULT_OK)
            return RESULT_OK;
    return RESULT_NO_VECTORS;
}

// The device adds the message number to the data, so the vectors are one aligned block on one CPU.
static enum result place_block(struct vector_matrix *matrix, const struct placement *placement, struct message_set *set,
                               uint32_t *placed)
{
    struct group_affinity allowed;
    uint32_t cpu, first, count;
    enum result result = placement_choose(placement, matrix, 0, &cpu, &allowed);

    if (result == RESULT_OK)
        result = block_reserve(matrix, set, cpu, &count, &first);
    if (result != RESULT_OK)
        return result;
    for (uint32_t i = 0; i < count; i++) {
        enum result routed = message_route(matrix, &set->messages[i], cpu, first + i, allowed);
        if (routed == RESULT_OK)
            *placed = i + 1;
        else
            result = routed;
    }
    return result;
}

// A line in use by another device: the message gets that device's place.
static enum result place_beside(struct message *other, struct message *message, uint32_t *placed)
{
    enum result result = route_assign(message, other->cpu, other->info.vector, other->info.target_processor_set);

    *placed = result == RESULT_OK;
    if (result == RESULT_OK)
        beside_join(message, other);
    return result;
}

static enum result place_set(struct vector_matrix *matrix, struct placement *placement, struct message_set *set,
                             uint32_t *placed)
{
    struct message_source *source = set->source;
    struct message *other = source->operations->neighbour ? source->operations->neighbour(source) : NULL;

    if (other)
        return place_beside(other, set->messages, placed);
    if (set->source->kind == MESSAGE_MSIX)
        return place_each(matrix, placement, set, placed);
    return place_block(matrix, placement, set, placed);
}

static void objects_prepare(const struct irq_request *request, struct message_set *set)
{
    message_for_each (set, message) {
        struct interrupt object = {
            .routine = request->lock ? interrupt_lock_routine : request->routine,
            .service = request->routine,
            .context = request->context,
            .message_id = message->index,
            .number = message->number,
            .message = message,
            .name = request->device->user,
        };
        message->objects[0] = message->objects[1] = object;
    }
}

// Number of vectors to keep for devices that have no set yet.
static uint32_t vectors_keep(const struct vector_matrix *matrix, const struct irq_request *request,
                             struct message_set *set)
{
    uint32_t free = vector_matrix_free_total(matrix), kept = message_waiting_total();
    uint32_t limit = free > kept ? free - kept : 0;

    if (limit < request->minimum)
        limit = request->minimum;
    if (set->source->kind == MESSAGE_LINE || limit >= set->message_count)
        return 0;
    message_set_trim(set, limit);
    return kept;
}

static void reason_add_fewer(const struct vector_matrix *matrix, char *reason, uint32_t placed, uint32_t wanted,
                             uint32_t kept)
{
    uint32_t free = vector_matrix_free_total(matrix);

    if (kept)
        irq_reason_add(reason, "%u of %u: %u vectors free on all CPUs, kept for %u functions to come", placed, wanted,
                       free, kept);
    else
        irq_reason_add(reason, "%u of %u: %u vectors free on all CPUs", placed, wanted, free);
}

enum result irq_place(struct vector_matrix *matrix, const struct irq_request *request, struct message_set *set,
                      char *reason)
{
    struct placement placement = {.policy = set->policy, .node = request->device->node, .cpus = request->message_cpus};
    uint32_t wanted = set->message_count, placed = 0, kept = vectors_keep(matrix, request, set);

    objects_prepare(request, set);
    enum result result = place_set(matrix, &placement, set, &placed);
    message_set_trim(set, placed);
    if (placed < request->minimum)
        return result == RESULT_OK ? RESULT_NO_VECTORS : result;
    if (placed < wanted)
        reason_add_fewer(matrix, reason, placed, wanted, kept);
    return RESULT_OK;
}

void irq_place_undo(struct vector_matrix *matrix, struct message_set *set, uint32_t count)
{
    for (uint32_t i = count; i < set->message_count; i++) {
        struct message *message = &set->messages[i];
        if (!beside_leave(message)) {
            // Interrupts of the line's other devices may have called its routine; a timeout is logged.
            (void)!drain_cpu(message->cpu);
            continue;
        }
        host_slot_exchange(message->cpu, message->info.vector, NULL);
        vector_matrix_free(matrix, message->cpu, message->info.vector);
    }
    message_set_trim(set, count);
}

void irq_reason_add(char *reason, const char *format, ...)
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
