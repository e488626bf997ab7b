// A message brought to the CPU that measures, and back.
#ifndef KERNEL_BENCH_BENCH_PLACE_H
#define KERNEL_BENCH_BENCH_PLACE_H

#include "kernel/bench/bench_trial.h"
#include "kernel/core/message.h"

// Where a message was.
struct bench_place {
    struct message *message;
    uint32_t cpu;
    struct group_affinity allowed;
};

// The first message of this kind that a single store sends and that is not masked; NULL when there is none.
// MESSAGE_KIND_COUNT: MSI or MSI-X.
struct message *bench_place_find(enum message_kind kind);

// Brings a message to `cpu`, with it the rest of an MSI device's. When that fails nothing has changed.
MUST_USE enum result bench_place_move(struct bench_place *place, struct message *message, uint32_t cpu);

// Back to where it was, and allowed where it was allowed.
MUST_USE enum result bench_place_restore(const struct bench_place *place);

// The trial that rings for a message which lives on the CPU that measures.
struct bench_trial bench_place_trial(const struct message *message, enum bench_trial_kind kind);

#endif
