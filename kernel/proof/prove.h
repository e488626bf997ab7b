// Proves that no interrupt is lost: fires numbered shots through devices while their messages move at random between
// CPUs, and CPUs go offline and online.
//
// Shot s of a message is fired only after s - 1 has arrived: two in flight may merge into one, as edges do. Many
// messages have a shot in flight at the same time, and are moved then.
#ifndef KERNEL_PROOF_PROVE_H
#define KERNEL_PROOF_PROVE_H

#include "kernel/lib/random.h"
#include "kernel/proof/prove_target.h"

// All are totals over the messages.
struct prove_plan {
    uint64_t shots;
    uint64_t moves;    // 0 with only one CPU to route to
    uint64_t offlines; // times a CPU goes offline and comes back
    uint64_t seed;     // of the random number generator
};

struct prove {
    struct prove_plan plan;
    struct prove_target *targets; // the caller's memory
    uint32_t count;

    // The counts of a run.
    uint64_t sent;
    uint64_t moves;    // planned moves; a CPU that goes offline causes others
    uint64_t offlines; // CPUs that went off and came back
    uint64_t refusals; // CPUs that stayed online because a message had no other CPU
    uint64_t strays;   // unowned interrupts on all CPUs
    uint64_t faults;   // CPUs that did not stop or did not come back, routes that could not be restored
    uint64_t nanoseconds;
    bool is_stopped; // by Ctrl-C, before all shots were fired; the counts are valid

    struct random random;
    uint64_t move_turns; // moves made or failed
    uint64_t cpu_turns;  // times a CPU went offline, came back, or refused
    uint32_t cpu_off;    // 0: none
    uint64_t stop_deadline;
};

// Adds a message; the caller provides `targets` with room for it. Results as prove_target_start(); RESULT_INVALID for a
// message on the same line as one added before: an interrupt of the line counts as an arrival of both.
MUST_USE enum result prove_add(struct prove *prove, struct message *message);

// Runs the plan. Afterwards every CPU is online and every message has its former CPU and allowed set, also after
// console_stop_asked(). Boot CPU, PASSIVE. Always ends: each shot has a time limit, and a message that exceeds it gets
// no further shot.
void prove_run(struct prove *prove);

// Sums over all targets.
struct prove_target prove_total(const struct prove *prove);

bool prove_passed(const struct prove *prove);

#endif
