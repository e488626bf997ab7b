// Which messages a listing shows, and in which order: the words [BDF] [nonzero] [driver=NAME] [cpu=CPU] [sort=KEY].
#ifndef KERNEL_COMMANDS_SELECTION_H
#define KERNEL_COMMANDS_SELECTION_H

#include "kernel/console/console.h"
#include "kernel/core/message.h"

#define SELECTION_USAGE "[BDF] [nonzero] [driver=NAME] [cpu=CPU] [sort=KEY]"
#define SELECTION_OPTIONS                           \
    "BDF\tthis device's alone\n"                    \
    "nonzero\twhat has come at least once\n"        \
    "driver=NAME\tof devices with this driver\n"    \
    "cpu=CPU\twhat lives there or has come there\n" \
    "sort=KEY\tcount or rate: most first; rate is measured for a second\n"

enum selection_sort { SELECTION_TABLE, SELECTION_COUNT, SELECTION_RATE };

// Starts as all zeroes: every row, in the table's order.
struct selection {
    const struct device *device; // NULL: all
    const char *driver;          // NULL: all
    bool has_cpu;
    uint32_t cpu;
    bool nonzero;
    enum selection_sort sort;
};

// Reads the words of a call from `first` on.
MUST_USE enum result selection_parse(struct command_call *call, uint32_t first, struct selection *selection);

bool selection_takes(const struct selection *selection, const struct message *message);

// Orders the numbers 0 to count - 1 by their keys, the largest first, equal ones as they come. Pure.
void selection_order(const uint64_t *keys, uint32_t *order, uint32_t count);

#endif
