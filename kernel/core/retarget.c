// The steps of a move, one function each.

#include "kernel/core/retarget.h"
#include "kernel/core/beside.h"
#include "kernel/core/core_hooks.h"
#include "kernel/core/core_log.h"
#include "kernel/core/drain.h"
#include "kernel/core/host.h"
#include "kernel/core/interrupt_lock.h"
#include "kernel/core/route.h"
#include "kernel/core/vector_matrix.h"

// One move of `count` messages that share their CPU: one, or an MSI device's block.
struct move {
    struct vector_matrix *matrix;
    struct message *messages;
    uint32_t count;
    uint32_t from;
    uint32_t to;
    uint32_t first;    // new vector of the first message
    bool has_stopover; // (from, new vector) is live, too: data and address are written separately, unmasked
};

static struct move move_of(struct vector_matrix *matrix, struct message *message, uint32_t cpu)
{
    struct message_set *set = message->set;
    bool is_block = set->source->kind == MESSAGE_MSI;
    struct message *first = is_block ? set->messages : message;

    return (struct move){matrix, first, is_block ? set->message_count : 1, first->cpu, cpu, 0, false};
}

// For the new CPU, too: a move refused by the hardware leaves a place there to drain.
static enum result tallies_prepare(const struct move *move)
{
    enum result result = RESULT_OK;

    for (uint32_t i = 0; i < move->count && result == RESULT_OK; i++) {
        result = message_tally_prepare(&move->messages[i], move->from);
        if (result == RESULT_OK)
            result = message_tally_prepare(&move->messages[i], move->to);
    }
    return result;
}

// Maskable: any vectors of the band. Else the same vectors, so that a single write of the address moves the block, or
// vectors free on both CPUs.
static enum result vectors_reserve(struct move *move)
{
    const struct message_set *set = move->messages->set;
    enum irql lowest = set->band.lowest, highest = set->band.highest;

    if (set->source->mode == INTERRUPT_LEVEL_SENSITIVE)
        return vector_matrix_reserve_level(move->matrix, move->to, lowest, highest, &move->first);
    if (set->source->can_mask)
        return vector_matrix_reserve(move->matrix, move->to, lowest, highest, move->count, &move->first);
    move->first = move->messages->info.vector;
    if (vector_matrix_reserve_at(move->matrix, move->to, move->first, move->count) == RESULT_OK)
        return RESULT_OK;
    move->has_stopover = true;
    return vector_matrix_reserve_pair(move->matrix, move->to, move->from, lowest, highest, move->count, &move->first);
}

static void slot_free(struct vector_matrix *matrix, uint32_t cpu, uint32_t vector)
{
    host_slot_exchange(cpu, vector, NULL);
    vector_matrix_free(matrix, cpu, vector);
}

static void new_free(const struct move *move)
{
    for (uint32_t i = 0; i < move->count; i++) {
        slot_free(move->matrix, move->to, move->first + i);
        if (move->has_stopover)
            slot_free(move->matrix, move->from, move->first + i);
    }
}

static enum result message_point(const struct move *move, uint32_t index, struct group_affinity allowed)
{
    struct message *message = &move->messages[index];
    uint32_t vector = move->first + index;
    struct message_route old = message_route_of(message);
    enum result result = route_assign(message, move->to, vector, allowed);

    if (result != RESULT_OK)
        return result;
    message->old[message->old_count++] = old;
    if (move->has_stopover) {
        message->old[message->old_count++] =
            (struct message_route){move->from, vector, host_slot_count(move->from, vector)};
        host_slot_exchange(move->from, vector, message->info.interrupt_object);
    }
    return RESULT_OK;
}

static enum result messages_point(const struct move *move, struct group_affinity allowed)
{
    enum result result = RESULT_OK;

    for (uint32_t i = 0; i < move->count && result == RESULT_OK; i++)
        result = message_point(move, i, allowed);
    return result;
}

// Unmasks an entry, which writing left masked, if the source can mask and the record is unmasked.
static enum result entry_open(const struct message *message, uint32_t entry)
{
    bool stays = !message->set->source->can_mask || message->masked;

    return stays ? RESULT_OK : route_unmask(message, entry);
}

// Entries beyond the grant are aimed at message 0 and move with it.
static enum result spare_entries_write(const struct message *message)
{
    const struct message_set *set = message->set;
    enum result result = RESULT_OK;

    for (uint32_t entry = set->message_count; entry < set->entry_count && result == RESULT_OK; entry++) {
        result = route_program(message, entry);
        if (result == RESULT_OK)
            result = entry_open(message, entry);
    }
    return result;
}

// An MSI block has one entry to write, and a mask bit per message.
static enum result hardware_write(const struct move *move)
{
    const struct message *first = move->messages;

    // irq_activate() writes an inactive set.
    if (first->set->is_inactive)
        return RESULT_OK;
    enum result result = route_program(first, first->index);

    for (uint32_t i = 0; i < move->count && result == RESULT_OK; i++)
        result = entry_open(&first[i], first[i].index);
    return result == RESULT_OK && first->index == 0 ? spare_entries_write(first) : result;
}

