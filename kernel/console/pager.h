// The pager of "COMMAND | more": waits for a key each time a screen is full. Space shows another screen, Enter another
// line, q ends the output and the command without an error; Ctrl-C stops the command as ever.
#ifndef KERNEL_CONSOLE_PAGER_H
#define KERNEL_CONSOLE_PAGER_H

#include "kernel/lib/output.h"

enum { PAGER_ROWS = 23, PAGER_COLUMNS = 80 }; // of a terminal of 24 rows, one of which the pager takes

// Begins with a command, after console_input_command_begin(). Off: nothing below waits. PASSIVE, boot CPU, as both.
void pager_begin(bool is_on);

// Before text is shown: waits when it would not fit. `out` shows the pager's own line.
void pager_make_room(struct output *out, const char *bytes, size_t length);

#endif
