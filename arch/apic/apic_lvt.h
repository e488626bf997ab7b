// The local vector table: what the processor's own sources and its two pins deliver. Intel SDM vol. 3, 11.5.1.
#ifndef ARCH_APIC_APIC_LVT_H
#define ARCH_APIC_APIC_LVT_H

#include "arch/acpi/acpi_madt.h"
#include "arch/apic/apic.h"

enum { APIC_PIN_COUNT = 2 };

// The entries of LINT0 and LINT1 on one processor by the MADT's local NMI records; where none is for it, the MP
// specification's default: NMI at LINT1. Pure.
void apic_lvt_pins(const struct acpi_madt *madt, struct apic_id id, uint32_t pins[APIC_PIN_COUNT]);

// Remembers which entries the firmware serves by SMI, and records them. Boot CPU, before apic_lvt_quiet(); `operations`
// are those of the mode the local APIC is in.
void apic_lvt_keep(const struct apic_operations *operations);

// Masks every source of the calling processor, but for the pins as given and those the firmware serves by SMI, which
// an INIT has masked and this restores. Local APIC enabled, interrupts off.
void apic_lvt_quiet(const uint32_t pins[APIC_PIN_COUNT]);

// Clears the error status, then unmasks the error entry. Interrupts off, after apic_lvt_quiet().
void apic_lvt_open_errors(void);

#endif
