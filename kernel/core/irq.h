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
    uint32_t minimum;             // fewer than this is a failure; at least 1
    uint32_t maximum;             // never more than this
    enum irq_policy policy;       // the machine's default when silent
    enum irq_priority priority;   // picks the IRQL rows
    struct interrupt_lock *lock;  // optional: taken around each run of the routine, at its synchronize IRQL
    enum irql synchronize_irql;   // with a lock: not below any message's; 0: the highest of the set
    const uint32_t *message_cpus; // optional, `maximum` CPU numbers: message i wants to live on message_cpus[i]
    bool silent;                  // stay masked and without bus master: a function nobody drives
};

struct irq_grant {
    struct message_set *messages; // kind, count and reason are in it
};

// Reserves vectors, fills the table, publishes the objects, programs the hardware from the table and lets it go, on the
// best kind of source that works: MSI-X, MSI, line. Fewer messages than asked is a success the caller must live with;
// entries beyond the grant are aimed at message 0. Nothing is left behind on failure, which is logged. Boot CPU,
// PASSIVE. RESULT_INVALID, RESULT_IRQL, RESULT_BUSY (connected already), RESULT_NO_VECTORS, RESULT_UNSUPPORTED (no
// usable source), RESULT_NO_MEMORY, RESULT_MISMATCH.
MUST_USE enum result irq_connect(const struct irq_request *request, struct irq_grant *grant);

// Silences the source, drains what is on its way, frees vectors and slots. No routine of the set runs once this has
// returned RESULT_OK. Boot CPU, PASSIVE. RESULT_IRQL: nothing has changed. RESULT_TIMEOUT: a CPU did not drain; the
// device is unconnected, and what that CPU may still touch is never used again.
enum result irq_disconnect(struct message_set *set);

// Masks or unmasks one message at the device and in the record. RESULT_UNSUPPORTED where it has no mask bit. PASSIVE.
MUST_USE enum result irq_mask(struct message *message, bool masked);

struct irq_options {
    uint32_t disabled_kinds;     // a bit per message_kind that is not to be used
    const char *disabled_reason; // why not, for a set's reason; NULL: "switched off"
    enum irq_policy policy;      // the machine's default
};

// core_start()'s part: the matrix of vectors, those of online CPUs open.
MUST_USE enum result irq_initialise(const struct irq_options *options);

// core_cpu_join()'s part: opens a CPU's vectors if messages can reach it; logged when not.
void irq_cpu_open(uint32_t cpu);

struct vector_matrix *irq_vectors(void);

// What IRQ_POLICY_MACHINE_DEFAULT stands for.
enum irq_policy irq_policy_default(void);

#endif
