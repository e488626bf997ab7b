// The frame around a drill: a message to break, and an audit afterwards.

#include "kernel/drill/drill.h"
#include "kernel/core/irq.h"
#include "kernel/core/vector_matrix.h"
#include "kernel/diagnose/audit.h"
#include "kernel/drill/drills.h"
#include "kernel/inventory/driver.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/output.h"
#include "kernel/proof/shot.h"

// What one audit is searched for.
struct search {
    const char *field; // NULL: any
    struct drill_run *run;
};

const struct drill *const drill_list[] = {
    &drill_corrupt_entry, &drill_wrong_apic_id, &drill_entry_mask,    &drill_function_mask,     &drill_msix_disabled,
    &drill_bus_master,    &drill_bridge,        &drill_memory_decode, &drill_empty_slot,        &drill_forged_message,
    &drill_stray_vector,  &drill_task_priority, &drill_storm,         &drill_exhausted_vectors, NULL,
};

const struct drill *drill_find(const char *name)
{
    for (const struct drill *const *each = drill_list; *each; each++)
        if (strcmp((*each)->name, name) == 0)
            return *each;
    return NULL;
}

// NULL when drills can break this message.
static const char *obstacle(const struct message *message)
{
    uint32_t deliveries;

    if (message->set->is_silent || !shot_is_possible(message, &deliveries))
        return shot_obstacle(message);
    if (deliveries != 1)
        return "one shot arrives more than once";
    if (message->set->source->kind == MESSAGE_LINE)
        return "a line has no words that could be spoilt";
    if (message->set->source->kind == MESSAGE_MSI && message->index != 0)
        return "it shares its words with message 0";
    return message->masked ? "masked" : NULL;
}

static struct message *other_of(const struct message *target)
{
    message_for_each (target->set, message)
        if (message != target && !obstacle(message))
            return message;
    return NULL;
}

// Higher is better, 0 is unfit. The sum orders by the first difference.
static uint32_t worth(const struct message *message)
{
    struct driver_doorbell doorbell;

    if (obstacle(message))
        return 0;
    return 1 + shot_doorbell(message, &doorbell) + 2 * (other_of(message) != NULL) +
           4 * (message->set->source->kind == MESSAGE_MSIX);
}

// The reason of its first message stands for all.
static void reason_say(const struct device *device, char *reason)
{
    const struct message_set *set = device ? device->irq.messages : NULL;
    char address[DEVICE_ADDRESS_TEXT];

    if (!device)
        format_text(reason, DRILL_DETAIL, "no message by MSI-X or MSI here can be fired");
    else if (!set)
        format_text(reason, DRILL_DETAIL, "%s has no messages", pci_address_format(device->address, address));
    else
        format_text(reason, DRILL_DETAIL, "%s 0: %s", pci_address_format(device->address, address),
                    obstacle(&set->messages[0]));
}

struct message *drill_choose(const struct device *device, char *reason)
{
    struct message *best = NULL;
    uint32_t most = 0;

    for (struct message_set *set = message_set_first(); set; set = set->next) {
        if (device && device_of(set) != device)
            continue;
        message_for_each (set, message) {
            uint32_t found = worth(message);
            if (found > most) {
                most = found;
                best = message;
            }
        }
    }
    if (!best)
        reason_say(device, reason);
    return best;
}

static void drift_seen(struct audit *audit, const struct audit_drift *drift)
{
    struct search *search = audit->context;

    if (search->run->is_detected || (search->field && strcmp(drift->field, search->field) != 0))
        return;
    search->run->is_detected = true;
    drill_say(search->run, "%s in %s: expected %s, found %s", drift->field, drift->where, drift->expected,
              drift->found);
}

void drill_say(struct drill_run *run, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    format_text_list(run->detail, sizeof(run->detail), format, arguments);
    va_end(arguments);
}

void drill_audit(struct drill_run *run, const char *field)
{
    struct search search = {field, run};
    struct audit audit = {.drift = drift_seen, .context = &search};

    audit_message(&audit, run->target);
}

bool drill_answers(const struct drill_run *run)
{
    uint32_t deliveries;

    return shot_is_possible(run->target, &deliveries) && shot_fire(run->target, deliveries) == RESULT_OK;
}

// An MSI block begins at a multiple of its size, which is a power of two.
enum result drill_free_vector(const struct drill_run *run, uint32_t *vector)
{
    const struct message_set *set = run->target->set;
    uint32_t step = 1;

    while (set->source->kind == MESSAGE_MSI && step < set->message_count)
        step *= 2;
    for (*vector = VECTOR_DEVICE_FIRST; *vector < VECTOR_DEVICE_END; *vector += step)
        if (!vector_matrix_is_taken(irq_vectors(), run->target->cpu, *vector))
            return RESULT_OK;
    return RESULT_NO_VECTORS;
}

static void drift_left(struct audit *audit, const struct audit_drift *drift)
{
    struct drill_run *run = audit->context;

    if (run->is_repaired)
        drill_say(run, "left behind: %s in %s: expected %s, found %s", drift->field, drift->where, drift->expected,
                  drift->found);
    run->is_repaired = false;
}

static void repair_check(struct drill_run *run)
{
    struct audit audit = {.drift = drift_left, .context = run};

    run->is_repaired = run->is_repaired && drill_answers(run);
    if (!run->is_repaired)
        drill_say(run, "the message does not answer after the repair");
    audit_all(&audit);
}

enum drill_verdict drill_carry_out(const struct drill *drill, const struct device *device, struct drill_run *run)
{
    *run = (struct drill_run){.is_repaired = true};
    run->target = drill_choose(device, run->detail);
    if (!run->target)
        return DRILL_SKIPPED;
    run->other = other_of(run->target);
    enum result result = drill->injure(run);
    if (result == RESULT_UNSUPPORTED)
        return DRILL_SKIPPED;
    if (result == RESULT_OK)
        drill->detect(run);
    else
        drill_say(run, "could not be broken: %s", result_name(result));
    if (result == RESULT_OK && !run->is_detected && !run->detail[0])
        drill_say(run, "%s did not notice", drill->detector);
    drill->repair(run);
    repair_check(run);
    return run->is_detected && run->is_repaired ? DRILL_PASSED : DRILL_FAILED;
}

const char *drill_verdict_name(enum drill_verdict verdict)
{
    static const char *const names[] = {"pass", "fail", "skip"};

    return names[verdict];
}
