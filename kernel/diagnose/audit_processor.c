// Checks of a processor: its local APIC, and which of its vectors are in use.

#include "kernel/core/host.h"
#include "kernel/core/irq.h"
#include "kernel/diagnose/audit_check.h"
#include "kernel/lib/memory.h"

static const struct cpu *cpu_of(const struct audit_subject *subject)
{
    return cpu_get(subject->processor.cpu);
}

static bool has_state(const struct audit_subject *subject)
{
    return subject->processor.result == RESULT_OK;
}

static bool state(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, CPU_ONLINE, cpu_of(subject)->state, true);
}

static bool answers(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, RESULT_OK, subject->processor.result, cpu_of(subject)->state == CPU_ONLINE);
}

static bool apic_enable(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, true, subject->processor.state.enabled, has_state(subject));
}

static bool apic_mode(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, strcmp(cpu_of(subject)->apic_mode, "x2apic") == 0, subject->processor.state.x2apic,
                         has_state(subject));
}

static bool apic_id(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, cpu_of(subject)->apic_id.value, subject->processor.state.apic_id.value,
                         has_state(subject));
}

// Commands run at PASSIVE and deferred calls at DISPATCH: a higher task priority would hold device messages off.
static bool task_priority(const struct audit_subject *subject, struct audit_values *values)
{
    enum irql found = subject->processor.state.task_priority;

    return audit_compare(values, found > IRQL_DISPATCH ? IRQL_PASSIVE : found, found, has_state(subject));
}

static bool exceptions_kept(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, true, subject->processor.state.exceptions_kept, has_state(subject));
}

static bool table_loaded(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, true, subject->processor.state.table_loaded, has_state(subject));
}

static const struct audit_check processor_checks[] = {
    {"state", NULL, state, audit_format_cpu_state},
    {"answers", NULL, answers, audit_format_result},
    {"apic_enable", NULL, apic_enable, audit_format_bool},
    {"x2apic", NULL, apic_mode, audit_format_bool},
    {"apic_id", NULL, apic_id, audit_format_number},
    {"task_priority", NULL, task_priority, audit_format_number},
    {"exceptions_kept", NULL, exceptions_kept, audit_format_bool},
    {"interrupt_table", NULL, table_loaded, audit_format_bool},
};
const struct audit_table audit_processor_table = {processor_checks, ARRAY_COUNT(processor_checks)};

// Devices on one line share a CPU and vector: counted for the first of them in the table.
static bool is_counted_before(const struct message *message)
{
    for (const struct message_set *set = message_set_first(); set && set != message->set; set = set->next)
        if (set->source->kind == MESSAGE_LINE && set->messages->cpu == message->cpu &&
            set->messages->info.vector == message->info.vector)
            return true;
    return false;
}

// What the records say of one CPU: its vectors live and draining.
static struct vector_counts records_count(uint32_t cpu)
{
    struct vector_counts counts = {0};

    for (struct message_set *set = message_set_first(); set; set = set->next) {
        message_for_each (set, message) {
            if (set->source->kind == MESSAGE_LINE && is_counted_before(message))
                continue;
            counts.allocated += message->cpu == cpu;
            for (uint32_t i = 0; i < message->old_count; i++)
                counts.draining += message->old[i].cpu == cpu;
        }
    }
    return counts;
}

static bool vectors_allocated(const struct audit_subject *subject, struct audit_values *values)
{
    uint32_t cpu = subject->processor.cpu;

    return audit_compare(values, records_count(cpu).allocated, vector_matrix_counts(irq_vectors(), cpu).allocated,
                         true);
}

// A vector is reserved only while a route is being made.
static bool vectors_reserved(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, 0, vector_matrix_counts(irq_vectors(), subject->processor.cpu).reserved, true);
}

static bool slots_filled(const struct audit_subject *subject, struct audit_values *values)
{
    uint32_t cpu = subject->processor.cpu;
    struct vector_counts counts = records_count(cpu);
    uint32_t filled = 0;

    for (uint32_t vector = VECTOR_DEVICE_FIRST; vector < VECTOR_DEVICE_END; vector++)
        filled += host_slot_read(cpu, vector) != NULL;
    return audit_compare(values, counts.allocated + counts.draining, filled, true);
}

static const struct audit_check vectors_checks[] = {
    {"vectors_allocated", NULL, vectors_allocated, audit_format_number},
    {"vectors_reserved", NULL, vectors_reserved, audit_format_number},
    {"slots_filled", NULL, slots_filled, audit_format_number},
};
const struct audit_table audit_vectors_table = {vectors_checks, ARRAY_COUNT(vectors_checks)};
