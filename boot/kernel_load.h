// From the carried, compressed ELF file to pages in memory.
#ifndef BOOT_KERNEL_LOAD_H
#define BOOT_KERNEL_LOAD_H

#include "boot/loader.h"

// Expands and checks the carried kernel, copies its segments to pages the kernel keeps, and its symbol and string
// tables beside them. Sets `kernel`, `kernel_base`, `symbols`, `strings`.
EFI_STATUS kernel_load(struct loader *loader);

#endif
