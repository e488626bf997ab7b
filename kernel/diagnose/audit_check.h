// The form of a check: one fact, its expected and its actual value. kernel/diagnose/audit_*.c hold the tables of
// checks.
#ifndef KERNEL_DIAGNOSE_AUDIT_CHECK_H
#define KERNEL_DIAGNOSE_AUDIT_CHECK_H

#include "kernel/diagnose/audit.h"
#include "kernel/diagnose/route_view.h"

// What a table of checks is applied to. Which views are filled in depends on the table.
struct audit_subject {
    const struct message_set *set;
    const struct message *message; // names the drift; NULL: it belongs to no message
    const struct device *bridge;
    uint32_t entry; // of an MSI-X table, an entry without a message
    struct function_view function;
    struct device_reading bridge_reading;
    struct route_view route;
    struct processor_view processor;
    void (*take)(struct audit_subject *subject); // reads the hardware again
    char place[AUDIT_PLACE];                     // for checks whose `where` is NULL
};

struct audit_values {
    uint64_t expected;
    uint64_t found;
};

// Formats a value: `text` holds AUDIT_TEXT bytes.
typedef void audit_format(uint64_t value, char *text);

struct audit_check {
    const char *field;
    const char *where;
    // False where the check does not apply to this subject.
    bool (*compare)(const struct audit_subject *subject, struct audit_values *values);
    audit_format *format;
};

static inline bool audit_compare(struct audit_values *values, uint64_t expected, uint64_t found, bool applies)
{
    *values = (struct audit_values){expected, found};
    return applies;
}

struct audit_table {
    const struct audit_check *checks;
    uint32_t count;
};

// In the order a message passes them.
extern const struct audit_table audit_function_table; // the function: `set`, `function`
extern const struct audit_table audit_bridge_table;   // one bridge above it: `set`, `bridge`
extern const struct audit_table audit_record_table;   // the record by itself: `message`
extern const struct audit_table audit_source_table;   // the message's entry in its source: `message`, `route`
extern const struct audit_table audit_place_table;    // the CPU and vector the message is routed to: `message`, `route`
extern const struct audit_table audit_spare_table;  // an entry that was not granted and is aimed at message 0: `entry`
extern const struct audit_table audit_unused_table; // an entry no message was asked for
extern const struct audit_table audit_processor_table; // `processor`
extern const struct audit_table audit_vectors_table;   // a CPU's vectors and slots: `processor.cpu` alone

void audit_format_hex(uint64_t value, char *text);
void audit_format_number(uint64_t value, char *text);
void audit_format_bool(uint64_t value, char *text);
void audit_format_result(uint64_t value, char *text);
void audit_format_vector_state(uint64_t value, char *text);
void audit_format_cpu_state(uint64_t value, char *text);
void audit_format_mode(uint64_t value, char *text);
void audit_format_polarity(uint64_t value, char *text);
void audit_format_power(uint64_t value, char *text);

#endif
