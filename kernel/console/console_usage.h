// The grammar of a usage line, and what may be typed next by it. Pure.
//
// Words stand one after another; a|b is either; what stands in [ ] may be left out; a '|' between blanks begins another
// way to use the command. Capitals stand for something else (BDF, N, CPU), anything other is typed as it stands. A word
// with '=' is an option: it stands behind the other words, in any order, and what follows '=' is a value.
#ifndef KERNEL_CONSOLE_CONSOLE_USAGE_H
#define KERNEL_CONSOLE_CONSOLE_USAGE_H

#include "kernel/lib/types.h"

// One thing that may be typed next: `length` characters of the usage. `follows` is the rest of the usage behind it.
typedef void console_usage_visitor(void *context, const char *choice, size_t length, const char *follows);

// Visits each thing once that may follow `count` words typed behind the command's name: words in the usage's order,
// then the options that were not typed yet. `usage` begins with the name.
void console_usage_next(const char *usage, const char *const *words, uint32_t count, console_usage_visitor *visit,
                        void *context);

// Is this choice something else's name, not typed as it stands?
bool console_usage_is_placeholder(const char *choice, size_t length);

#endif
