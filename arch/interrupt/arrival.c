// Telling by the local APIC whether an interrupt is in service, and ending only that.

#include "arch/interrupt/arrival.h"
#include "arch/apic/apic.h"
#include "arch/interrupt/unowned.h"
#include "arch/processor.h"
#include "kernel/runtime/vectors.h"
#include "kernel/trace/trace.h"

static void unowned_note(uint32_t vector)
{
    const struct interrupt *object = unowned_object(vector);

    (void)object->routine(object);
}

// A message with the spurious vector must not count as one of the local APIC's own.
bool arrival_take(uint32_t vector)
{
    struct processor *processor = processor_current();

    if (!apic_is_in_service(vector))
        return false;
    if (vector == VECTOR_SPURIOUS)
        processor->vectored_spurious_count++;
    else
        processor->slots[vector].count++;
    unowned_note(vector);
    apic()->write(APIC_EOI, 0);
    return true;
}

// An end of interrupt only if this vector is in service, or else it would end the interrupted one.
void arrival_checked(uint32_t vector)
{
    if (arrival_take(vector))
        return;
    processor_current()->slots[vector].count++;
    if (vector == VECTOR_SPURIOUS)
        trace_spurious();
    else
        unowned_note(vector);
}
