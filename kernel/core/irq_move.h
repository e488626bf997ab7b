// Changing live routes: one message, a device's policy, a whole CPU. All boot CPU, PASSIVE, interrupts on.
#ifndef KERNEL_CORE_IRQ_MOVE_H
#define KERNEL_CORE_IRQ_MOVE_H

#include "kernel/core/irq.h"

// Moves a message to the CPU of `allowed` with most vectors free, or leaves it where it is when that is allowed; the
// set is recorded either way. An MSI device's messages move together. RESULT_INVALID: no processor of the set is online
// and takes messages; RESULT_NO_VECTORS: none of them has room; else as retarget_message().
MUST_USE enum result irq_route(struct message *message, struct group_affinity allowed);

// Moves a message to exactly this CPU and allows it nowhere else.
MUST_USE enum result irq_route_cpu(struct message *message, uint32_t cpu);

// Gives a device another policy and moves its messages to where that wants them. RESULT_INVALID for
// IRQ_POLICY_SPECIFIED_PROCESSORS, which irq_route() is for. Else the first failure; messages moved by then stay.
MUST_USE enum result irq_policy_set(struct message_set *set, enum irq_policy policy);

enum { IRQ_REFUSAL_LENGTH = 128 };

// Takes all messages off a CPU, which runs on: every route moves to another CPU it is allowed on, and none comes until
// core_cpu_join(). Refused with the numbers in `refusal` (IRQ_REFUSAL_LENGTH bytes) before anything moves:
// RESULT_INVALID (not online), RESULT_BUSY (messages that may live nowhere else), RESULT_NO_VECTORS (the others have no
// room). When a move fails on the way the CPU is as it was with what is left on it, and the result is that move's.
MUST_USE enum result irq_cpu_vacate(uint32_t cpu, char *refusal);

// The same, and then the CPU is stopped. RESULT_INVALID for CPU 0, too.
MUST_USE enum result irq_cpu_offline(uint32_t cpu, char *refusal);

// Starts it again and lets it join; no message moves back by itself. RESULT_INVALID: not offline; RESULT_TIMEOUT.
MUST_USE enum result irq_cpu_online(uint32_t cpu);

#endif
