// The command that a mistyped name may stand for.
#ifndef KERNEL_CONSOLE_CONSOLE_SUGGEST_H
#define KERNEL_CONSOLE_CONSOLE_SUGGEST_H

#include "kernel/console/console.h"

// The one command that begins with the name, else the first of the nearest ones: at most a third of its letters differ.
// NULL: there is none.
const struct command *console_suggest(const char *name);

#endif
