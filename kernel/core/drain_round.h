// Draining CPUs at most once each, for as many messages as there are.
#ifndef KERNEL_CORE_DRAIN_ROUND_H
#define KERNEL_CORE_DRAIN_ROUND_H

#include "kernel/core/message.h"

// Begins a round: what has been sent by now is served on each CPU for which drain_round_cpu() answers RESULT_OK from
// now on. One round at a time; as drain_cpu().
void drain_round_begin(void);

// drain_cpu(), asked once a round for each CPU: what it answered first stands.
MUST_USE enum result drain_round_cpu(uint32_t cpu);

// The CPUs that may hold something of a message: where it is routed to, and where it was and did not drain. RESULT_OK
// when all of them are drained.
MUST_USE enum result drain_round_message(const struct message *message);

#endif
