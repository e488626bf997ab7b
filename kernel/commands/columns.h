// What the tables of several commands share: lists that wrap at the terminal's width, and how a device is named.
#ifndef KERNEL_COMMANDS_COLUMNS_H
#define KERNEL_COMMANDS_COLUMNS_H

#include "kernel/inventory/device.h"
#include "kernel/lib/output_fold.h"

enum { COLUMNS_LIMIT = OUTPUT_FOLD_WIDTH };

// A list of short texts behind what already stands in a row.
struct columns {
    struct output *out;
    uint32_t indent; // of the first text and of every further line
    uint32_t column;
};

// The row so far is exactly `indent` columns wide.
void columns_start(struct columns *columns, struct output *out, uint32_t indent);

// Adds a blank and one text of at most 40 characters, on a further line when it would reach beyond the limit.
void columns_add(struct columns *columns, const char *format, ...) PRINTF_LIKE(2, 3);

// Ends the row; `none` stands for an empty list.
void columns_end(struct columns *columns, const char *none);

// Prints a text behind what already stands in a row, `indent` columns wide, and ends the row; what reaches beyond the
// limit goes on in a further line, from a blank on.
void columns_print(struct output *out, uint32_t indent, const char *text);

// The driver's name; "-" without one.
const char *columns_driver(const struct device *device);

#endif
