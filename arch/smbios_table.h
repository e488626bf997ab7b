// SMBIOS (DSP0134 3.6): names of machine, board and firmware. Pure: the firmware's bytes in, text out; serial numbers
// are not read.
#ifndef ARCH_SMBIOS_TABLE_H
#define ARCH_SMBIOS_TABLE_H

#include "kernel/lib/result.h"

enum { SMBIOS_ENTRY_SIZE = 32, SMBIOS_FIRMWARE = 0, SMBIOS_SYSTEM = 1, SMBIOS_BASEBOARD = 2 };

struct smbios_place {
    struct physical address;
    uint32_t size; // at most
};

// Where the structures lie, from SMBIOS_ENTRY_SIZE bytes of an entry point, "_SM3_" or "_SM_" (5.2). RESULT_INVALID:
// neither; RESULT_BAD_CHECKSUM.
MUST_USE enum result smbios_entry_read(const uint8_t *entry, struct smbios_place *place);

// Maker and product of the first structure of a type, SMBIOS_SYSTEM or SMBIOS_BASEBOARD (7.2, 7.3), a space between;
// vendor and version of SMBIOS_FIRMWARE (7.1).
// What ASCII cannot print becomes '?'; what does not fit is cut. "": there is none, or its bytes end too early.
void smbios_name(const uint8_t *bytes, size_t size, uint8_t type, char *name, size_t capacity);

#endif
