// The grammar of a usage line, and what may be typed next by it. Pure.
//
// Words follow one another; a|b: either; [ ]: optional; a '|' between blanks begins another form of the command. Words
// in capitals are placeholders (BDF, N, CPU), all others are typed as they are. A word with '=' is an option: it
// follows the other words, in any order, with a value after the '='.
#ifndef KERNEL_CONSOLE_CONSOLE_USAGE_H
#define KERNEL_CONSOLE_CONSOLE_USAGE_H

#include "kernel/lib/types.h"

// One possible next word: `length` characters of the usage. `follows` is the usage after it.
typedef void console_usage_visitor(void *context, const char *choice, size_t length, const char *follows);

// Visits each possible next word once, after `count` words behind the command's name: words in the usage's order, then
// the options not typed yet. `usage` begins with the name.
void console_usage_next(const char *usage, const char *const *words, uint32_t count, console_usage_visitor *visit,
                        void *context);

// Is this choice a placeholder?
bool console_usage_is_placeholder(const char *choice, size_t length);

#endif
