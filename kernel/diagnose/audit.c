// Which tables of checks apply to what, and which differences are reported.

#include "kernel/diagnose/audit.h"
#include "kernel/console/console.h"
#include "kernel/core/wait.h"
#include "kernel/diagnose/audit_check.h"
#include "kernel/lib/output.h"

enum { LOOKS = 10 };

#define LOOK_AGAIN_AFTER WAIT_MILLISECONDS(2)

static const char *const source_places[MESSAGE_KIND_COUNT] = {
    [MESSAGE_MSIX] = "msix_table",
    [MESSAGE_MSI] = "msi_capability",
    [MESSAGE_LINE] = "ioapic",
};

static struct audit_totals last;

static void report(struct audit *audit, const struct audit_subject *subject, const struct audit_check *check,
                   const struct audit_values *values)
{
    const struct message *message = subject->message;
    struct audit_drift drift = {
        .device = message ? device_of(message->set) : NULL,
        .index = message ? message->index : 0,
        .field = check->field,
    };

    format_text(drift.where, sizeof(drift.where), "%s", check->where ? check->where : subject->place);
    check->format(values->expected, drift.expected);
    check->format(values->found, drift.found);
    audit->drifts++;
    audit->drift(audit, &drift);
}

// A difference that the next look does not show is traffic.
static bool is_lasting(struct audit_subject *subject, const struct audit_check *check, struct audit_values *values)
{
    for (uint32_t look = 1; look < LOOKS; look++) {
        wait_pause(LOOK_AGAIN_AFTER);
        subject->take(subject);
        if (!check->compare(subject, values) || values->expected == values->found)
            return false;
    }
    return true;
}

static void table_apply(struct audit *audit, const struct audit_table *table, struct audit_subject *subject)
{
    for (uint32_t i = 0; i < table->count; i++) {
        const struct audit_check *check = &table->checks[i];
        struct audit_values values;
        if (!check->compare(subject, &values))
            continue;
        audit->checks++;
        if (values.expected != values.found && is_lasting(subject, check, &values))
            report(audit, subject, check, &values);
    }
}

// ---- a device as a whole --------------------------------------------------------------------------------------------

static void take_function(struct audit_subject *subject)
{
    function_view_take(device_of(subject->set), &subject->function);
}

static void take_bridge(struct audit_subject *subject)
{
    subject->bridge->read(subject->bridge, &subject->bridge_reading);
}

static void bridges_check(struct audit *audit, struct audit_subject *subject)
{
    char text[DEVICE_ADDRESS_TEXT];

    subject->take = take_bridge;
    for (subject->bridge = device_parent(device_of(subject->set)); subject->bridge;
         subject->bridge = device_parent(subject->bridge)) {
        format_text(subject->place, sizeof(subject->place), "bridge %s",
                    pci_address_format(subject->bridge->address, text));
        subject->take(subject);
        table_apply(audit, &audit_bridge_table, subject);
    }
}

// The function's view stays valid for the messages that follow.
static void function_check(struct audit *audit, struct audit_subject *subject)
{
    subject->message = subject->set->messages;
    subject->take = take_function;
    subject->take(subject);
    table_apply(audit, &audit_function_table, subject);
    bridges_check(audit, subject);
}

// ---- messages and entries -------------------------------------------------------------------------------------------

static void take_route(struct audit_subject *subject)
{
    route_view_take(subject->message, &subject->function, &subject->route);
}

static void message_check(struct audit *audit, struct audit_subject *subject, const struct message *message)
{
    subject->message = message;
    subject->take = take_route;
    format_text(subject->place, sizeof(subject->place), "%s", source_places[subject->set->source->kind]);
    subject->take(subject);
    table_apply(audit, &audit_record_table, subject);
    table_apply(audit, &audit_source_table, subject);
    table_apply(audit, &audit_place_table, subject);
    audit->messages++;
}

static void take_entry(struct audit_subject *subject)
{
    entry_view_take(subject->set, subject->entry, &subject->function, &subject->route);
}

// Of an MSI-X table: first entries asked for and not granted, then unused ones.
static void entries_check(struct audit *audit, struct audit_subject *subject)
{
    const struct message_set *set = subject->set;

    if (set->source->kind != MESSAGE_MSIX)
        return;
    subject->message = set->messages;
    subject->take = take_entry;
    for (subject->entry = set->message_count; subject->entry < set->source->capacity; subject->entry++) {
        bool is_spare = subject->entry < set->entry_count;
        format_text(subject->place, sizeof(subject->place), "msix_table entry %u", subject->entry);
        subject->take(subject);
        table_apply(audit, is_spare ? &audit_spare_table : &audit_unused_table, subject);
    }
}

// ---- processors -----------------------------------------------------------------------------------------------------

static void take_processor(struct audit_subject *subject)
{
    processor_view_take(subject->processor.cpu, &subject->processor);
}

static void processor_check(struct audit *audit, struct audit_subject *subject, const struct message *message)
{
    subject->message = message;
    subject->take = take_processor;
    subject->processor.cpu = message->cpu;
    format_text(subject->place, sizeof(subject->place), "cpu %u", message->cpu);
    subject->take(subject);
    table_apply(audit, &audit_processor_table, subject);
}

static const struct message *first_message_of(uint32_t cpu)
{
    for (struct message_set *set = message_set_first(); set; set = set->next)
        message_for_each (set, message)
            if (message->cpu == cpu)
                return message;
    return NULL;
}

static void take_nothing(struct audit_subject *subject) {}

static void vectors_check(struct audit *audit, struct audit_subject *subject, uint32_t cpu)
{
    subject->message = NULL;
    subject->take = take_nothing;
    subject->processor.cpu = cpu;
    format_text(subject->place, sizeof(subject->place), "cpu %u", cpu);
    table_apply(audit, &audit_vectors_table, subject);
}

void audit_processors(struct audit *audit)
{
    for (uint32_t cpu = 0; cpu < cpu_total() && !console_stop_asked(); cpu++) {
        struct audit_subject subject = {0};
        const struct message *message = first_message_of(cpu);
        if (message)
            processor_check(audit, &subject, message);
        vectors_check(audit, &subject, cpu);
    }
}

void audit_message(struct audit *audit, const struct message *message)
{
    struct audit_subject subject = {.set = message->set};

    function_check(audit, &subject);
    message_check(audit, &subject, message);
    processor_check(audit, &subject, message);
}

void audit_set(struct audit *audit, const struct message_set *set)
{
    struct audit_subject subject = {.set = set};

    function_check(audit, &subject);
    for (uint32_t i = 0; i < set->message_count && !console_stop_asked(); i++)
        message_check(audit, &subject, &set->messages[i]);
    entries_check(audit, &subject);
}

void audit_keep(struct audit_totals totals)
{
    last = totals;
}

struct audit_totals audit_last(void)
{
    return last;
}

void audit_all(struct audit *audit)
{
    for (const struct message_set *set = message_set_first(); set && !console_stop_asked(); set = set->next)
        audit_set(audit, set);
    audit_processors(audit);
    if (!console_stop_asked())
        audit_keep((struct audit_totals){audit->checks, audit->drifts});
}
