// Panic: prints a reason, registers, a symbolised backtrace, the last log lines and trace records; then halts, or exits
// with 127 under run=.
#ifndef KERNEL_CONSOLE_PANIC_H
#define KERNEL_CONSOLE_PANIC_H

#include "kernel/lib/output.h"

// Prints "panic: REASON", calls the dump hook (registers and backtrace, set by arch/), prints the last log lines, calls
// the last hook, then halts or exits. Any IRQL, any CPU; the first caller prints, others halt.
_Noreturn void panic(const char *format, ...) PRINTF_LIKE(1, 2);

// `dump` prints machine state to `out`; it must not take locks. `exit_when_done`: run= was given.
void panic_attach(struct output *out, void (*dump)(struct output *out));
void panic_attach_last(void (*print)(struct output *out)); // must not take locks
void panic_exit_when_done(bool exit_when_done);

#endif
