// Writing, releasing, silencing.

#include "kernel/core/irq_program.h"
#include "kernel/core/drain_round.h"
#include "kernel/core/host.h"
#include "kernel/core/route.h"

// The message whose record hardware entry `entry` is written from.
static struct message *entry_message(struct message_set *set, uint32_t entry)
{
    return &set->messages[entry < set->message_count ? entry : 0];
}

enum result irq_program_write(struct message_set *set)
{
    uint32_t writes = set->source->kind == MESSAGE_MSIX ? set->entry_count : 1;
    enum result result = RESULT_OK;

    for (uint32_t i = 0; i < writes && result == RESULT_OK; i++)
        result = route_program(entry_message(set, i), i);
    return result;
}

// Reads the masks into the records; messages without a mask bit are held by the clear bus master bit alone.
static enum result silence(struct message_set *set)
{
    message_for_each (set, message) {
        bool pending;
        enum result result = set->source->operations->status(set->source, message->index, &message->masked, &pending);
        if (result != RESULT_OK)
            return result;
    }
    return set->source->operations->start(set->source, false);
}

enum result irq_program_release(struct message_set *set)
{
    if (set->is_silent)
        return silence(set);
    for (uint32_t i = 0; i < set->entry_count; i++) {
        enum result result = entry_message(set, i)->masked ? RESULT_OK : route_unmask(entry_message(set, i), i);
        if (result != RESULT_OK)
            return result;
    }
    return set->source->operations->start(set->source, true);
}

enum result irq_deactivate(struct message_set *set)
{
    enum result result = RESULT_OK;

    if (!irql_allows(IRQL_PASSIVE, "irq_deactivate"))
        return RESULT_IRQL;
    if (set->is_inactive)
        return RESULT_BUSY;
    set->is_inactive = true;
    set->source->operations->close(set->source);
    drain_round_begin();
    message_for_each (set, message)
        if (drain_round_message(message) != RESULT_OK)
            result = RESULT_TIMEOUT;
    return result;
}

static enum result reopen(struct message_set *set)
{
    uint32_t granted;
    enum result result = set->source->operations->open(set->source, set->message_count, &granted);

    if (result == RESULT_OK && granted < set->message_count)
        result = RESULT_MISMATCH;
    if (result == RESULT_OK)
        result = irq_program_write(set);
    return result == RESULT_OK ? irq_program_release(set) : result;
}

// Messages sent while the set was inactive are lost without a mask that keeps them pending: run each routine once.
static void routines_run(const struct message_set *set)
{
    for (uint32_t i = 0; i < set->message_count; i++)
        host_ipi_send(set->messages[i].cpu, set->messages[i].info.vector);
}

enum result irq_activate(struct message_set *set)
{
    if (!irql_allows(IRQL_PASSIVE, "irq_activate"))
        return RESULT_IRQL;
    set->source->operations->close(set->source);
    set->source->is_suspect = true;
    enum result result = reopen(set);
    set->is_inactive = result != RESULT_OK;
    if (set->is_inactive)
        set->source->operations->close(set->source);
    else if (!set->source->can_mask && !set->is_silent)
        routines_run(set);
    return result;
}
