// Drills at the message's entry: address and data other than the record's, an unrequested mask.

#include "kernel/core/irq.h"
#include "kernel/core/route.h"
#include "kernel/core/wait.h"
#include "kernel/diagnose/unknown.h"
#include "kernel/drill/drills.h"
#include "kernel/proof/shot.h"

#define STRAY_BOUND WAIT_MILLISECONDS(1000)

// Compatibility format, address bits 19:12: an APIC ID of no CPU here.
#define ADDRESS_DESTINATION BITS(19, 12)

// Writes to the device without changing the record. The entry is left unmasked.
static enum result entry_write(const struct message *message, struct message_words words)
{
    struct message_source *source = message->set->source;
    enum result result = source->operations->write(source, message->index, words);

    return result == RESULT_OK ? route_unmask(message, message->index) : result;
}

static void entry_restore(struct drill_run *run, const struct message *message)
{
    run->is_repaired = route_program(message, message->index) == RESULT_OK &&
                       (message->masked || route_unmask(message, message->index) == RESULT_OK);
}

static void target_restore(struct drill_run *run)
{
    entry_restore(run, run->target);
}

static enum result corrupt_injure(struct drill_run *run)
{
    struct message_words words = message_words_of(run->target);
    uint32_t vector;
    enum result result = drill_free_vector(run, &vector);

    words.data = (words.data & ~(uint32_t)BITS(7, 0)) | vector;
    return result == RESULT_OK ? entry_write(run->target, words) : result;
}

static void corrupt_detect(struct drill_run *run)
{
    drill_audit(run, "message_data");
}

static bool destination_is_free(uint32_t destination)
{
    for (uint32_t cpu = 0; cpu < cpu_total(); cpu++)
        if (cpu_get(cpu)->apic_id.value == destination)
            return false;
    return true;
}

// 255 is the broadcast ID.
static enum result wrong_apic_injure(struct drill_run *run)
{
    struct message_words words = message_words_of(run->target);
    uint32_t destination = 254;

    while (destination && !destination_is_free(destination))
        destination--;
    if (destination == 0) {
        drill_say(run, "every APIC ID that a message can name is some CPU's");
        return RESULT_UNSUPPORTED;
    }
    words.address.address &= ~ADDRESS_DESTINATION;
    words.address.address |= FIELD_PUT(ADDRESS_DESTINATION, destination);
    return entry_write(run->target, words);
}

static void wrong_apic_detect(struct drill_run *run)
{
    drill_audit(run, "message_address");
}

static enum result entry_mask_injure(struct drill_run *run)
{
    struct message_source *source = run->target->set->source;

    if (!source->can_mask)
        drill_say(run, "its MSI has no mask bit");
    return source->can_mask ? source->operations->mask(source, run->target->index, true) : RESULT_UNSUPPORTED;
}

static void entry_mask_detect(struct drill_run *run)
{
    drill_audit(run, "masked");
}

static void entry_mask_repair(struct drill_run *run)
{
    struct message_source *source = run->target->set->source;

    run->is_repaired = source->operations->mask(source, run->target->index, false) == RESULT_OK;
}

// Gives another message the target's address and data: the device then forges the target's interrupts.
static enum result forged_injure(struct drill_run *run)
{
    if (!run->other) {
        drill_say(run, "the device has no other message that could be fired in its name");
        return RESULT_UNSUPPORTED;
    }
    return entry_write(run->other, message_words_of(run->target));
}

static void forged_detect(struct drill_run *run)
{
    uint64_t before = message_count_all(run->target);
    enum result result = shot_send(run->other);

    if (result == RESULT_OK)
        result = shot_await(run->target, before + 1);
    run->is_detected = result == RESULT_OK;
    drill_say(run, "%llu arrivals of message %u for no shot at it",
              (unsigned long long)(message_count_all(run->target) - before), run->target->index);
}

// The shot at the other message has run the target's routine only: its own, which the driver may wait for, is called.
static void forged_repair(struct drill_run *run)
{
    entry_restore(run, run->other);
    shot_make_good(run->other);
}

// Aims the message at an empty slot.
static enum result stray_injure(struct drill_run *run)
{
    enum result result = corrupt_injure(run);
    uint32_t vector;

    if (result == RESULT_OK)
        result = drill_free_vector(run, &vector);
    run->state[0] = result == RESULT_OK ? vector : 0;
    return result;
}

// The record of unknown interrupts on the CPU and vector aimed at; false while none came.
static bool stray_find(const struct drill_run *run, struct unknown *unknown)
{
    for (uint32_t i = 0; i < unknown_total(); i++) {
        *unknown = unknown_get(i);
        if (unknown->cpu == run->target->cpu && unknown->vector == run->state[0])
            return true;
    }
    return false;
}

static uint64_t strays_there(const struct drill_run *run)
{
    struct unknown unknown;

    return stray_find(run, &unknown) ? unknown.count : 0;
}

// An earlier run of this drill may have left a record of the same vector.
struct stray_wait {
    const struct drill_run *run;
    uint64_t before;
};

static bool stray_has_come(void *context)
{
    const struct stray_wait *wait = context;

    return strays_there(wait->run) != wait->before;
}

static void stray_detect(struct drill_run *run)
{
    struct stray_wait wait = {run, strays_there(run)};
    enum result result = shot_send(run->target);
    struct unknown unknown;

    if (result == RESULT_OK)
        result = wait_until(stray_has_come, &wait, STRAY_BOUND);
    if (result != RESULT_OK || !stray_find(run, &unknown))
        return;
    run->is_detected = unknown.class == UNKNOWN_STALE;
    drill_say(run, "cpu %u vector 0x%02x is %s: %s", unknown.cpu, unknown.vector, unknown_class_name(unknown.class),
              unknown.detail);
}

// The shot has run no routine: it is called, as the driver may wait for it.
static void stray_repair(struct drill_run *run)
{
    entry_restore(run, run->target);
    shot_make_good(run->target);
}

const struct drill drill_corrupt_entry = {"corrupt_entry", "audit",        "another vector in the entry",
                                          corrupt_injure,  corrupt_detect, target_restore};
const struct drill drill_wrong_apic_id = {"wrong_apic_id",   "audit",           "an APIC ID nobody has in the entry",
                                          wrong_apic_injure, wrong_apic_detect, target_restore};
const struct drill drill_entry_mask = {
    "entry_mask",      "audit",           "the entry masked behind the record's back",
    entry_mask_injure, entry_mask_detect, entry_mask_repair};
const struct drill drill_forged_message = {"forged_message", "counts",      "another entry with this message's words",
                                           forged_injure,    forged_detect, forged_repair};
const struct drill drill_stray_vector = {"stray_vector", "unknown",    "a message to a vector nobody owns",
                                         stray_injure,   stray_detect, stray_repair};
