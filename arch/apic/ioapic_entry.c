// The IOAPIC's redirection table entry.

#include "arch/apic/ioapic_entry.h"

static bool vector_is_allowed(const struct ioapic_entry *entry)
{
    if (entry->masked) {
        return entry->vector <= FIELD_GET(IOAPIC_ENTRY_VECTOR, UINT64_MAX);
    }
    return delivery_takes_vector(entry->delivery, entry->vector);
}

enum result ioapic_entry_encode(const struct ioapic_entry *entry, uint64_t *word)
{
    if (!delivery_is_defined(entry->delivery) || !vector_is_allowed(entry)) {
        return RESULT_INVALID;
    }
    if (!delivery_reaches(entry->destination, entry->logical)) {
        return RESULT_UNSUPPORTED;
    }
    *word = FIELD_PUT(IOAPIC_ENTRY_DESTINATION, entry->destination.value) |
            FIELD_PUT(IOAPIC_ENTRY_MASKED, entry->masked) |
            FIELD_PUT(IOAPIC_ENTRY_LEVEL, entry->mode == INTERRUPT_LEVEL_SENSITIVE) |
            FIELD_PUT(IOAPIC_ENTRY_ACTIVE_LOW, entry->polarity == INTERRUPT_ACTIVE_LOW) |
            FIELD_PUT(IOAPIC_ENTRY_LOGICAL, entry->logical) | FIELD_PUT(IOAPIC_ENTRY_DELIVERY, entry->delivery) |
            FIELD_PUT(IOAPIC_ENTRY_VECTOR, entry->vector);
    return RESULT_OK;
}

enum result ioapic_entry_decode(uint64_t word, struct ioapic_entry *entry)
{
    uint32_t delivery = FIELD_GET(IOAPIC_ENTRY_DELIVERY, word);
    bool defined = delivery_is_defined(delivery);
    *entry = (struct ioapic_entry){
        .destination = {FIELD_GET(IOAPIC_ENTRY_DESTINATION, word)},
        .logical = FIELD_GET(IOAPIC_ENTRY_LOGICAL, word),
        .delivery = defined ? (enum delivery_mode)delivery : DELIVERY_FIXED,
        .vector = FIELD_GET(IOAPIC_ENTRY_VECTOR, word),
        .polarity = FIELD_GET(IOAPIC_ENTRY_ACTIVE_LOW, word) ? INTERRUPT_ACTIVE_LOW : INTERRUPT_ACTIVE_HIGH,
        .mode = FIELD_GET(IOAPIC_ENTRY_LEVEL, word) ? INTERRUPT_LEVEL_SENSITIVE : INTERRUPT_LATCHED,
        .masked = FIELD_GET(IOAPIC_ENTRY_MASKED, word),
        .remote_irr = FIELD_GET(IOAPIC_ENTRY_REMOTE_IRR, word),
    };
    return defined ? RESULT_OK : RESULT_INVALID;
}
