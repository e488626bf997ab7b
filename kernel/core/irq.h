// Connecting a device's messages to service routines: the core's front door, after Windows' IoConnectInterruptEx.
#ifndef KERNEL_CORE_IRQ_H
#define KERNEL_CORE_IRQ_H

#include "kernel/core/message.h"
#include "kernel/core/policy.h"

struct vector_matrix;

struct irq_request {
    struct irq_device *device;
    service_routine *routine;
    void *context;
    uint32_t minimum;             // messages; fewer is a failure; at least 1
    uint32_t maximum;             // messages; never more
    enum irq_policy policy;       // 0: the machine's default
    enum irq_priority priority;   // selects the band of IRQL rows
    struct interrupt_lock *lock;  // optional: taken around each run of the routine, at its synchronize IRQL
    enum irql synchronize_irql;   // with a lock: not below any message's; 0: the highest of the set
    const uint32_t *message_cpus; // optional, `maximum` CPU numbers: preferred CPU of message i
    bool silent;                  // masked and without bus master: a device nobody drives (table in message.h)
};

struct irq_grant {
    struct message_set *messages; // kind, count and reason are in it
};

// Reserves vectors, fills the table, publishes the objects, programs the hardware from the table and starts the source:
// the first that works of MSI-X, MSI, line. RESULT_OK with fewer than `maximum` messages is possible: read
// message_count. Hardware entries beyond the grant are aimed at message 0. On failure, logged, everything is undone.
// Boot CPU, PASSIVE. RESULT_INVALID, RESULT_IRQL, RESULT_BUSY (connected already), RESULT_NO_VECTORS,
// RESULT_UNSUPPORTED (no usable source), RESULT_NO_MEMORY, RESULT_MISMATCH.
MUST_USE enum result irq_connect(const struct irq_request *request, struct irq_grant *grant);

// Closes the source, drains the CPUs, frees vectors and slots. After RESULT_OK no routine of the set runs. Boot CPU,
// PASSIVE. RESULT_IRQL: nothing has changed. RESULT_TIMEOUT: a CPU did not drain; the device is disconnected, and the
// set's memory and the vectors of that CPU are never reused.
enum result irq_disconnect(struct message_set *set);

// Masks or unmasks one message at the device and in the record. RESULT_UNSUPPORTED where it has no mask bit. PASSIVE.
MUST_USE enum result irq_mask(struct message *message, bool masked);

struct irq_options {
    uint32_t disabled_kinds;     // bit n set: message_kind n is not used
    const char *disabled_reason; // text for message_set.reason; NULL: "switched off"
    enum irq_policy policy;      // the machine's default
};

// Called by core_start(): creates the vector matrix, open for the online CPUs.
MUST_USE enum result irq_initialise(const struct irq_options *options);

// Called by core_cpu_join(): opens a CPU's vectors if messages can reach it; else logged.
void irq_cpu_open(uint32_t cpu);

struct vector_matrix *irq_vectors(void);

// Is the kind used, for devices that have it?
bool irq_kind_is_used(enum message_kind kind);

// The policy used for IRQ_POLICY_MACHINE_DEFAULT.
enum irq_policy irq_policy_default(void);

#endif
