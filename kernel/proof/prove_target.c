// One message under proof.

#include "kernel/proof/prove_target.h"
#include "kernel/core/host.h"
#include "kernel/diagnose/message_dump.h"
#include "kernel/lib/output.h"
#include "kernel/proof/shot.h"
#include "kernel/runtime/log.h"

enum { FAULT_LENGTH = 120 };

static struct driver_answers answers_of(const struct message *message)
{
    const struct device *device = device_of(message->set);

    return device->driver->answers ? device->driver->answers(device, message->index) : (struct driver_answers){0};
}

// Arrivals beyond the shots sent are duplicates.
static void surplus_count(struct prove_target *target, uint64_t arrived)
{
    if (arrived <= target->due)
        return;
    target->duplicated += arrived - target->due;
    target->due = arrived;
}

static void shot_overdue(struct prove_target *target)
{
    bool is_pending = shot_is_pending(target->message);

    target->is_out = false;
    target->is_retired = true;
    *(is_pending ? &target->pending : &target->lost) += 1;
    prove_target_fault(target, "shot %llu did not arrive within 5 seconds: %s", (unsigned long long)target->sent,
                       is_pending ? "pending at the device" : "lost");
    message_dump(target->message);
}

enum result prove_target_start(struct prove_target *target, struct message *message)
{
    *target = (struct prove_target){.message = message};
    if (!shot_is_possible(message, &target->deliveries))
        return RESULT_UNSUPPORTED;
    if (message->masked)
        return RESULT_BUSY;
    target->due = message_count_all(message);
    target->home = message->cpu;
    target->allowed = message->info.target_processor_set;
    target->generation = message->generation;
    target->answers = answers_of(message);
    return RESULT_OK;
}

// Read the time before the count, or else a delay of this CPU makes an arrived shot look overdue.
void prove_target_look(struct prove_target *target)
{
    if (!target->is_out)
        return;
    uint64_t now = host_nanoseconds();
    if (message_count_all(target->message) >= target->due) {
        target->is_out = false;
        target->handled++;
    } else if (now > target->deadline) {
        shot_overdue(target);
    }
}

// Messages of one device share its queue: one that is not served yet, its CPU being slow, holds up the others.
static bool is_overbusy(struct prove_target *target)
{
    uint64_t now = host_nanoseconds();

    if (!target->is_busy)
        target->deadline = now + PROVE_BOUND;
    target->is_busy = true;
    return now > target->deadline;
}

static bool shot_refused(struct prove_target *target, enum result result)
{
    if (result == RESULT_BUSY && !is_overbusy(target))
        return false;
    target->is_retired = true;
    if (result == RESULT_BUSY)
        prove_target_fault(target, "could not be fired: the device was busy for 5 seconds");
    else
        prove_target_fault(target, "could not be fired: %s", result_name(result));
    return false;
}

bool prove_target_fire(struct prove_target *target)
{
    uint64_t arrived = message_count_all(target->message);

    surplus_count(target, arrived);
    target->due = arrived + target->deliveries;
    enum result result = shot_fire_blindly(target->message);
    if (result != RESULT_OK) {
        target->due = arrived;
        return shot_refused(target, result);
    }
    target->sent++;
    target->is_busy = false;
    target->is_out = true;
    target->deadline = host_nanoseconds() + PROVE_BOUND;
    return true;
}

void prove_target_fault(struct prove_target *target, const char *format, ...)
{
    char address[DEVICE_ADDRESS_TEXT], text[FAULT_LENGTH];
    va_list arguments;

    va_start(arguments, format);
    format_text_list(text, sizeof(text), format, arguments);
    va_end(arguments);
    target->faults++;
    log_error("prove: %s %u: %s", pci_address_format(device_of(target->message->set)->address, address),
              target->message->index, text);
}

// Overdue but arrived: not lost, but a fault.
static void late_count(struct prove_target *target)
{
    if (target->pending + target->lost == 0 || message_count_all(target->message) < target->due)
        return;
    target->pending = target->lost = 0;
    target->handled++;
    prove_target_fault(target, "shot %llu came late", (unsigned long long)target->sent);
}

static void answers_check(struct prove_target *target)
{
    struct driver_answers now = answers_of(target->message);
    uint64_t shots = now.shots - target->answers.shots, strays = now.strays - target->answers.strays;

    if (!device_of(target->message->set)->driver->answers || (shots == target->sent && strays == 0))
        return;
    prove_target_fault(target, "%llu shots sent, the device answered %llu, and %llu that nobody sent",
                       (unsigned long long)target->sent, (unsigned long long)shots, (unsigned long long)strays);
}

void prove_target_finish(struct prove_target *target)
{
    prove_target_look(target);
    late_count(target);
    surplus_count(target, message_count_all(target->message));
    if (target->duplicated)
        prove_target_fault(target, "%llu arrivals that no shot accounts for", (unsigned long long)target->duplicated);
    answers_check(target);
    target->moves = target->message->generation - target->generation;
}

bool prove_target_passed(const struct prove_target *target)
{
    return target->sent == target->handled && target->duplicated == 0 && target->faults == 0;
}
