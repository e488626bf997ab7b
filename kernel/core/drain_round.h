// Draining each CPU at most once for any number of messages.
#ifndef KERNEL_CORE_DRAIN_ROUND_H
#define KERNEL_CORE_DRAIN_ROUND_H

#include "kernel/core/message.h"

// Begins a round: on each CPU for which drain_round_cpu() then returns RESULT_OK, all messages sent before this call
// have been served. One round at a time; as drain_cpu().
void drain_round_begin(void);

// drain_cpu(), called once per CPU and round; later calls return the first result.
MUST_USE enum result drain_round_cpu(uint32_t cpu);

// Drains the CPU of a message and those of its old places. RESULT_OK: all are drained.
MUST_USE enum result drain_round_message(const struct message *message);

#endif
