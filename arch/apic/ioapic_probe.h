// Listening on one IOAPIC pin for a moment: what measuring a line needs of the machine.
#ifndef ARCH_APIC_IOAPIC_PROBE_H
#define ARCH_APIC_IOAPIC_PROBE_H

#include "kernel/inventory/line_route.h"
#include "kernel/runtime/vectors.h"

// For line_route_attach(). After firmware_tables_read() and ioapic_add(). A pin that listens sends to VECTOR_LINE_PROBE
// of the CPU that listens, whose routine masks it at once. RESULT_TIMEOUT, RESULT_MISMATCH as of ioapic_pin_write().
extern const struct line_pins ioapic_probe;

#endif
