// Any bytes as SMBIOS: an entry point, and the structures with the names of machine, board and firmware.
// sources: arch/smbios_table.c arch/acpi/acpi_table.c arch/acpi/acpi_findings.c

#include "arch/smbios_table.h"
#include <stdlib.h>
#include <string.h>

enum { CAPACITY = 24 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smbios_place place;
    uint8_t entry[SMBIOS_ENTRY_SIZE] = {0};

    memcpy(entry, data, size < sizeof(entry) ? size : sizeof(entry));
    (void)!smbios_entry_read(entry, &place);
    for (uint32_t type = SMBIOS_FIRMWARE; type <= SMBIOS_BASEBOARD; type++) {
        char *name = malloc(CAPACITY); // exactly as long as it says
        smbios_name(data, size, (uint8_t)type, name, CAPACITY);
        if (strnlen(name, CAPACITY) == CAPACITY)
            abort();
        for (const char *each = name; *each; each++)
            if (*each < ' ' || *each > '~')
                abort();
        free(name);
    }
    return 0;
}
