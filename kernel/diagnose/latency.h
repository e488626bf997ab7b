// How long a message takes: from the store that fires it to its routine, and through the routine. Taken from a trace of
// shots fired one at a time; the stubs that are in use otherwise measure nothing.
#ifndef KERNEL_DIAGNOSE_LATENCY_H
#define KERNEL_DIAGNOSE_LATENCY_H

#include "kernel/core/message.h"
#include "kernel/diagnose/latency_histogram.h"

enum latency_what { LATENCY_DOORBELL, LATENCY_SERVICE, LATENCY_WHAT_COUNT };

struct latency {
    struct message *message;
    uint64_t shots;    // to be fired, one after the other
    bool has_doorbell; // firing is a store: only then its time means something
    uint64_t fired;
    uint64_t missed;   // arrivals that the trace did not keep
    uint64_t rejected; // times that are none: the end was read before the begin, by clocks that differ
    struct latency_histogram histograms[LATENCY_WHAT_COUNT];
};

// Records meanwhile if nobody does already; what was recorded is left to be read. Ends early, with what there is, when
// console_stop_asked(). PASSIVE, boot CPU. RESULT_UNSUPPORTED: the message cannot be fired; RESULT_BUSY: it is masked;
// RESULT_TIMEOUT: a shot did not arrive, or a CPU did not answer; RESULT_NO_MEMORY.
MUST_USE enum result latency_measure(struct latency *latency);

const char *latency_what_name(enum latency_what what); // "doorbell", "service"

#endif
