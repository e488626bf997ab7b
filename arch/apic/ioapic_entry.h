// The IOAPIC's redirection table entry (82093AA datasheet 3.2.4, with the xAPIC's 8-bit destination). Pure.
#ifndef ARCH_APIC_IOAPIC_ENTRY_H
#define ARCH_APIC_IOAPIC_ENTRY_H

#include "arch/interrupt/delivery.h"
#include "kernel/core/message.h"

// 82093AA datasheet 3.2.4. Bits 55:17 are reserved.
#define IOAPIC_ENTRY_DESTINATION  BITS(63, 56)
#define IOAPIC_ENTRY_MASKED       BIT(16)
#define IOAPIC_ENTRY_LEVEL        BIT(15)
#define IOAPIC_ENTRY_REMOTE_IRR   BIT(14)
#define IOAPIC_ENTRY_ACTIVE_LOW   BIT(13)
#define IOAPIC_ENTRY_SEND_PENDING BIT(12)
#define IOAPIC_ENTRY_LOGICAL      BIT(11)
#define IOAPIC_ENTRY_DELIVERY     BITS(10, 8)
#define IOAPIC_ENTRY_VECTOR       BITS(7, 0)

struct ioapic_entry {
    struct apic_id destination;
    bool logical; // destination mode: false is physical
    enum delivery_mode delivery;
    uint32_t vector;
    enum interrupt_polarity polarity;
    enum interrupt_mode mode;
    bool masked;
    bool remote_irr; // read only: a level interrupt was taken and waits for its end of interrupt
};

// The 64-bit entry; the read-only fields are written as 0. RESULT_INVALID: a reserved delivery mode, or a vector it
// does not take (delivery_takes_vector; a masked entry may carry any from 0 to 255, since nothing of it leaves).
// RESULT_UNSUPPORTED: the destination does not fit and nothing is cut off (delivery_reaches). Write order: low dword
// masked, high dword (destination), low dword unmasked.
MUST_USE enum result ioapic_entry_encode(const struct ioapic_entry *entry, uint64_t *word);

// Takes an entry as read apart. RESULT_INVALID: reserved delivery mode; the other fields are filled all the same, with
// delivery fixed.
MUST_USE enum result ioapic_entry_decode(uint64_t word, struct ioapic_entry *entry);

#endif
