// How far a command is, for whoever waits at the prompt: one line that is written over and over and leaves no trace.
#ifndef KERNEL_CONSOLE_PROGRESS_H
#define KERNEL_CONSOLE_PROGRESS_H

#include "kernel/lib/output.h"

// For every loop that may take seconds: `done` of `total` are done; a total of 0 is unknown, and 100 percent are never
// shown before it is all done. Costs a look at the clock. Shows nothing in the first second, then four times a second,
// and only for a command that was typed at the prompt, for a person: never with --json, in a script, or after `quiet`.
// What is printed or logged takes its place first. PASSIVE, boot CPU, as all of these.
void progress_show(uint64_t done, uint64_t total);

// Where the line is shown: an output that takes each write in place of the last one, "" for none. NULL: nowhere.
void progress_attach(struct output *status);

// The console's: a command for which progress is shown begins; any command has ended. `name` must stay.
void progress_begin(const char *name);
void progress_end(void);

#endif
