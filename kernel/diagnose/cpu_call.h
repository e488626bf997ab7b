// Runs a routine on another CPU and waits for it: for registers only that CPU can read or write.
#ifndef KERNEL_DIAGNOSE_CPU_CALL_H
#define KERNEL_DIAGNOSE_CPU_CALL_H

#include "kernel/lib/result.h"

// Runs at IRQL_IPI: must be short, must not wait, and must not take a lock that code below IRQL_IPI on that CPU may
// hold.
typedef void cpu_routine(void *context);

// Runs `routine(context)` once on an online CPU and returns RESULT_OK when it has ended; on the calling CPU it is
// called directly, at the caller's level. Boot CPU, PASSIVE, interrupts on. RESULT_INVALID: no such CPU, or not online.
// RESULT_TIMEOUT, logged: no answer within 5 seconds. The routine will then not start; one that had started may still
// run, so a context on the stack of a caller that returns is unsafe. RESULT_IRQL.
MUST_USE enum result cpu_call(uint32_t cpu, cpu_routine *routine, void *context);

// Publishes the call vector's object on a CPU. Once per CPU, before it takes interrupts.
void cpu_call_prepare(uint32_t cpu);

#endif
