// Interrupt lines: the object in a line's slot, which asks each device on the line. Several devices may share one GSI,
// and with it one IOAPIC entry, vector and slot. A line that keeps coming although no device answers is masked.
#ifndef KERNEL_CORE_LINE_SHARE_H
#define KERNEL_CORE_LINE_SHARE_H

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

// The line of a GSI, made when it is asked for first; it is never freed. NULL when memory is out. PASSIVE, boot CPU.
struct line_share *line_share_get(uint32_t gsi, enum interrupt_mode mode);

// The message of another connected device on the line of a message that is not routed yet: it shares that one's CPU and
// vector. NULL when there is none, and for MSI and MSI-X. PASSIVE.
struct message *line_share_other(const struct message *message);

// The messages of the devices on a line, one after the other, from any of them; NULL ends it. MSI and MSI-X: the
// message alone. NULL is allowed. PASSIVE.
struct message *line_share_first(struct message *message);
struct message *line_share_next(const struct message *message);

// Whose source writes the hardware when a message moves: its own, or while its set is inactive that of another device
// on its line, whose interrupts go on. The message itself for MSI and MSI-X. PASSIVE.
struct message *line_share_writer(struct message *message);

// What shall stand in the slot a message is routed to: `object` for MSI and MSI-X. For a line it is the line's own, and
// the device has joined its line: from now on the line's interrupts are passed to `object`. PASSIVE.
const struct interrupt *line_share_publish(struct message *message, const struct interrupt *object);

// What stands in the slot of a message that is routed: its own object, for a line the line's.
const struct interrupt *line_share_object(const struct message *message);

// Takes a message's device off its line; its routine may still be running on the CPU of the line until that has been
// drained. Answers whether nobody is left, so that the slot and the vector can be given back: true for MSI, MSI-X and a
// message that never joined. PASSIVE.
bool line_share_leave(struct message *message);

// After a move of one message: the records of the others on its line name its CPU and vector, too, and keep their
// counts; an old place that did not drain is theirs as well. Does nothing for MSI and MSI-X. PASSIVE.
void line_share_follow(const struct message *moved);

// The old places of a message are drained, and about to be given back: the others on its line count what came there and
// forget them. Does nothing for MSI and MSI-X. PASSIVE.
void line_share_settle(const struct message *settled);

// The line's pin was masked or unmasked: so the records of all its devices say. Any IRQL.
void line_share_note_mask(const struct line_member *member, bool masked);

// A stuck line: this many interrupts in succession that no device answers, within this time.
enum { LINE_SHARE_UNANSWERED_LIMIT = 1000 };
#define LINE_SHARE_STUCK_TIME UINT64_C(1000000000) // nanoseconds

#endif
