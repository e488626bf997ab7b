// The form of a check: one fact, as it should be and as it is. kernel/diagnose/audit_*.c hold the tables of checks.
#ifndef KERNEL_DIAGNOSE_AUDIT_CHECK_H
#define KERNEL_DIAGNOSE_AUDIT_CHECK_H

#include "kernel/diagnose/audit.h"
#include "kernel/diagnose/route_view.h"

// What a table of checks is applied to. Which of the views stand depends on the table.
struct audit_subject {
    const struct message_set *set;
    const struct message *message; // names the drift; NULL: nothing stands behind it
    const struct device *bridge;
    uint32_t entry; // of an MSI-X table, where it is no message's
    struct function_view function;
    struct device_reading bridge_reading;
    struct route_view route;
    struct processor_view processor;
    void (*take)(struct audit_subject *subject); // looks at the hardware anew
    char place[AUDIT_PLACE];                     // for checks whose `where` is NULL
};

struct audit_values {
    uint64_t expected;
    uint64_t found;
};

// How values are shown: AUDIT_TEXT bytes at `text`.
typedef void audit_format(uint64_t value, char *text);

struct audit_check {
    const char *field;
    const char *where;
    // False where the check makes no sense for this subject.
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

// In the order of a message's way.
extern const struct audit_table audit_function_table; // the function: `set`, `function`
extern const struct audit_table audit_bridge_table;   // one bridge above it: `set`, `bridge`
extern const struct audit_table audit_record_table;   // the record by itself: `message`
extern const struct audit_table audit_source_table;   // where the source holds it: `message`, `route`
extern const struct audit_table audit_place_table;    // where it is taken: `message`, `route`
extern const struct audit_table audit_spare_table;  // an entry that was not granted and is aimed at message 0: `entry`
extern const struct audit_table audit_unused_table; // an entry that nobody uses
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
