// Changing live routes: one message, a device's policy, a whole CPU. All boot CPU, PASSIVE, interrupts on.
#ifndef KERNEL_CORE_IRQ_MOVE_H
#define KERNEL_CORE_IRQ_MOVE_H

#include "kernel/core/irq.h"

// Moves a message to the CPU of `allowed` with most vectors free, unless its CPU is in `allowed`; records `allowed`
// either way. An MSI device's messages move together. RESULT_INVALID: no processor of the set is online and takes
// messages; RESULT_NO_VECTORS: none of them has room; else as retarget_message().
MUST_USE enum result irq_route(struct message *message, struct group_affinity allowed);

// Moves a message to this CPU and allows no other.
MUST_USE enum result irq_route_cpu(struct message *message, uint32_t cpu);

// Sets a device's policy and moves its messages accordingly. RESULT_INVALID for IRQ_POLICY_SPECIFIED_PROCESSORS: use
// irq_route(). Else the first failed move; messages already moved stay moved.
MUST_USE enum result irq_policy_set(struct message_set *set, enum irq_policy policy);

enum { IRQ_REFUSAL_LENGTH = 128 };

// Moves every message of a CPU to another allowed CPU and closes it for new ones until core_cpu_join(). The CPU keeps
// running. Refused with the numbers in `refusal` (IRQ_REFUSAL_LENGTH bytes) before anything moves: RESULT_INVALID (not
// online), RESULT_BUSY (messages that may live nowhere else), RESULT_NO_VECTORS (the others have no room). When a move
// fails, the CPU is open again with the messages left on it; returns that move's result.
MUST_USE enum result irq_cpu_vacate(uint32_t cpu, char *refusal);

// irq_cpu_vacate(), then stops the CPU. Also RESULT_INVALID for CPU 0.
MUST_USE enum result irq_cpu_offline(uint32_t cpu, char *refusal);

// Starts an offline CPU and calls core_cpu_join(). Messages do not move back. RESULT_INVALID: not offline;
// RESULT_TIMEOUT.
MUST_USE enum result irq_cpu_online(uint32_t cpu);

#endif
