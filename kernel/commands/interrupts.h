// What interrupts and its live form share: the rows, messages first, then the named system rows.
#ifndef KERNEL_COMMANDS_INTERRUPTS_H
#define KERNEL_COMMANDS_INTERRUPTS_H

#include "kernel/console/console.h"
#include "kernel/core/message.h"
#include "kernel/diagnose/system_counts.h"
#include "kernel/lib/json.h"

enum { INTERRUPTS_LABEL_WIDTH = 17, INTERRUPTS_LONGEST_PERIOD = 3600 }; // "0000:00:04.0 1023"; seconds

// A row of the table, whatever it counts.
struct interrupts_row {
    const struct message *message;     // or
    const struct system_count *system; // one of the two
    char label[INTERRUPTS_LABEL_WIDTH + 8];
    const char *kind;
    const char *owner; // "" for a system row
};

typedef void interrupts_visitor(void *context, const struct interrupts_row *row);

void interrupts_for_each(interrupts_visitor *visit, void *context);

uint64_t interrupts_count(const struct interrupts_row *row, uint32_t cpu);

// Everything the contract says of a row, with counts by CPU that were taken before, or NULL for those of now.
// json_line_end() is the caller's.
void interrupts_json_begin(struct json *json, struct output *out, const struct interrupts_row *row,
                           const uint64_t *counts);

// Every `seconds`, until console_stop_asked(): a screen with the busiest rows and what they count a second; or all rows
// and a summary in JSON. Answers RESULT_STOPPED, or RESULT_NO_MEMORY.
MUST_USE enum result interrupts_watch(struct command_call *call, uint32_t seconds);

#endif
