// The words of a message-signalled interrupt in the compatibility format (Intel SDM vol. 3, 11.11). Pure.
#ifndef ARCH_APIC_MESSAGE_FORMAT_H
#define ARCH_APIC_MESSAGE_FORMAT_H

#include "arch/interrupt/delivery.h"
#include "kernel/core/message_source.h"

struct message_fields {
    struct apic_id destination;
    bool logical;          // destination mode: false is physical
    bool redirection_hint; // any one of the destinations may take it
    enum delivery_mode delivery;
    uint32_t vector;
    bool level_triggered;
    bool asserted; // level-triggered messages only
};

// RESULT_UNSUPPORTED: the destination does not fit and nothing is cut off: see delivery_reaches(). Such a CPU needs
// remapping. RESULT_INVALID: see delivery_takes_vector(); a reserved delivery mode; `asserted` without level_triggered.
MUST_USE enum result message_format_encode(const struct message_fields *fields, struct message_words *words);

// The same for fixed delivery, edge triggered, to one processor by its physical ID: what the kernel itself sends by.
MUST_USE enum result message_format_encode_fixed(struct apic_id destination, uint32_t vector,
                                                 struct message_words *words);

// Decodes words as hardware does, ignoring reserved bits. Words may come from any source: a vector below 16 and
// destination 255 are returned unchanged. RESULT_INVALID: not an interrupt address (0xfeexxxxx), or a reserved delivery
// mode; RESULT_UNSUPPORTED: remappable format (address bit 4).
MUST_USE enum result message_format_decode(struct message_words words, struct message_fields *fields);

#endif
