// The core's port on this machine.

#include "kernel/port.h"
#include "arch/apic/apic.h"
#include "arch/apic/apic_timer.h"
#include "arch/apic/message_format.h"
#include "arch/cpu_registers.h"
#include "arch/interrupt/unowned.h"
#include "arch/processor.h"
#include "arch/smp.h"
#include "arch/time/time.h"
#include "kernel/core/cpu.h"

uint32_t port_cpu_current(void)
{
    return processor_number();
}

// The processor priority is the higher of the task priority, which is CR8, and what is in service (SDM 11.8.3.1).
enum irql port_irql_current(void)
{
    return irql_of_vector(apic()->read(APIC_PPR));
}

enum irql port_irql_read(void)
{
    return (enum irql)cr8_read();
}

void port_irql_write(enum irql level)
{
    cr8_write(level);
}

bool port_interrupts_disable(void)
{
    bool were_on = rflags_read() & RFLAGS_IF;

    cpu_cli();
    return were_on;
}

void port_interrupts_restore(bool were_on)
{
    if (were_on)
        cpu_sti();
}

const struct interrupt *port_slot_exchange(uint32_t cpu, uint32_t vector, const struct interrupt *object)
{
    struct slot *slot = &processor_of(cpu)->slots[vector];
    const struct interrupt *unowned = unowned_object(vector);
    const struct interrupt *old = __atomic_exchange_n(&slot->object, object ? object : unowned, __ATOMIC_SEQ_CST);

    return old == unowned ? NULL : old;
}

const struct interrupt *port_slot_read(uint32_t cpu, uint32_t vector)
{
    const struct interrupt *object = __atomic_load_n(&processor_of(cpu)->slots[vector].object, __ATOMIC_ACQUIRE);

    return object == unowned_object(vector) ? NULL : object;
}

bool port_gate_is_ours(uint32_t cpu, uint32_t vector)
{
    const struct processor *processor = processor_of(cpu);
    enum idt_stubs stubs = processor->chosen_idt == processor->idt ? IDT_PLAIN : IDT_TRACED;
    struct idt_gate found = processor->chosen_idt[vector], wanted = idt_gate_of(vector, apic_is_x2apic(), stubs);

    return found.words[0] == wanted.words[0] && found.words[1] == wanted.words[1];
}

static void state_words_read(enum apic_register first, uint32_t words[INTERRUPT_STATE_WORDS])
{
    for (uint32_t i = 0; i < INTERRUPT_STATE_WORDS; i++)
        words[i] = apic()->read((enum apic_register)(first + i));
}

void port_interrupt_state_read(struct interrupt_state *state)
{
    const struct processor *processor = processor_current();

    *state = (struct interrupt_state){
        .enabled = apic_is_enabled(),
        .x2apic = apic_is_x2apic(),
        .table_loaded = idtr_read().base == (uint64_t)processor->chosen_idt,
        .apic_id = apic_id_read(),
        .task_priority = (enum irql)cr8_read(),
        .processor_priority = irql_of_vector(apic()->read(APIC_PPR)),
        .errors = processor->error_bits,
    };
    state_words_read(APIC_ISR, state->in_service);
    state_words_read(APIC_IRR, state->requested);
    state_words_read(APIC_TMR, state->level_triggered);
}

uint64_t port_slot_count(uint32_t cpu, uint32_t vector)
{
    return __atomic_load_n(&processor_of(cpu)->slots[vector].count, __ATOMIC_RELAXED);
}

enum result port_message_compose(uint32_t cpu, uint32_t vector, struct message_words *words)
{
    return message_format_encode_fixed(processor_of(cpu)->apic_id, vector, words);
}

enum result port_message_decode(struct message_words words, struct message_target *target)
{
    struct message_fields fields;
    enum result result = message_format_decode(words, &fields);

    if (result == RESULT_OK)
        *target = (struct message_target){
            .apic_id = fields.destination,
            .vector = fields.vector,
            .is_plain = !fields.logical && fields.delivery == DELIVERY_FIXED && !fields.level_triggered,
        };
    return result;
}

void port_ipi_send(uint32_t cpu, uint32_t vector)
{
    apic_send(processor_of(cpu)->apic_id, (uint32_t)APIC_ICR_LEVEL_ASSERT | vector);
}

enum result port_processor_stop(uint32_t cpu)
{
    return smp_stop(cpu);
}

enum result port_processor_start(uint32_t cpu)
{
    return smp_restart(cpu);
}

struct trace_ring *port_trace_ring(uint32_t cpu)
{
    struct processor *processor = processor_get(cpu);

    return processor ? &processor->trace : NULL;
}

void port_trace_choose(uint32_t cpu, bool traced)
{
    bool were_on = port_interrupts_disable();

    processor_choose_stubs(processor_of(cpu), traced ? IDT_TRACED : IDT_PLAIN);
    port_interrupts_restore(were_on);
}

uint64_t port_nanoseconds(void)
{
    return time_nanoseconds();
}

uint64_t port_cycles(void)
{
    return time_cycles();
}

uint64_t port_nanoseconds_at(uint64_t cycles)
{
    return time_nanoseconds_at(cycles);
}

uint64_t port_cycles_frequency(void)
{
    return time_frequency();
}

void port_idle(uint64_t deadline_nanoseconds)
{
    uint64_t start = time_cycles();
    apic_timer_arm(deadline_nanoseconds, start);
    processor_idle_since_set(start);
    cpu_sti_hlt();
    cpu_cli();
    processor_idle_since_set(0);
    processor_waited_add(time_cycles() - start);
}

uint64_t port_idle_since(void)
{
    return processor_idle_since();
}

uint64_t port_cycles_waited(void)
{
    return processor_waited();
}

void port_relax(void)
{
    cpu_pause();
}
