// The table against the hardware: everything a message's way holds is read again and compared with the record.
#ifndef KERNEL_DIAGNOSE_AUDIT_H
#define KERNEL_DIAGNOSE_AUDIT_H

#include "kernel/core/message.h"
#include "kernel/inventory/device.h"

enum { AUDIT_TEXT = 40, AUDIT_PLACE = 32 };

// One difference. It is reported only if it is still there when it is looked at again, three times in all: traffic
// changes what is pending and what level a processor runs at.
struct audit_drift {
    const struct device *device; // NULL where no message stands behind what differs
    uint32_t index;              // of the message, within its device
    const char *field;           // "message_data"
    char where[AUDIT_PLACE];     // "msix_table", "bridge 0000:00:1c.0"
    char expected[AUDIT_TEXT];
    char found[AUDIT_TEXT];
};

// One run: `drift` and `context` are the caller's, the rest starts as zeroes.
struct audit {
    void (*drift)(struct audit *audit, const struct audit_drift *drift);
    void *context;
    uint32_t messages;
    uint32_t checks;
    uint32_t drifts;
};

// What belongs to the device as a whole (its function and the bridges above, entries that are no message's) is compared
// once a set and named after message 0; a processor once, and named after the first message that goes there. Nothing is
// changed; console_stop_asked() ends it between two messages or processors. All boot CPU, PASSIVE.
//
// Everything: each set, then the processors.
void audit_all(struct audit *audit);

// One device: its function, its messages, its other entries.
void audit_set(struct audit *audit, const struct message_set *set);

// One message: its function, its entry, its place, its processor.
void audit_message(struct audit *audit, const struct message *message);

// The local APIC of every CPU that a message goes to; and on every CPU the vectors taken and the slots filled.
void audit_processors(struct audit *audit);

#endif
