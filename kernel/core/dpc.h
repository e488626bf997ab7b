// Deferred calls, after Windows' KDPC: work that a service routine defers to IRQL_DISPATCH, above PASSIVE code and
// below all device levels.
#ifndef KERNEL_CORE_DPC_H
#define KERNEL_CORE_DPC_H

#include "kernel/core/irql.h"

enum dpc_importance { DPC_MEDIUM, DPC_LOW, DPC_HIGH, DPC_IMPORTANCE_COUNT };

struct dpc;

// Runs at IRQL_DISPATCH, interrupts on, on the CPU it was queued to. It may queue itself again, and must not wait.
typedef void dpc_routine(struct dpc *self);

// routine to target belong to the owner and must not change while queued. Zeroes mean medium, on the queueing CPU.
struct dpc {
    dpc_routine *routine;
    void *context;
    enum dpc_importance importance;
    bool is_targeted; // runs on `target`; else on the CPU that queues it
    uint32_t target;
    struct dpc *next; // next and is_queued belong to the queue
    bool is_queued;
};

// Queues a call. Per CPU: higher importance first, equals in queue order; the queue is empty before the CPU returns to
// PASSIVE. False: already queued and not begun; it runs once. A call targeted at an offline CPU or at no valid one runs
// on the boot CPU. Any CPU, any IRQL; takes a spinlock for a few instructions.
bool dpc_queue(struct dpc *dpc);

// Before a CPU is stopped: redirects its queued calls, and those queued until dpc_cpu_return(), to the boot CPU. On
// RESULT_OK no call is running on it. Not for the boot CPU. PASSIVE, interrupts on. RESULT_TIMEOUT as drain_cpu().
MUST_USE enum result dpc_cpu_leave(uint32_t cpu);
void dpc_cpu_return(uint32_t cpu);

// Calls run on a CPU since start-up, and calls queued to it now. Any CPU.
uint64_t dpc_count(uint32_t cpu);
uint32_t dpc_waiting(uint32_t cpu);

// Makes the queues of `cpus` processors. Once, boot CPU, before the first call is queued. RESULT_NO_MEMORY.
MUST_USE enum result dpc_initialise(uint32_t cpus);

// Publishes the dispatch vector's object on a CPU. Once per CPU, before it takes interrupts.
void dpc_prepare(uint32_t cpu);

#endif
