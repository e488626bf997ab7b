// The machine's name from the firmware.

#include "kernel/inventory/machine_name.h"

char machine_name[MACHINE_NAME_LENGTH];
char machine_board_name[MACHINE_NAME_LENGTH];
char machine_firmware_name[MACHINE_NAME_LENGTH];
