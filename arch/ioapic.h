// The IOAPICs (82093AA datasheet): found, recorded, masked.
#ifndef ARCH_IOAPIC_H
#define ARCH_IOAPIC_H

#include "kernel/result.h"

// Adds one IOAPIC from the MADT: maps it, reads its number of pins, records pins the firmware left unmasked, masks all.
// RESULT_GONE: no register answers; logged. PASSIVE, boot CPU.
MUST_USE enum result ioapic_add(uint32_t id, struct physical base, uint32_t gsi_base);

// Pins of all IOAPICs added.
uint32_t ioapic_pin_total(void);

#endif
