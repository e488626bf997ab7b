// Priorities proven with real messages: a routine that is made long provokes another message on its own CPU, and the
// clock tells which ran when.
#ifndef KERNEL_PROOF_PREEMPT_CHECK_H
#define KERNEL_PROOF_PREEMPT_CHECK_H

#include "kernel/core/message.h"

enum preempt_kind {
    PREEMPT_HIGHER,       // a higher message must run inside the long routine of a lower one
    PREEMPT_LOWER,        // a lower one must wait until the long routine of a higher one has returned
    PREEMPT_SAME_LEVEL,   // so must another one of the same level
    PREEMPT_SAME_MESSAGE, // and the message itself
    PREEMPT_KIND_COUNT
};

// Times are cycles since the outer routine started.
struct preempt_run {
    const struct message *message;
    enum irql irql; // the level its routine found itself at
    uint64_t started;
    uint64_t ended;
};

struct preempt_trial {
    enum preempt_kind kind;
    uint32_t cpu;
    struct preempt_run outer;
    uint64_t fired; // the outer routine provokes the inner message
    struct preempt_run inner;
    bool has_begun_inside; // the inner routine, before the outer one returned
    bool has_ended_inside;
    uint32_t runs; // of either; two
    bool passed;
};

struct preempt_check {
    uint32_t count;
    struct preempt_trial trials[PREEMPT_KIND_COUNT];
};

// Takes the lowest and the highest message whose drivers fire by a store, and one of the lower's level where its device
// has another. They share the CPU of the highest while this runs, and live where they did before when it returns. Fewer
// trials than kinds where the machine has no such messages. RESULT_UNSUPPORTED: it has none at all; RESULT_STOPPED:
// console_stop_asked() said so between two trials; else a failed move. Boot CPU, PASSIVE.
MUST_USE enum result preempt_check_run(struct preempt_check *check);

// "higher preempts", "lower waits", ...
const char *preempt_kind_name(enum preempt_kind kind);

#endif
