// The core's host on this machine: processors, levels, slots, messages, time.

#include "kernel/core/host.h"
#include "arch/apic/apic.h"
#include "arch/apic/apic_timer.h"
#include "arch/apic/message_format.h"
#include "arch/cpu_registers.h"
#include "arch/interrupt/unowned.h"
#include "arch/processor.h"
#include "arch/smp.h"
#include "arch/time/time.h"
#include "kernel/core/cpu.h"

uint32_t host_cpu_current(void)
{
    return processor_number();
}

enum irql host_irql_current(void)
{
    return apic_irql_read();
}

enum irql host_irql_read(void)
{
    return apic_irql_of_class(cr8_read());
}

void host_irql_write(enum irql level)
{
    cr8_write(level > APIC_CLASS_PASSIVE ? level : APIC_CLASS_PASSIVE);
}

bool host_interrupts_disable(void)
{
    bool were_on = rflags_read() & RFLAGS_IF;

    cpu_cli();
    return were_on;
}

void host_interrupts_restore(bool were_on)
{
    if (were_on)
        cpu_sti();
}

const struct interrupt *host_slot_exchange(uint32_t cpu, uint32_t vector, const struct interrupt *object)
{
    struct slot *slot = &processor_of(cpu)->slots[vector];
    const struct interrupt *unowned = unowned_object(vector);
    const struct interrupt *old = __atomic_exchange_n(&slot->object, object ? object : unowned, __ATOMIC_SEQ_CST);

    return old == unowned ? NULL : old;
}

const struct interrupt *host_slot_read(uint32_t cpu, uint32_t vector)
{
    const struct interrupt *object = __atomic_load_n(&processor_of(cpu)->slots[vector].object, __ATOMIC_ACQUIRE);

    return object == unowned_object(vector) ? NULL : object;
}

uint64_t host_slot_count(uint32_t cpu, uint32_t vector)
{
    return __atomic_load_n(&processor_of(cpu)->slots[vector].count, __ATOMIC_RELAXED);
}

enum result host_message_compose(uint32_t cpu, uint32_t vector, struct message_words *words)
{
    return message_format_encode_fixed(processor_of(cpu)->apic_id, vector, words);
}

void host_ipi_send(uint32_t cpu, uint32_t vector)
{
    apic_send(processor_of(cpu)->apic_id, (uint32_t)APIC_ICR_LEVEL_ASSERT | vector);
}

enum result host_processor_stop(uint32_t cpu)
{
    return smp_stop(cpu);
}

enum result host_processor_start(uint32_t cpu)
{
    return smp_restart(cpu);
}

uint64_t host_nanoseconds(void)
{
    return time_nanoseconds();
}

void host_idle(uint64_t deadline_nanoseconds)
{
    uint64_t start = time_cycles();
    apic_timer_arm(deadline_nanoseconds, start);
    processor_idle_since_set(start);
    cpu_sti_hlt();
    cpu_cli();
    processor_idle_since_set(0);
    processor_waited_add(time_cycles() - start);
}

void host_relax(void)
{
    cpu_pause();
}
