// The machine's maker and product.

#include "arch/smbios.h"
#include "arch/paging/paging.h"
#include "arch/smbios_table.h"
#include "kernel/inventory/machine_name.h"
#include "kernel/runtime/log.h"

enum { TABLE_LIMIT = 1 << 20 }; // the entry point of SMBIOS 3 names no more than a maximum

void smbios_read(struct physical entry)
{
    struct smbios_place place;
    const void *bytes;

    if (!entry.address)
        return;
    enum result result = paging_map_firmware(entry, SMBIOS_ENTRY_SIZE, &bytes);
    if (result == RESULT_OK)
        result = smbios_entry_read(bytes, &place);
    if (result == RESULT_OK && place.size > TABLE_LIMIT)
        result = RESULT_OUT_OF_BOUNDS;
    if (result == RESULT_OK)
        result = paging_map_firmware(place.address, place.size, &bytes);
    if (result != RESULT_OK) {
        log_warning("SMBIOS at 0x%llx: %s", (unsigned long long)entry.address, result_name(result));
        return;
    }
    smbios_name(bytes, place.size, SMBIOS_SYSTEM, machine_name, MACHINE_NAME_LENGTH);
    smbios_name(bytes, place.size, SMBIOS_BASEBOARD, machine_board_name, MACHINE_NAME_LENGTH);
    smbios_name(bytes, place.size, SMBIOS_FIRMWARE, machine_firmware_name, MACHINE_NAME_LENGTH);
    log_info("machine: %s", machine_name[0] ? machine_name : "without a name");
    if (machine_board_name[0])
        log_info("board: %s", machine_board_name);
    log_info("firmware: %s", machine_firmware_name[0] ? machine_firmware_name : "without a name");
}
