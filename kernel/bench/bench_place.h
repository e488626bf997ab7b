// Moves a message to the measuring CPU, and back.
#ifndef KERNEL_BENCH_BENCH_PLACE_H
#define KERNEL_BENCH_BENCH_PLACE_H

#include "kernel/bench/bench_trial.h"
#include "kernel/core/message.h"

// A message's CPU and allowed set before the move.
struct bench_place {
    struct message *message;
    uint32_t cpu;
    struct group_affinity allowed;
};

// The first unmasked message of this kind that one store sends; NULL when there is none. MESSAGE_KIND_COUNT: MSI or
// MSI-X.
struct message *bench_place_find(enum message_kind kind);

// The same of those for which the device works between the store and the message (shot_is_prepared()).
struct message *bench_place_find_prepared(enum message_kind kind);

// Moves a message to `cpu`, with the other messages of an MSI device. On failure nothing has changed.
MUST_USE enum result bench_place_move(struct bench_place *place, struct message *message, uint32_t cpu);

// Restores its CPU and its allowed set.
MUST_USE enum result bench_place_restore(const struct bench_place *place);

// Makes the trial ready to fire a message routed to the measuring CPU, once. As shot_prepare(), but waits while the
// device is busy, at most a second.
MUST_USE enum result bench_place_load(struct bench_trial *trial, struct message *message);

#endif
