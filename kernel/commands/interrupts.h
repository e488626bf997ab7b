// What interrupts and its live form share: the rows, messages first, then the named system rows.
#ifndef KERNEL_COMMANDS_INTERRUPTS_H
#define KERNEL_COMMANDS_INTERRUPTS_H

#include "kernel/commands/selection.h"
#include "kernel/diagnose/system_counts.h"
#include "kernel/lib/json.h"

enum { INTERRUPTS_LABEL_WIDTH = 17, INTERRUPTS_LONGEST_PERIOD = 3600 }; // "0000:00:04.0 1023"; seconds

// A row of the table, whatever it counts.
struct interrupts_row {
    const struct message *message;     // or
    const struct system_count *system; // one of the two
};

// The rows chosen, and the order in which they are shown.
struct interrupts_rows {
    uint32_t count;
    struct interrupts_row *rows;
    uint64_t *keys; // what they are ordered by
    uint32_t *order;
};

// Takes the rows that are there now and selected, in the table's order. System rows belong to no device and no driver.
// RESULT_NO_MEMORY; free otherwise.
MUST_USE enum result interrupts_rows_take(struct command_call *call, const struct selection *selection,
                                          struct interrupts_rows *rows);
void interrupts_rows_free(struct interrupts_rows *rows);

uint64_t interrupts_count(const struct interrupts_row *row, uint32_t cpu);
uint64_t interrupts_count_all(const struct interrupts_row *row);

// "0000:00:04.0    3", or the name of a system row. `text` holds INTERRUPTS_LABEL_WIDTH + 8.
const char *interrupts_label(const struct interrupts_row *row, char *text);
const char *interrupts_kind(const struct interrupts_row *row);
const char *interrupts_owner(const struct interrupts_row *row); // "" for a system row

// Everything the contract says of a row, with counts by CPU that were taken before, or NULL for those of now; `sparse`
// leaves zero counts out. json_line_end() is the caller's.
void interrupts_json_begin(struct json *json, struct output *out, const struct interrupts_row *row,
                           const uint64_t *counts, bool sparse);

// Every `seconds`, until console_stop_asked(): a screen with the busiest rows, the busiest first, and what they count a
// second; or all rows and a summary in JSON. Answers RESULT_STOPPED, or RESULT_NO_MEMORY.
MUST_USE enum result interrupts_watch(struct command_call *call, const struct selection *selection, uint32_t seconds);

#endif
