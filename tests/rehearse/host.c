// The core's host on a machine of which only tables are known: slots in plain memory, processors that take nothing.

#include "kernel/core/host.h"
#include "arch/apic/apic.h"
#include "arch/apic/message_format.h"
#include "arch/firmware_tables.h"
#include "arch/processor.h"
#include "kernel/core/cpu.h"
#include "kernel/runtime/heap.h"
#include "tests/rehearse/rehearse.h"
#include <stdlib.h>

typedef const struct interrupt *processor_slots[VECTOR_COUNT];

static processor_slots *slots;
static uint64_t nanoseconds;
static enum irql level;

// The firmware lists the boot processor first (ACPI 6.5, 5.2.12.1).
struct apic_id apic_id_read(void)
{
    const struct acpi_madt *madt = &firmware_tables()->madt;

    for (uint32_t i = 0; i < madt->processor_count; i++)
        if (madt->processors[i].enabled)
            return madt->processors[i].apic_id;
    return (struct apic_id){0};
}

enum result processor_create(uint32_t number, struct apic_id apic_id)
{
    slots = realloc(slots, (number + 1) * sizeof(slots[0]));
    if (!slots)
        abort();
    for (uint32_t i = 0; i < VECTOR_COUNT; i++)
        slots[number][i] = NULL;
    return RESULT_OK;
}

void rehearse_host_release(void)
{
    free(slots);
}

const struct interrupt *host_slot_exchange(uint32_t cpu, uint32_t vector, const struct interrupt *object)
{
    const struct interrupt *replaced = slots[cpu][vector];

    slots[cpu][vector] = object;
    return replaced;
}

const struct interrupt *host_slot_read(uint32_t cpu, uint32_t vector)
{
    return slots[cpu][vector];
}

uint64_t host_slot_count(uint32_t cpu, uint32_t vector)
{
    return 0;
}

enum result host_message_compose(uint32_t cpu, uint32_t vector, struct message_words *words)
{
    return message_format_encode_fixed(cpu_get(cpu)->apic_id, vector, words);
}

uint32_t host_cpu_current(void)
{
    return 0;
}

enum irql host_irql_current(void)
{
    return level;
}

enum irql host_irql_read(void)
{
    return level;
}

void host_irql_write(enum irql wanted)
{
    level = wanted;
}

bool host_interrupts_disable(void)
{
    return false;
}

void host_interrupts_restore(bool were_on) {}

void host_ipi_send(uint32_t cpu, uint32_t vector) {}

uint64_t host_nanoseconds(void)
{
    return nanoseconds++;
}

void host_idle(uint64_t deadline_nanoseconds)
{
    nanoseconds = deadline_nanoseconds > nanoseconds ? deadline_nanoseconds : nanoseconds;
}

void host_relax(void) {}

enum result host_processor_stop(uint32_t cpu)
{
    return RESULT_UNSUPPORTED;
}

enum result host_processor_start(uint32_t cpu)
{
    return RESULT_UNSUPPORTED;
}

void *host_allocate(size_t size)
{
    return heap_allocate(size);
}

void host_free(void *memory)
{
    heap_free(memory);
}
