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

static bool message_will_do(const struct message *message)
{
    const struct message_set *set = message->set;
    struct driver_doorbell doorbell;
    uint32_t deliveries;

    return set->source->kind == MESSAGE_MSIX && !set->is_silent && !message->masked &&
           shot_is_possible(message, &deliveries) && shot_doorbell(message, &doorbell);
}

static bool target_choose(struct drill_run *run)
{
    for (struct message_set *set = message_set_first(); set; set = set->next)
        message_for_each (set, message) {
            if (!message_will_do(message))
                continue;
            run->target = message;
            run->other = set->message_count > message->index + 1 ? message + 1 : NULL;
            return true;
        }
    return false;
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

enum result drill_free_vector(uint32_t cpu, uint32_t *vector)
{
    for (*vector = VECTOR_DEVICE_FIRST; *vector < VECTOR_DEVICE_END; ++*vector)
        if (!vector_matrix_is_taken(irq_vectors(), cpu, *vector))
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

enum drill_verdict drill_carry_out(const struct drill *drill, struct drill_run *run)
{
    *run = (struct drill_run){.is_repaired = true};
    if (!target_choose(run)) {
        drill_say(run, "no MSI-X message here is fired by a store");
        return DRILL_SKIPPED;
    }
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
