// Running a routine on another CPU and waiting for it: for what only a CPU itself can see or change.
#ifndef KERNEL_DIAGNOSE_CPU_CALL_H
#define KERNEL_DIAGNOSE_CPU_CALL_H

#include "kernel/lib/result.h"

// Runs at IRQL_IPI: short, takes no lock that ordinary code of that CPU may hold, waits for nothing.
typedef void cpu_routine(void *context);

// Runs `routine(context)` once on an online CPU and returns RESULT_OK when it has ended; on the calling CPU directly,
// at the same level. Boot CPU, PASSIVE, interrupts on. RESULT_INVALID: no such CPU, or not online. RESULT_TIMEOUT,
// logged: the CPU did not answer within 5 seconds. It has then not run and will not, unless it was seen inside the
// routine when the time was up: a context that must not be touched late does not belong on the stack of a caller that
// goes on. RESULT_IRQL.
MUST_USE enum result cpu_call(uint32_t cpu, cpu_routine *routine, void *context);

// Publishes the call vector's object on a CPU. Once per CPU, before it takes interrupts.
void cpu_call_prepare(uint32_t cpu);

#endif
