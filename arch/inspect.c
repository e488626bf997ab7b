// Reads this machine's interrupt hardware for the inspection.

#include "kernel/diagnose/inspect.h"
#include "arch/apic/apic.h"
#include "arch/apic/message_format.h"
#include "arch/cpu_registers.h"
#include "arch/processor.h"

bool inspect_gate_is_ours(uint32_t cpu, uint32_t vector)
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

void inspect_interrupt_state(struct interrupt_state *state)
{
    const struct processor *processor = processor_current();

    *state = (struct interrupt_state){
        .enabled = apic_is_enabled(),
        .x2apic = apic_is_x2apic(),
        .table_loaded = idtr_read().base == (uint64_t)processor->chosen_idt,
        .apic_id = apic_id_read(),
        .exceptions_kept = cr8_read() >= APIC_CLASS_PASSIVE,
        .task_priority = apic_irql_of_class(cr8_read()),
        .processor_priority = apic_irql_read(),
        .errors = processor->error_bits,
    };
    state_words_read(APIC_ISR, state->in_service);
    state_words_read(APIC_IRR, state->requested);
    state_words_read(APIC_TMR, state->level_triggered);
}

enum result inspect_message_decode(struct message_words words, struct message_target *target)
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
