// The machine's maker and product.
#ifndef ARCH_SMBIOS_H
#define ARCH_SMBIOS_H

#include "kernel/lib/types.h"

// Fills kernel/inventory/machine_name.h from SMBIOS, whose entry point is at `entry` (0: none), and logs it. A table
// that is damaged is logged; the names stay empty. After paging_initialise(). PASSIVE, boot CPU.
void smbios_read(struct physical entry);

#endif
