// The proof that nothing is lost: numbered shots through devices while their messages move at random between CPUs, and
// CPUs go off and on.
//
// Shot s of a message is fired when s - 1 has arrived: two on their way may merge into one, as edges do. Many messages
// have a shot on its way at the same time, and it is then that they are moved.
#ifndef KERNEL_PROOF_PROVE_H
#define KERNEL_PROOF_PROVE_H

#include "kernel/lib/random.h"
#include "kernel/proof/prove_target.h"

// All are totals, shared out among the messages.
struct prove_plan {
    uint64_t shots;
    uint64_t moves;    // none where there is only one CPU to be on
    uint64_t offlines; // times that a CPU goes off and comes back
    uint64_t seed;     // of all that is random
};

struct prove {
    struct prove_plan plan;
    struct prove_target *targets; // the caller's memory
    uint32_t count;

    // What came of it.
    uint64_t sent;
    uint64_t moves;    // made by plan; a CPU that goes off moves more
    uint64_t offlines; // CPUs that went off and came back
    uint64_t refusals; // that were asked to go off and had messages that could go nowhere
    uint64_t strays;   // interrupts on all CPUs that nobody owned
    uint64_t faults;   // CPUs that did not stop or did not come back, routes that could not be restored
    uint64_t nanoseconds;
    bool is_stopped; // by Ctrl-C, before all shots were fired: what is counted is right as far as it goes

    struct random random;
    uint64_t move_turns; // moves made and moves that failed
    uint64_t cpu_turns;  // how often a CPU went off, came back, or refused
    uint32_t cpu_off;    // 0: none
    uint64_t stop_deadline;
};

// Adds a message; room for it is the caller's. Answers as prove_target_start(), and RESULT_INVALID for one on the line
// of a message that was added before: an interrupt of the line is an arrival for both, so their shots cannot be told
// apart.
MUST_USE enum result prove_add(struct prove *prove, struct message *message);

// Carries the plan out. Afterwards every CPU is on and every message that was proved is where it was, allowed where it
// was, also when console_stop_asked() ended it. Boot CPU, PASSIVE. Ends: each shot has its bound, and a message that
// breaks it gets no other.
void prove_run(struct prove *prove);

// Sums over all targets.
struct prove_target prove_total(const struct prove *prove);

bool prove_passed(const struct prove *prove);

#endif
