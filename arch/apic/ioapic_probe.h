// Listening on one IOAPIC pin for a moment: what measuring a line needs of the machine.
#ifndef ARCH_APIC_IOAPIC_PROBE_H
#define ARCH_APIC_IOAPIC_PROBE_H

#include "kernel/inventory/line_route.h"
#include "kernel/runtime/vectors.h"

// For line_route_attach(). After firmware_tables_read() and ioapic_add(). The pin sends VECTOR_LINE_PROBE to the
// calling CPU, whose routine masks the pin at once. RESULT_TIMEOUT, RESULT_MISMATCH as of ioapic_pin_write().
extern const struct line_pins ioapic_probe;

#endif
