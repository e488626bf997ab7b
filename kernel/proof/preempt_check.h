// Checks interrupt priorities with real messages: a prolonged routine provokes another message on its own CPU, and the
// order of the two routines is recorded.
#ifndef KERNEL_PROOF_PREEMPT_CHECK_H
#define KERNEL_PROOF_PREEMPT_CHECK_H

#include "kernel/core/message.h"

enum preempt_kind {
    PREEMPT_HIGHER,       // a message of a higher level must run inside the routine of a lower one
    PREEMPT_LOWER,        // a message of a lower level must wait until the routine of a higher one has returned
    PREEMPT_SAME_LEVEL,   // another message of the same level must wait
    PREEMPT_SAME_MESSAGE, // the same message must wait
    PREEMPT_KIND_COUNT
};

// Times are cycles since the outer routine started.
struct preempt_run {
    const struct message *message;
    enum irql irql; // the level read in its routine
    uint64_t started;
    uint64_t ended;
};

struct preempt_trial {
    enum preempt_kind kind;
    uint32_t cpu;
    struct preempt_run outer;
    uint64_t fired; // the outer routine provokes the inner message
    struct preempt_run inner;
    bool has_begun_inside; // the inner routine began before the outer one returned
    bool has_ended_inside;
    uint32_t runs; // of both routines; must be two
    bool passed;
};

struct preempt_check {
    uint32_t count;
    struct preempt_trial trials[PREEMPT_KIND_COUNT];
};

// Uses the lowest and the highest message whose drivers fire by a store, and another one at the lowest one's level
// where its device has one. They are moved to the CPU of the highest and moved back before the return. Fewer trials
// than kinds where such messages are missing. RESULT_UNSUPPORTED: there are none; RESULT_STOPPED: console_stop_asked()
// between two trials; else the result of a failed move. Boot CPU, PASSIVE.
MUST_USE enum result preempt_check_run(struct preempt_check *check);

// "higher preempts", "lower waits", ...
const char *preempt_kind_name(enum preempt_kind kind);

#endif
