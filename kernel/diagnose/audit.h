// Compares the message table with the hardware: reads again every register a message depends on.
#ifndef KERNEL_DIAGNOSE_AUDIT_H
#define KERNEL_DIAGNOSE_AUDIT_H

#include "kernel/core/message.h"
#include "kernel/inventory/device.h"

enum { AUDIT_TEXT = 40, AUDIT_PLACE = 32 };

// One difference. Reported only if three looks in a row show it: traffic changes pending bits and priorities between
// looks.
struct audit_drift {
    const struct device *device; // NULL where the difference belongs to no message
    uint32_t index;              // of the message, within its device
    const char *field;           // "message_data"
    char where[AUDIT_PLACE];     // "msix_table", "bridge 0000:00:1c.0"
    char expected[AUDIT_TEXT];
    char found[AUDIT_TEXT];
};

// One run: the caller sets `drift` and `context`; the rest starts as zeroes.
struct audit {
    void (*drift)(struct audit *audit, const struct audit_drift *drift);
    void *context;
    uint32_t messages;
    uint32_t checks;
    uint32_t drifts;
};

// What one comparison of everything came to.
struct audit_totals {
    uint32_t checks; // 0: none was made
    uint32_t drifts;
};

// The device's own state (its function, the bridges above, entries without a message) is compared once per set and
// reported under message 0; a processor once, under the first message routed to it. Changes nothing.
// console_stop_asked() ends the run between two messages or processors. All boot CPU, PASSIVE.
//
// Everything: each set, then the processors.
void audit_all(struct audit *audit);

// One device: its function, its messages, its other entries.
void audit_set(struct audit *audit, const struct message_set *set);

// One message: its function, its entry, its place, its processor.
void audit_message(struct audit *audit, const struct message *message);

// The local APIC of every CPU that a message is routed to; on every CPU the vectors in use and the slots filled.
void audit_processors(struct audit *audit);

// The last comparison of everything that was not stopped: by audit_all(), or made of its parts and kept.
void audit_keep(struct audit_totals totals);
struct audit_totals audit_last(void);

#endif
