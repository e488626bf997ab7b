// A storm on purpose: fires one message as fast as its driver can, under the guard that silences a message above its
// limit.
#ifndef KERNEL_PROOF_STORM_H
#define KERNEL_PROOF_STORM_H

#include "kernel/core/message.h"
#include "kernel/proof/storm_guard.h"

struct storm {
    struct message *message;
    uint64_t duration; // nanoseconds of firing
    uint64_t limit;    // arrivals per second allowed

    // The counts of a run.
    uint32_t deliveries; // arrivals per shot by the device's design
    uint64_t shots;
    uint64_t arrived;  // at the end; shots of a silenced message merge, as edges do
    uint64_t recovery; // nanoseconds from the last shot until the guard ended the storm
    bool is_stopped;   // by Ctrl-C, before `duration` was over
    bool is_calm;      // the guard ended the storm within its time limit
    bool is_answered;  // a shot after the storm arrived
    enum result fault; // firing, silencing or releasing failed; RESULT_OK: none
    struct storm_guard guard;
};

// Runs the storm and releases the message afterwards in every case. PASSIVE, boot CPU. RESULT_UNSUPPORTED: the message
// cannot be fired; RESULT_BUSY: it is masked.
MUST_USE enum result storm_run(struct storm *storm);

// The storm ended, nothing arrived without a shot, and a shot afterwards arrived.
bool storm_passed(const struct storm *storm);

#endif
