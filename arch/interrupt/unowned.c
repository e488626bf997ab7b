// The objects of free slots.

#include "arch/interrupt/unowned.h"
#include "arch/processor.h"
#include "kernel/diagnose/unknown.h"
#include "kernel/runtime/log.h"
#include "kernel/trace/trace.h"

struct interrupt unowned_objects[VECTOR_COUNT];

static bool unowned_routine(const struct interrupt *self)
{
    __atomic_fetch_add(&processor_current()->unknown_count, 1, __ATOMIC_RELAXED);
    trace_unknown(self->message_id);
    // Once per CPU and vector: a device that repeats itself must not fill the log.
    if (unknown_note(processor_number(), self->message_id))
        log_warning("cpu %u: interrupt on vector 0x%x, which nobody owns (see unknown)", processor_number(),
                    self->message_id);
    return false;
}

void unowned_prepare(void)
{
    for (uint32_t vector = 0; vector < VECTOR_COUNT; vector++)
        unowned_objects[vector] = (struct interrupt){.routine = unowned_routine,
                                                     .message_id = vector,
                                                     .irql = irql_of_vector(vector),
                                                     .name = "unowned"};
}
