// Address ranges of the memory map and the firmware's tables, as claims.
#ifndef ARCH_FIRMWARE_CLAIMS_H
#define ARCH_FIRMWARE_CLAIMS_H

#include "arch/firmware_tables.h"
#include "boot/handoff.h"

// Claims all memory of the map, as "RAM". RESULT_NO_MEMORY. PASSIVE, boot.
MUST_USE enum result firmware_claims_add_memory(const struct handoff_region *regions, uint32_t count);

// Claims the local APICs' page and the message addresses above it, the IOAPICs, HPETs, remapping units and every ECAM
// region, in this order, and the I/O ports of a PC's own devices and of ACPI's fixed hardware. What lies over memory or
// over an earlier claim is not claimed, of an ECAM region the buses from the first such on: it must not be accessed. It
// is logged with both owners and recorded as "address_conflict". RESULT_NO_MEMORY. PASSIVE, boot, after the memory.
MUST_USE enum result firmware_claims_add_registers(const struct firmware_tables *tables);

// True if the registers at `base` were claimed for this owner: `kind` is "IOAPIC" with the MADT's ID, or
// "remapping unit" with the place in its table. Any IRQL.
bool firmware_claims_stand(struct physical base, const char *kind, uint32_t number);

// How many buses of the entry, from its first on, were claimed. Any IRQL.
uint32_t firmware_claims_ecam_buses(const struct acpi_mcfg_entry *entry);

#endif
