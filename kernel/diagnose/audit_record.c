// Checks of a message's record alone: its fields agree, its interrupt object is its own.

#include "kernel/core/host.h"
#include "kernel/core/interrupt_lock.h"
#include "kernel/diagnose/audit_check.h"

static bool target_processor_set(const struct audit_subject *subject, struct audit_values *values)
{
    const struct message *message = subject->message;
    struct group_affinity set = message->info.target_processor_set;
    uint64_t allowed = set.group == cpu_group(message->cpu) ? set.mask : 0;

    return audit_compare(values, allowed | BIT(cpu_group_number(message->cpu)), allowed, true);
}

static bool irql(const struct audit_subject *subject, struct audit_values *values)
{
    const struct message_info_entry *info = &subject->message->info;

    return audit_compare(values, irql_of_vector(info->vector), info->irql, true);
}

// Address and data for this CPU and vector are composed again by the host.
static bool is_composed(const struct message *message, struct message_words *words)
{
    return message->cpu < cpu_total() && message->info.vector < VECTOR_COUNT &&
           host_message_compose(message->cpu, message->info.vector, words) == RESULT_OK;
}

static bool record_address(const struct audit_subject *subject, struct audit_values *values)
{
    struct message_words words;

    if (!is_composed(subject->message, &words))
        return false;
    return audit_compare(values, words.address.address, subject->message->info.message_address.address, true);
}

static bool record_data(const struct audit_subject *subject, struct audit_values *values)
{
    struct message_words words;

    if (!is_composed(subject->message, &words))
        return false;
    return audit_compare(values, words.data, subject->message->info.message_data, true);
}

// A record has two interrupt objects that differ only in level: the current one and the previous one.
static const struct interrupt *object_of(const struct message *message, const struct interrupt **other)
{
    bool is_second = message->info.interrupt_object == &message->objects[1];

    *other = &message->objects[is_second ? 0 : 1];
    return &message->objects[is_second ? 1 : 0];
}

static bool interrupt_object(const struct audit_subject *subject, struct audit_values *values)
{
    const struct interrupt *other;
    const struct interrupt *object = object_of(subject->message, &other);

    return audit_compare(values, (uintptr_t)object, (uintptr_t)subject->message->info.interrupt_object, true);
}

static bool object_message(const struct audit_subject *subject, struct audit_values *values)
{
    const struct interrupt *other;

    return audit_compare(values, (uintptr_t)subject->message, (uintptr_t)object_of(subject->message, &other)->message,
                         true);
}

static bool object_message_id(const struct audit_subject *subject, struct audit_values *values)
{
    const struct interrupt *other;

    return audit_compare(values, subject->message->index, object_of(subject->message, &other)->message_id, true);
}

static bool object_irql(const struct audit_subject *subject, struct audit_values *values)
{
    const struct interrupt *other;

    return audit_compare(values, subject->message->info.irql, object_of(subject->message, &other)->irql, true);
}

// With a lock, the stub calls the routine that takes the lock, which calls the driver's.
static bool object_routine(const struct audit_subject *subject, struct audit_values *values)
{
    const struct interrupt *other;
    const struct interrupt *object = object_of(subject->message, &other);
    service_routine *expected = subject->set->lock ? interrupt_lock_routine : other->service;

    return audit_compare(values, (uintptr_t)expected, (uintptr_t)object->routine, true);
}

static bool object_service(const struct audit_subject *subject, struct audit_values *values)
{
    const struct interrupt *other;
    const struct interrupt *object = object_of(subject->message, &other);

    return audit_compare(values, (uintptr_t)other->service, (uintptr_t)object->service, true);
}

static bool object_context(const struct audit_subject *subject, struct audit_values *values)
{
    const struct interrupt *other;
    const struct interrupt *object = object_of(subject->message, &other);

    return audit_compare(values, (uintptr_t)other->context, (uintptr_t)object->context, true);
}

static const struct audit_check record_checks[] = {
    {"target_processor_set", "record", target_processor_set, audit_format_hex},
    {"irql", "record", irql, audit_format_number},
    {"message_address", "record", record_address, audit_format_hex},
    {"message_data", "record", record_data, audit_format_hex},
    {"interrupt_object", "record", interrupt_object, audit_format_hex},
    {"message", "interrupt_object", object_message, audit_format_hex},
    {"message_id", "interrupt_object", object_message_id, audit_format_number},
    {"irql", "interrupt_object", object_irql, audit_format_number},
    {"routine", "interrupt_object", object_routine, audit_format_hex},
    {"service", "interrupt_object", object_service, audit_format_hex},
    {"context", "interrupt_object", object_context, audit_format_hex},
};
const struct audit_table audit_record_table = {record_checks, ARRAY_COUNT(record_checks)};
