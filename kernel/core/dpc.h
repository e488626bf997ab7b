// Deferred calls, after Windows' KDPC: what an interrupt leaves to be done at IRQL_DISPATCH, above all ordinary code of
// a CPU and below every device.
#ifndef KERNEL_CORE_DPC_H
#define KERNEL_CORE_DPC_H

#include "kernel/core/irql.h"

enum dpc_importance { DPC_MEDIUM, DPC_LOW, DPC_HIGH, DPC_IMPORTANCE_COUNT };

struct dpc;

// Runs at IRQL_DISPATCH, interrupts on, on the CPU it was queued to. It may queue itself again, and must not wait.
typedef void dpc_routine(struct dpc *self);

// The first five are the owner's and do not change while it is queued. Zeroes mean medium, on the queueing CPU.
struct dpc {
    dpc_routine *routine;
    void *context;
    enum dpc_importance importance;
    bool is_targeted; // runs on `target`; else on the CPU that queues it
    uint32_t target;
    struct dpc *next; // these two are the queue's
    bool is_queued;
};

// Queues a call. On its CPU those of higher importance run first, equals in the order they were queued; all that is
// queued has run before that CPU returns to PASSIVE. False when it is queued already and has not begun to run: it then
// runs once. What is meant for a CPU that has left, or that there is not, runs on the boot CPU. Any CPU, any IRQL; a
// lock is held for a few instructions.
bool dpc_queue(struct dpc *dpc);

// Before a CPU is stopped: what is queued to it, and what will be until it returns, goes to the boot CPU, and the call
// that is running there has ended when this answers RESULT_OK. Not the boot CPU. PASSIVE, interrupts on.
// RESULT_TIMEOUT as drain_cpu().
MUST_USE enum result dpc_cpu_leave(uint32_t cpu);
void dpc_cpu_return(uint32_t cpu);

// Calls that have run on a CPU since start-up, and those that wait. Any CPU.
uint64_t dpc_count(uint32_t cpu);
uint32_t dpc_waiting(uint32_t cpu);

// Makes the queues of `cpus` processors. Once, boot CPU, before the first call is queued. RESULT_NO_MEMORY.
MUST_USE enum result dpc_initialise(uint32_t cpus);

// Publishes the dispatch vector's object on a CPU. Once per CPU, before it takes interrupts.
void dpc_prepare(uint32_t cpu);

#endif
