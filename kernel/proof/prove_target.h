// One message under proof: its numbered shots, fired one after the other, and their outcome.
#ifndef KERNEL_PROOF_PROVE_TARGET_H
#define KERNEL_PROOF_PROVE_TARGET_H

#include "kernel/core/message.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/driver.h"

// A shot is overdue after this time. Long, because the host of an emulator may be busy.
#define PROVE_BOUND WAIT_MILLISECONDS(5000)

struct prove_target {
    struct message *message;
    uint32_t deliveries; // arrivals per shot by the device's design
    uint64_t share;      // shots planned

    uint64_t sent; // sent = handled + pending + lost, when no shot is in flight
    uint64_t handled;
    uint64_t pending;    // still pending at the device after the time limit
    uint64_t lost;       // neither arrived nor pending
    uint64_t duplicated; // arrivals beyond the shots sent
    uint64_t moves;
    uint64_t faults; // each logged: could not be fired or moved, late, wrong answer of the device

    bool is_out;       // shot number `sent` is in flight
    bool is_busy;      // the device could not take the next shot yet
    bool is_retired;   // a shot did not arrive: no further shots
    uint64_t due;      // arrivals expected from all shots so far
    uint64_t deadline; // of the shot in flight or of the busy device, nanoseconds

    // The state before the proof.
    uint32_t home;
    struct group_affinity allowed;
    uint32_t generation;
    struct driver_answers answers;
};

// Records the state before the proof. RESULT_UNSUPPORTED: the driver cannot fire it; RESULT_BUSY: it is masked, so it
// cannot arrive. All functions here: PASSIVE.
MUST_USE enum result prove_target_start(struct prove_target *target, struct message *message);

// True once the last shot has arrived or is overdue: then another one may be fired. Counts excess arrivals, too.
void prove_target_look(struct prove_target *target);

// May be fired now.
static inline bool prove_target_is_ready(const struct prove_target *target)
{
    return !target->is_out && !target->is_retired && target->sent < target->share;
}

// Fires the next shot and returns without waiting. The last one must be over. False: nothing was sent, because the
// device is busy with the shots of other messages (no fault until it has been for PROVE_BOUND), or by a fault.
MUST_USE bool prove_target_fire(struct prove_target *target);

// Counts a fault and logs it with the message's name.
void prove_target_fault(struct prove_target *target, const char *format, ...) PRINTF_LIKE(2, 3);

// The final count, after time for late arrivals: late and excess arrivals, and the device's own answers.
void prove_target_finish(struct prove_target *target);

// True if nothing was lost, duplicated or left pending, and there was no fault.
bool prove_target_passed(const struct prove_target *target);

#endif
