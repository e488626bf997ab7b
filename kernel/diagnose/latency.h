// How long a message takes: from the store that fires it to its routine, and through the routine. Measured from a trace
// of shots fired one at a time; the stubs used outside a trace read no clock.
#ifndef KERNEL_DIAGNOSE_LATENCY_H
#define KERNEL_DIAGNOSE_LATENCY_H

#include "kernel/core/message.h"
#include "kernel/diagnose/latency_histogram.h"

enum latency_what { LATENCY_DOORBELL, LATENCY_SERVICE, LATENCY_WHAT_COUNT };

struct latency {
    struct message *message;
    uint64_t shots;    // to be fired, one after the other
    bool has_doorbell; // firing is one store; without it the doorbell time is undefined
    uint64_t fired;
    uint64_t missed;   // arrivals that the trace did not keep
    uint64_t rejected; // invalid times: the clocks of the two CPUs differ, the end reads earlier than the begin
    struct latency_histogram histograms[LATENCY_WHAT_COUNT];
};

// Starts recording unless it is on; what was recorded can be read afterwards. console_stop_asked() ends it early, with
// the samples so far. PASSIVE, boot CPU. RESULT_UNSUPPORTED: the message cannot be fired; RESULT_BUSY: it is masked;
// RESULT_TIMEOUT: a shot did not arrive, or a CPU did not answer; RESULT_NO_MEMORY.
MUST_USE enum result latency_measure(struct latency *latency);

const char *latency_what_name(enum latency_what what); // "doorbell", "service"

#endif
