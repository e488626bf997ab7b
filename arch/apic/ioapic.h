// The IOAPICs (82093AA datasheet) and their pins, each by its global system interrupt (GSI).
#ifndef ARCH_APIC_IOAPIC_H
#define ARCH_APIC_IOAPIC_H

#include "arch/acpi/acpi_madt.h"
#include "arch/apic/ioapic_entry.h"

// Adds one IOAPIC from the MADT: maps it, reads its number of pins, records pins the firmware left unmasked, masks all.
// RESULT_GONE: no register answers; logged. PASSIVE, boot CPU.
MUST_USE enum result ioapic_add(uint32_t id, struct physical base, uint32_t gsi_base);

// Adds all that the MADT lists. One that does not answer or lies over something else (firmware_claims_stand()) is left
// out: messages do not need it. RESULT_NO_MEMORY.
MUST_USE enum result ioapic_add_all(const struct acpi_madt *madt);

struct ioapic_shape {
    uint32_t id;
    uint32_t version; // the register
    uint32_t gsi_base;
    uint32_t pin_count;
};

// The IOAPICs in the order they were added; false past the last. Any IRQL.
bool ioapic_get(uint32_t index, struct ioapic_shape *shape);

// The 64-bit entry of a pin of IOAPIC `index` as it stands; 0 where there is no such pin. Any IRQL.
uint64_t ioapic_entry_read(uint32_t index, uint32_t pin);

// Pins of all IOAPICs added.
uint32_t ioapic_pin_total(void);

// The GSI of pin `index`, counted over all IOAPICs; false beyond the last.
bool ioapic_pin_gsi(uint32_t index, uint32_t *gsi);

// What the pin's entry holds. RESULT_NOT_FOUND: no such pin; RESULT_INVALID: reserved delivery mode. Any IRQL.
MUST_USE enum result ioapic_pin_read(uint32_t gsi, struct ioapic_entry *entry);

// Masks the pin, waits until the last interrupt it sent has been ended (after a second it is ended here), writes
// destination, then the rest, reads both back, and clears the mask last when the entry asks for that. A level that is
// asserted meanwhile is not lost. RESULT_NOT_FOUND; RESULT_INVALID, RESULT_UNSUPPORTED (ioapic_entry_encode);
// RESULT_TIMEOUT: remote IRR stays set, the pin is as before; RESULT_MISMATCH: the read-back differs. Logged. PASSIVE,
// interrupts on, one caller per pin.
MUST_USE enum result ioapic_pin_write(uint32_t gsi, const struct ioapic_entry *entry);

// Masks or unmasks the pin, and reads back. RESULT_NOT_FOUND, RESULT_MISMATCH. Any IRQL.
MUST_USE enum result ioapic_pin_mask(uint32_t gsi, bool masked);

#endif
