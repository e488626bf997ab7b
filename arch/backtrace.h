// The chain of callers, by frame pointers.
#ifndef ARCH_BACKTRACE_H
#define ARCH_BACKTRACE_H

#include "kernel/lib/output.h"

// One line a frame, "  #0 0xffffffff80001234 name+0x12", `rip` first. Ends at the first frame that is not mapped,
// aligned and above the one before, or after 32. Takes no lock. Any IRQL.
void backtrace_print(struct output *out, uint64_t rip, uint64_t rbp);

#endif