// With a stopover two moves are reported: to (old CPU, new vector), then to (new CPU, new vector).
static void routes_tell(const struct move *move)
{
    if (!core_hooks)
        return;
    for (uint32_t i = 0; i < move->count; i++) {
        const struct message *message = &move->messages[i];
        struct message_route from = message->old[0];
        if (move->has_stopover) {
            core_tell_route(CORE_MOVE, message->number, from, message->old[1]);
            from = message->old[1];
        }
        core_tell_route(CORE_MOVE, message->number, from, message_route_of(message));
    }
}

// Routes a message back to its old place; the new one becomes old[0].
static void message_return(struct message *message, struct group_affinity allowed)
{
    struct message_route new = message_route_of(message), old = message->old[0];

    // Cannot fail: host_message_compose() succeeded for this place before.
    (void)!route_assign(message, old.cpu, old.vector, allowed);
    message->count_before = old.count_before;
    message->old[0] = new;
}

// Undoes a move before the hardware was written: nothing can arrive at the new places, no drain.
static void move_cancel(const struct move *move, struct group_affinity allowed)
{
    for (uint32_t i = 0; i < move->count; i++) {
        struct message *message = &move->messages[i];
        if (message->old_count)
            message_return(message, allowed);
        message->old_count = 0;
    }
    new_free(move);
}

static void old_turn(struct vector_matrix *matrix, const struct message *message)
{
    for (uint32_t i = 0; i < message->old_count; i++) {
        vector_matrix_commit(matrix, message->old[i].cpu, message->old[i].vector);
        vector_matrix_drain(matrix, message->old[i].cpu, message->old[i].vector);
    }
}

static void routes_turn(const struct move *move)
{
    for (uint32_t i = 0; i < move->count; i++) {
        struct message *message = &move->messages[i];
        vector_matrix_commit(move->matrix, message->cpu, message->info.vector);
        old_turn(move->matrix, message);
        message->generation++;
    }
}

// Count before the slots are freed, or else the next owner's interrupts are counted. old[] keeps its contents after
// that.
static void old_free(struct vector_matrix *matrix, struct message *message)
{
    uint32_t count = message->old_count;

    message_tally_old(message);
    beside_settle(message);
    for (uint32_t i = 0; i < count; i++)
        slot_free(matrix, message->old[i].cpu, message->old[i].vector);
}

// All messages of a block have old places on the same CPUs: one, or two after an undone move.
__attribute__((__noinline__)) static enum result places_drain(const struct move *move) // seldom: most moves find none
{
    const struct message *first = move->messages;
    enum result result = RESULT_OK;

    for (uint32_t i = 0; i < first->old_count && result == RESULT_OK; i++)
        if (i == 0 || first->old[i].cpu != first->old[0].cpu)
            result = drain_cpu(first->old[i].cpu);
    for (uint32_t i = 0; i < move->count && result == RESULT_OK; i++)
        old_free(move->matrix, &move->messages[i]);
    return result;
}

static enum result old_drain(const struct move *move)
{
    return move->messages->old_count == 0 ? RESULT_OK : places_drain(move);
}

// After a refusal the hardware may hold part of the new words and may have sent with them: write the old words again,
// then drain the new places. A second refusal is logged; `audit` shows the difference.
static void move_take_back(const struct move *move, struct group_affinity allowed)
{
    for (uint32_t i = 0; i < move->count; i++) {
        struct message *message = &move->messages[i];
        message_return(message, allowed);
        core_tell_route(CORE_MOVE, message->number, message->old[0], message_route_of(message));
    }
    (void)!hardware_write(move);
    for (uint32_t i = 0; i < move->count; i++)
        old_turn(move->matrix, &move->messages[i]);
    (void)!old_drain(move);
    beside_follow(move->messages);
}

static enum result move_make(struct move *move, struct group_affinity allowed)
{
    struct group_affinity before = move->messages->info.target_processor_set;
    enum result result = vectors_reserve(move);

    if (result != RESULT_OK)
        return result;
    if (!interrupt_lock_permits(move->messages->set, move->first + move->count - 1)) {
        new_free(move);
        return RESULT_NO_VECTORS;
    }
    result = messages_point(move, allowed);
    if (result != RESULT_OK) {
        move_cancel(move, before);
        return result;
    }
    // Before the write, or else a message may arrive at the new place before its MOVE.
    routes_tell(move);
    result = hardware_write(move);
    if (result != RESULT_OK) {
        move_take_back(move, before);
        return result;
    }
    routes_turn(move);
    result = old_drain(move);
    beside_follow(move->messages);
    return result;
}

enum result retarget_message(struct vector_matrix *matrix, struct message *message, uint32_t cpu,
                             struct group_affinity allowed)
{
    struct move move = move_of(matrix, message, cpu);

    if (old_drain(&move) != RESULT_OK)
        return RESULT_BUSY;
    if (move.from == cpu) {
        for (uint32_t i = 0; i < move.count; i++)
            move.messages[i].info.target_processor_set = allowed;
        return RESULT_OK;
    }
    struct message *writer = beside_writer(message);
    if (writer != message)
        move = move_of(matrix, writer, cpu);
    enum result result = tallies_prepare(&move);
    return result == RESULT_OK ? move_make(&move, allowed) : result;
}

enum result retarget_settle(struct vector_matrix *matrix, struct message *message)
{
    struct move move = move_of(matrix, message, message->cpu);

    return old_drain(&move) == RESULT_OK ? RESULT_OK : RESULT_BUSY;
}
