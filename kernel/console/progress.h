// Progress of a command at the prompt: one line, overwritten in place and removed at the end.
#ifndef KERNEL_CONSOLE_PROGRESS_H
#define KERNEL_CONSOLE_PROGRESS_H

#include "kernel/lib/output.h"

// For every loop that may take seconds: `done` of `total` are done. A total of 0 is unknown; 100 percent is shown only
// when all is done. Costs a clock reading. Shows nothing in the first second, then updates four times a second, and
// only for a command typed at the prompt: never with --json, in a script, or after `quiet`. Printed or logged text
// removes the line first. PASSIVE, boot CPU, as all of these.
void progress_show(uint64_t done, uint64_t total);

// Sets the output of the line: each write replaces the last, "" removes it. NULL: none.
void progress_attach(struct output *status);

// For the console: begin of a command with progress; end of any command. `name` must stay valid.
void progress_begin(const char *name);
void progress_end(void);

#endif
