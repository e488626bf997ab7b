// Interrupt lines: the object in a line's slot, which asks each device on the line. Several devices may share one GSI,
// and with it one IOAPIC entry, vector and slot. A stuck line (LINE_SHARE_UNANSWERED_LIMIT) is masked.
#ifndef ARCH_APIC_LINE_SHARE_H
#define ARCH_APIC_LINE_SHARE_H

#include "kernel/core/message.h"

struct line_share;

// One device's place among those of its line. Its message source holds it and zeroes all but the first two.
struct line_member {
    struct line_share *share;
    struct message_source *source;
    struct line_member *next;
    const struct interrupt *object; // the device's own, which the line's object calls; NULL while not connected
    struct message *message;
};

// The line of a GSI, made when it is asked for first; it is never freed. NULL when memory is out. PASSIVE.
struct line_share *line_share_get(uint32_t gsi, enum interrupt_mode mode);

// The operations of the same names in struct message_source_operations. PASSIVE.
struct message *line_share_neighbour(const struct line_member *own);
const struct interrupt *line_share_publish(struct line_member *member, const struct interrupt *object);
bool line_share_leave(struct line_member *member);

// Records in all devices of the line that its pin was masked or unmasked. Any IRQL.
void line_share_note_mask(const struct line_member *member, bool masked);

// A stuck line: this many interrupts in succession that no device answers, within this time.
enum { LINE_SHARE_UNANSWERED_LIMIT = 1000 };
#define LINE_SHARE_STUCK_TIME UINT64_C(1000000000) // nanoseconds

#endif
