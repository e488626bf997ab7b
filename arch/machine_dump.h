// The state of the processor that panics.
#ifndef ARCH_MACHINE_DUMP_H
#define ARCH_MACHINE_DUMP_H

#include "kernel/lib/output.h"

// For panic_attach(): registers when the processor is in an exception, and the backtrace. Takes no lock. Any IRQL.
void machine_dump(struct output *out);

#endif
