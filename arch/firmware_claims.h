// Address ranges of the memory map and the firmware's tables, as claims.
#ifndef ARCH_FIRMWARE_CLAIMS_H
#define ARCH_FIRMWARE_CLAIMS_H

#include "arch/firmware_tables.h"
#include "boot/handoff.h"

// Claims all memory of the map, as "RAM". RESULT_NO_MEMORY. PASSIVE, boot.
MUST_USE enum result firmware_claims_add_memory(const struct handoff_region *regions, uint32_t count);

// Claims the local APICs' page and the message addresses above it, the IOAPICs, HPETs, remapping units and every ECAM
// region, and the I/O ports of a PC's own devices and of ACPI's fixed hardware. An overlap with memory or another claim
// is logged with both owners and recorded as "address_conflict". RESULT_NO_MEMORY. PASSIVE, boot, after the memory.
MUST_USE enum result firmware_claims_add_registers(const struct firmware_tables *tables);

#endif
