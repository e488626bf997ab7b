// The objects of free slots.

#include "arch/unowned.h"
#include "arch/processor.h"
#include "kernel/log.h"

static struct interrupt objects[VECTOR_COUNT];
static bool reported[VECTOR_COUNT];

static bool unowned_routine(const struct interrupt *self)
{
    __atomic_fetch_add(&processor_current()->unknown_count, 1, __ATOMIC_RELAXED);
    // Once per vector: a device that repeats itself must not fill the log.
    if (!__atomic_exchange_n(&reported[self->message_id], true, __ATOMIC_RELAXED))
        log_warning("cpu %u: interrupt on vector 0x%x, which nobody owns", processor_number(), self->message_id);
    return false;
}

const struct interrupt *unowned_object(uint32_t vector)
{
    struct interrupt *object = &objects[vector];

    if (!object->routine)
        *object = (struct interrupt){.routine = unowned_routine,
                                     .message_id = vector,
                                     .irql = irql_of_vector(vector),
                                     .name = "unowned"};
    return object;
}
