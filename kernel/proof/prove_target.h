// One message under proof: its numbered shots, fired one after the other, and what became of them.
#ifndef KERNEL_PROOF_PROVE_TARGET_H
#define KERNEL_PROOF_PROVE_TARGET_H

#include "kernel/core/message.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/driver.h"

// A shot is lost when it has not arrived by then. Generous: the host of an emulator may be busy.
#define PROVE_BOUND WAIT_MILLISECONDS(5000)

struct prove_target {
    struct message *message;
    uint32_t deliveries; // arrivals one shot has by the device's own design
    uint64_t share;      // shots it is to get

    uint64_t sent; // sent = handled + pending + lost, once no shot is on its way
    uint64_t handled;
    uint64_t pending;    // at the device, after the bound
    uint64_t lost;       // nowhere
    uint64_t duplicated; // arrivals that no shot accounts for
    uint64_t moves;
    uint64_t faults; // each of them logged: could not be fired, could not be moved, late, answered wrongly

    bool is_out;       // shot number `sent` is on its way
    bool is_retired;   // a shot did not arrive: no further one
    uint64_t due;      // arrivals there are when all shots so far have arrived
    uint64_t deadline; // of the one on its way, nanoseconds

    // As things were before.
    uint32_t home;
    struct group_affinity allowed;
    uint32_t generation;
    struct driver_answers answers;
};

// Takes the state that the proof starts from. RESULT_UNSUPPORTED: the driver cannot fire it; RESULT_BUSY: it is masked,
// so it cannot arrive. PASSIVE, as all of these.
MUST_USE enum result prove_target_start(struct prove_target *target, struct message *message);

// Has the last shot arrived, or is it overdue? From then on another one may be fired. Arrivals too many are found too.
void prove_target_look(struct prove_target *target);

// May be fired now.
static inline bool prove_target_is_ready(const struct prove_target *target)
{
    return !target->is_out && !target->is_retired && target->sent < target->share;
}

// Fires the next shot and does not wait. The last one is over.
void prove_target_fire(struct prove_target *target);

// Counts a fault, which is logged with the message's name before it.
void prove_target_fault(struct prove_target *target, const char *format, ...) PRINTF_LIKE(2, 3);

// The reckoning, when everything has had its time to arrive: late ones, ones too many, the device's own answers.
void prove_target_finish(struct prove_target *target);

// Nothing lost, nothing twice, nothing left behind, no fault.
bool prove_target_passed(const struct prove_target *target);

#endif
