// A device's interrupt line as a message source: one IOAPIC pin, which several devices may share.
#ifndef ARCH_APIC_IOAPIC_LINE_H
#define ARCH_APIC_IOAPIC_LINE_H

#include "kernel/inventory/device.h"

// A source of one message for a device whose line arrives at `gsi`. Address and data are what host_message_compose()
// gives; the entry made from them has this mode and polarity. The mask is the pin's: it holds for all who share it.
// While another device's source is open on the same pin, opening and closing leave the pin alone. NULL when memory is
// out. PASSIVE, boot CPU.
struct message_source *ioapic_line_source_create(struct device *device, uint32_t gsi, enum interrupt_mode mode,
                                                 enum interrupt_polarity polarity);

// Masks every pin a source is open on, or undoes that; records do not show it. PASSIVE.
void ioapic_line_hold(bool on);

// Is a source open on this pin?
bool ioapic_line_is_open(uint32_t gsi);

#endif
