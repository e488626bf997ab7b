// The local APIC of the calling processor, xAPIC or x2APIC: one numbering, one set of operations, chosen once.
// Intel SDM vol. 3, chapter 11.
#ifndef ARCH_APIC_APIC_H
#define ARCH_APIC_APIC_H

#include "arch/acpi/acpi_madt.h"
#include "arch/apic/apic_registers.h"
#include "kernel/core/irql.h"
#include "kernel/lib/result.h"

struct apic_operations {
    const char *name; // "xapic", "x2apic"
    uint32_t (*read)(enum apic_register number);
    void (*write)(enum apic_register number, uint32_t value);
    // Writes the interrupt command register: the low half as given, the destination at this mode's width.
    void (*command)(struct apic_id destination, uint32_t low);
};

extern const struct apic_operations xapic_operations;
extern const struct apic_operations x2apic_operations;

struct apic_options {
    const struct acpi_madt *madt; // where the register page is, and the NMI pins; it stays
    uint32_t dmar_flags;          // these as in struct apic_mode_facts
    struct apic_id highest_id;
    bool is_asked;
    bool is_refused;
};

// Chooses the mode for all processors by apic_mode_choose() and records what the firmware left in this one. Results as
// there, and of paging_map_local_apic(); logged. Boot CPU, interrupts off.
MUST_USE enum result apic_initialise(const struct apic_options *options);

// The chosen operations. Any IRQL.
const struct apic_operations *apic(void);
bool apic_is_x2apic(void);

// The reason for the mode, as text.
const char *apic_mode_reason(void);

// Brings the calling processor's local APIC into the chosen mode, enables it at PASSIVE with every local source masked
// but errors, NMI pins and what the firmware serves by SMI, and ends what was in service. Interrupts off.
void apic_enable(void);

// The calling processor's own ID. Any IRQL.
struct apic_id apic_id_read(void);

// The level a priority class stands for: class 1 is PASSIVE's, and 0 with it. Pure.
static inline enum irql apic_irql_of_class(uint64_t priority)
{
    return priority > APIC_CLASS_PASSIVE ? (enum irql)priority : IRQL_PASSIVE;
}

// The level this processor runs at: its priority is the higher of the task priority, which is CR8, and what is in
// service (SDM 11.8.3.1). Any IRQL.
enum irql apic_irql_read(void);

// Is the calling processor's local APIC on, globally and by software (SDM 11.4.3, 11.4.7.2)? Any IRQL.
bool apic_is_enabled(void);

// Is an interrupt of this vector in service on the calling processor? False before apic_enable(). Any IRQL.
bool apic_is_in_service(uint32_t vector);

// Sends a fixed, NMI, INIT or start-up command (low half of the ICR) after the previous one has been sent; bounded. Any
// IRQL.
void apic_send(struct apic_id destination, uint32_t low);

#endif
