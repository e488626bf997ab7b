// The address space the kernel is entered with: the firmware's own, and the kernel in the last 2 GiB.
#ifndef BOOT_ADDRESS_SPACE_H
#define BOOT_ADDRESS_SPACE_H

#include "boot/loader.h"

// Builds the kernel's half in pages that are kept: 4 KiB pages with each segment's own permission. Sets `root`.
// Refuses five-level paging and processors without execute-disable. Boot services only.
EFI_STATUS address_space_build(struct loader *loader);

// Copies the firmware's half and allows the execute-disable bit. No firmware call. Afterwards CR3 may be loaded.
void address_space_complete(uint64_t root);

#endif
