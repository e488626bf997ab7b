// The tables firmware leaves behind: ACPI's root pointer and SMBIOS' entry point.
#ifndef BOOT_TABLES_H
#define BOOT_TABLES_H

#include "boot/loader.h"

// Sets `rsdp` (ACPI 2.0 before 1.0) and `smbios` (3.0 before 2.1); 0 where the firmware has none.
EFI_STATUS tables_find(struct loader *loader);

struct tables_acpi {
    char signature[5];
    char oem[7];
    uint64_t address;
    uint32_t length;
};

// Table `index` of the XSDT, or of the RSDT where there is no XSDT (ACPI 6.5, 5.2.5 to 5.2.8). False at the end.
// Checksums are the kernel's business; this only shows what is there.
bool tables_acpi_get(uint64_t rsdp, unsigned index, struct tables_acpi *table);

#endif
