// What may stand where the cursor is: commands, and by a command's usage devices, messages, CPUs, its own words.
#ifndef KERNEL_CONSOLE_CONSOLE_CANDIDATES_H
#define KERNEL_CONSOLE_CONSOLE_CANDIDATES_H

#include "kernel/lib/types.h"

// `is_whole`: a blank may follow. False for an option, whose value follows.
typedef void console_candidates_visitor(void *context, const char *candidate, bool is_whole);

// Visits what begins as the word does that ends at `cursor`, 0 to the line's length; nothing in a line that makes no
// sense. *typed is how much of that word stands there. Devices are written as that word is: with their segment or not.
void console_candidates_visit(const char *line, uint32_t cursor, size_t *typed, console_candidates_visitor *visit,
                              void *context);

#endif
