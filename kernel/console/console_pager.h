// Pages for run=: where the screen alone shows what commands say, it stands still when half of it is new.
#ifndef KERNEL_CONSOLE_CONSOLE_PAGER_H
#define KERNEL_CONSOLE_CONSOLE_PAGER_H

#include "kernel/lib/types.h"

// From now on a page stands until a key is typed, 10 seconds at most: the machine may have no keyboard. Ctrl-C ends the
// command. Nothing where there is no screen. PASSIVE, boot CPU, as all of these.
void console_pager_start(void);
void console_pager_stop(void);

// For the console: `length` characters, a line mostly, are about to be shown.
void console_pager_line(size_t length);

#endif
