// A storm on purpose: one message fired as fast as its driver can, under the guard that silences what comes too often.
#ifndef KERNEL_PROOF_STORM_H
#define KERNEL_PROOF_STORM_H

#include "kernel/core/message.h"
#include "kernel/proof/storm_guard.h"

struct storm {
    struct message *message;
    uint64_t duration; // nanoseconds of firing
    uint64_t limit;    // arrivals a second that are still fine

    // What came of it.
    uint32_t deliveries; // arrivals one shot has by the device's own design
    uint64_t shots;
    uint64_t arrived;  // by the end; shots at a silenced message merge, as edges do
    uint64_t recovery; // nanoseconds from the last shot until the guard was content
    bool is_stopped;   // by Ctrl-C, before its time
    bool is_calm;      // the guard was content within its bound
    bool is_answered;  // a shot after the storm arrived once more
    enum result fault; // what could not be fired, silenced or released; RESULT_OK: none
    struct storm_guard guard;
};

// Carries it out: afterwards the message is let go again, whatever happened. PASSIVE, boot CPU. RESULT_UNSUPPORTED: the
// message cannot be fired; RESULT_BUSY: it is masked.
MUST_USE enum result storm_run(struct storm *storm);

// Recovered, nothing came without a shot, and a shot afterwards arrived.
bool storm_passed(const struct storm *storm);

#endif
