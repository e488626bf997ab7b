// Finds a message that one store sends, and moves it.

#include "kernel/bench/bench_place.h"
#include "kernel/core/irq.h"
#include "kernel/core/retarget.h"
#include "kernel/inventory/driver.h"
#include "kernel/proof/shot.h"

static bool is_kind(const struct message_set *set, enum message_kind kind)
{
    return kind == MESSAGE_KIND_COUNT ? set->source->kind != MESSAGE_LINE : set->source->kind == kind;
}

struct message *bench_place_find(enum message_kind kind)
{
    struct driver_doorbell doorbell;

    for (struct message_set *set = message_set_first(); set; set = set->next) {
        if (!is_kind(set, kind))
            continue;
        message_for_each (set, message)
            if (!message->masked && shot_doorbell(message, &doorbell))
                return message;
    }
    return NULL;
}

enum result bench_place_move(struct bench_place *place, struct message *message, uint32_t cpu)
{
    struct group_affinity only = {cpu_group(cpu), BIT(cpu_group_number(cpu))};

    *place = (struct bench_place){message, message->cpu, message->info.target_processor_set};
    return retarget_message(irq_vectors(), message, cpu, only);
}

enum result bench_place_restore(const struct bench_place *place)
{
    return retarget_message(irq_vectors(), place->message, place->cpu, place->allowed);
}

struct bench_trial bench_place_trial(const struct message *message, enum bench_trial_kind kind)
{
    struct driver_doorbell doorbell = {0};

    // Cannot fail: the message was selected for its doorbell.
    (void)shot_doorbell(message, &doorbell);
    return (struct bench_trial){
        .kind = kind,
        .doorbell = doorbell.address,
        .value = doorbell.value,
        .vector = message->info.vector,
    };
}
