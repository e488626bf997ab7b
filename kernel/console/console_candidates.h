// Completions at the cursor: commands; by a command's usage devices, messages, CPUs, its own words.
#ifndef KERNEL_CONSOLE_CONSOLE_CANDIDATES_H
#define KERNEL_CONSOLE_CONSOLE_CANDIDATES_H

#include "kernel/lib/types.h"

// `is_whole`: a blank may follow. False for an option that takes a value.
typedef void console_candidates_visitor(void *context, const char *candidate, bool is_whole);

// Visits the completions of the word that ends at `cursor` (0 to the line's length); none in an invalid line. *typed:
// length of that word so far. Devices are written with their segment if the word has one.
void console_candidates_visit(const char *line, uint32_t cursor, size_t *typed, console_candidates_visitor *visit,
                              void *context);

#endif
