// The end of the road: a reason, registers, a symbolised backtrace, the last log lines and trace records; then halt, or
// exit 127 under run=.
#ifndef KERNEL_CONSOLE_PANIC_H
#define KERNEL_CONSOLE_PANIC_H

#include "kernel/lib/output.h"

// Prints "panic: REASON", then calls the hook (registers and backtrace, set by arch/), the last log lines and what
// happened last, then leaves. Any IRQL, any CPU; the first caller prints, others halt.
_Noreturn void panic(const char *format, ...) PRINTF_LIKE(1, 2);

// `dump` prints machine state to `out`; it must not take locks. `exit_when_done` is true when run= was given.
void panic_attach(struct output *out, void (*dump)(struct output *out));
void panic_attach_last(void (*print)(struct output *out)); // no locks either
void panic_exit_when_done(bool exit_when_done);

#endif
