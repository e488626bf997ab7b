// The machine's maker and product, and the firmware's own name, as the firmware gives them; never a serial number. Set
// during boot.
#ifndef KERNEL_INVENTORY_MACHINE_NAME_H
#define KERNEL_INVENTORY_MACHINE_NAME_H

enum { MACHINE_NAME_LENGTH = 96 };

// Terminated; "" where the firmware gives none.
extern char machine_name[MACHINE_NAME_LENGTH];
extern char machine_board_name[MACHINE_NAME_LENGTH];
extern char machine_firmware_name[MACHINE_NAME_LENGTH]; // vendor and version

#endif
