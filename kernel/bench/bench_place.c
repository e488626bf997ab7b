// Finds a message that one store sends, and moves it.

#include "kernel/bench/bench_place.h"
#include "kernel/core/host.h"
#include "kernel/core/irq.h"
#include "kernel/core/retarget.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/driver.h"
#include "kernel/proof/shot.h"

#define BUSY_BOUND WAIT_MILLISECONDS(1000)

static bool is_kind(const struct message_set *set, enum message_kind kind)
{
    return kind == MESSAGE_KIND_COUNT ? set->source->kind != MESSAGE_LINE : set->source->kind == kind;
}

static struct message *find(enum message_kind kind, bool is_prepared)
{
    struct driver_doorbell doorbell;

    for (struct message_set *set = message_set_first(); set; set = set->next) {
        if (!is_kind(set, kind))
            continue;
        message_for_each (set, message)
            if (!message->masked && (is_prepared ? shot_is_prepared(message) : shot_doorbell(message, &doorbell)))
                return message;
    }
    return NULL;
}

struct message *bench_place_find(enum message_kind kind)
{
    return find(kind, false);
}

struct message *bench_place_find_prepared(enum message_kind kind)
{
    return find(kind, true);
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

enum result bench_place_load(struct bench_trial *trial, struct message *message)
{
    struct driver_doorbell doorbell;
    uint64_t start = host_nanoseconds();
    enum result result = shot_prepare(message, &doorbell);

    while (result == RESULT_BUSY && host_nanoseconds() - start < BUSY_BOUND)
        result = shot_prepare(message, &doorbell);
    if (result != RESULT_OK)
        return result;
    trial->doorbell = doorbell.address;
    trial->value = doorbell.value;
    trial->vector = message->info.vector;
    return RESULT_OK;
}
