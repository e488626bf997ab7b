// The remapping units that DMAR or IVRS names, for the console.
#ifndef ARCH_REMAP_REGISTERS_H
#define ARCH_REMAP_REGISTERS_H

// Finds the units of the firmware's tables, records those that were left on, and shows them
// (kernel/inventory/remap_unit.h), from where they are switched off. After firmware_tables_read(). PASSIVE, boot CPU.
void remap_registers_find(void);

#endif
