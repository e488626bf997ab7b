// A ring of the messages at one place.

#include "kernel/core/beside.h"
#include "kernel/core/core_hooks.h"
#include "kernel/core/host.h"
#include "kernel/core/route.h"

static void old_share(struct message *message, const struct message *with)
{
    for (uint32_t i = 0; i < with->old_count; i++) {
        struct message_route old = with->old[i];
        old.count_before = host_slot_count(old.cpu, old.vector);
        if (message_tally_prepare(message, old.cpu) == RESULT_OK)
            message->old[message->old_count++] = old;
    }
}

void beside_join(struct message *message, struct message *other)
{
    old_share(message, other);
    message->beside = other->beside ? other->beside : other;
    other->beside = message;
}

bool beside_leave(struct message *message)
{
    const struct message_source_operations *operations = message->set->source->operations;

    for (struct message *other = message->beside; other; other = other->beside) {
        if (other->beside != message)
            continue;
        other->beside = message->beside == other ? NULL : message->beside;
        break;
    }
    message->beside = NULL;
    return !operations->leave || operations->leave(message->set->source);
}

struct message *beside_writer(struct message *message)
{
    if (message->set->is_inactive)
        beside_for_each(message, other) if (!other->set->is_inactive) return other;
    return message;
}

// The count on the old CPU goes into the tally; if that cannot be allocated, it is lost.
static void place_follow(struct message *message, const struct message *moved)
{
    struct message_route from = message_route_of(message);

    core_tell_route(CORE_MOVE, message->number, from, message_route_of(moved));
    if (message_tally_prepare(message, message->cpu) == RESULT_OK)
        message->old[message->old_count++] = from;
    // Cannot fail: host_message_compose() succeeded for this place already.
    (void)!route_assign(message, moved->cpu, moved->info.vector, moved->info.target_processor_set);
    message->count_before = moved->count_before;
    message->generation++;
}

void beside_follow(const struct message *moved)
{
    beside_for_each(moved, other)
    {
        if (other->cpu != moved->cpu || other->info.vector != moved->info.vector)
            place_follow(other, moved);
        else
            old_share(other, moved);
        if (moved->old_count == 0)
            message_tally_old(other);
    }
}

void beside_settle(const struct message *settled)
{
    beside_for_each(settled, other) message_tally_old(other);
}
